/** One session: the same page live and replayed, for members and for guests by link. Says nothing about whether the session exists. */
import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import type { SessionGlance } from '#lib/protocol/api.ts'
import { SessionId } from '#lib/protocol/ids.ts'
import { SessionGone } from '../../../_components/session/session-gone.tsx'
import { SessionPage } from '../../../_components/session/session-page.tsx'
import { VIEWS } from '../../../_components/session/view-name.ts'
import { readBoot } from '../../../_lib/boot.ts'

interface Props { params: Promise<{ id: string; view?: string[] }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const glance = await glanceOf((await params).id)
  return { title: glance === null ? 'Session' : glance.title || glance.target }
}

export default async function Page({ params }: Props) {
  const { id, view = [] } = await params
  if (view.length > 1 || (view[0] !== undefined && !VIEWS.some((one) => one === view[0]))) notFound()
  const sessionId = SessionId.safeParse(id)
  if (!sessionId.success) return <SessionGone sessionId="" reason="gone" />
  return <SessionPage key={sessionId.data} sessionId={sessionId.data} glance={await glanceOf(id)} />
}

/** What the server says about this session to this viewer; null for those who may not know, and for a session that is not. */
async function glanceOf(id: string): Promise<SessionGlance | null> {
  const { session } = await readBoot()
  return session?.sessionId === id ? session : null
}
