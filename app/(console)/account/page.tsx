/** Account. */
import { AccountPage } from '../../_components/account/account-page.tsx'
import { requireMe } from '../../_lib/require-me.ts'

export const metadata = { title: 'Account' }

export default async function Page() {
  await requireMe('/account')
  return <AccountPage />
}
