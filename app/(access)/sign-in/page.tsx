/** Sign in, then go where one was going. */
import { redirect } from 'next/navigation'
import { AccessFrame } from '../../_components/access/access-frame.tsx'
import { SignInForm } from '../../_components/access/sign-in-form.tsx'
import { readBoot } from '../../_lib/boot.ts'
import { safeNext } from '../../_lib/safe-next.ts'

export const metadata = { title: 'Sign in' }

export default async function Page({ searchParams }: { searchParams: Promise<Record<string, string | string[] | undefined>> }) {
  const boot = await readBoot()
  const next = safeNext((await searchParams).to)
  if (boot.setupNeeded) redirect('/setup')
  if (boot.me) redirect(next)
  return <AccessFrame title="Sign in" lead={boot.vantage.name === '' ? 'To this console.' : `To the console on ${boot.vantage.name}.`}><SignInForm next={next} /></AccessFrame>
}
