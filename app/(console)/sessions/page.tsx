/** Sessions. */
import { SessionsPage } from '../../_components/sessions/sessions-page.tsx'
import { requireMe } from '../../_lib/require-me.ts'

export const metadata = { title: 'Sessions' }

export default async function Page() {
  await requireMe('/sessions')
  return <SessionsPage />
}
