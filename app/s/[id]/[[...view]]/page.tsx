/** One session: the same page live and replayed, for members and for guests by link. Says nothing about whether the session exists. */
import { notFound } from 'next/navigation'
import { SessionId } from '#lib/protocol/ids.ts'
import { SessionGone } from '../../../_components/session/session-gone.tsx'
import { SessionPage } from '../../../_components/session/session-page.tsx'

export const metadata = { title: 'Session' }

const VIEWS = new Set(['path', 'terminal'])

export default async function Page({ params }: { params: Promise<{ id: string; view?: string[] }> }) {
  const { id, view = [] } = await params
  if (view.length > 1 || (view[0] !== undefined && !VIEWS.has(view[0]))) notFound()
  const sessionId = SessionId.safeParse(id)
  return sessionId.success ? <SessionPage key={sessionId.data} sessionId={sessionId.data} /> : <SessionGone sessionId="" reason="gone" />
}
