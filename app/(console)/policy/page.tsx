/** Target policy. */
import { PolicyPage } from '../../_components/pages/policy-page.tsx'
import { requireMe } from '../../_lib/require-me.ts'

export const metadata = { title: 'Target policy' }

export default async function Page() {
  await requireMe('/policy')
  return <PolicyPage />
}
