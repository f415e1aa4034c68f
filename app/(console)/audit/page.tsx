/** Audit log. */
import { AuditPage } from '../../_components/admin/audit-page.tsx'
import { requireMe } from '../../_lib/require-me.ts'

export const metadata = { title: 'Audit log' }

export default async function Page() {
  await requireMe('/audit')
  return <AuditPage />
}
