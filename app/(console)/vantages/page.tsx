/** Vantages. */
import { VantagesPage } from '../../_components/pages/vantages-page.tsx'
import { requireMe } from '../../_lib/require-me.ts'

export const metadata = { title: 'Vantages' }

export default async function Page() {
  await requireMe('/vantages')
  return <VantagesPage />
}
