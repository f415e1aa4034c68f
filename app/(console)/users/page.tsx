/** Users. */
import { UsersPage } from '../../_components/admin/users-page.tsx'
import { requireMe } from '../../_lib/require-me.ts'

export const metadata = { title: 'Users' }

export default async function Page() {
  await requireMe('/users')
  return <UsersPage />
}
