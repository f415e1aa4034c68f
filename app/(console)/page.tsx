/** Start: what is wrong, with which target. */
import { StartPage } from '../_components/start/start-page.tsx'
import { requireMe } from '../_lib/require-me.ts'

export const metadata = { title: 'Start' }

export default async function Page({ searchParams }: { searchParams: Promise<Record<string, string | string[] | undefined>> }) {
  await requireMe('/')
  const { q } = await searchParams
  return <StartPage initialText={typeof q === 'string' ? q : ''} />
}
