/** First run: the first account. */
import { redirect } from 'next/navigation'
import { AccessFrame } from '../../_components/access/access-frame.tsx'
import { SetupForm } from '../../_components/access/setup-form.tsx'
import { readBoot } from '../../_lib/boot.ts'

export const metadata = { title: 'Set up' }

export default async function Page() {
  const boot = await readBoot()
  if (!boot.setupNeeded) redirect(boot.me ? '/' : '/sign-in')
  return <AccessFrame title="First account" lead="It is an admin and makes the others. The setup link works once."><SetupForm /></AccessFrame>
}
