/** Share links. */
import { LinksPage } from '../../_components/share/links-page.tsx'
import { requireMe } from '../../_lib/require-me.ts'

export const metadata = { title: 'Share links' }

export default async function Page() {
  await requireMe('/links')
  return <LinksPage />
}
