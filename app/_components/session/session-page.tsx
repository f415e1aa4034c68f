'use client'
/** One session, live or replayed, signed in or by link: one page. Paints its frame, redeems a link first, then loads what lives on data. */
import dynamic from 'next/dynamic'
import { usePathname } from 'next/navigation'
import { useEffect, useMemo, useState } from 'react'
import type { SessionGlance } from '#lib/protocol/api.ts'
import type { SessionId } from '#lib/protocol/ids.ts'
import { useBoot } from '../shell/boot-context.tsx'
import { GlanceContext, useGlance } from './glance-context.tsx'
import { SessionGone } from './session-gone.tsx'
import { SessionOpening } from './session-opening.tsx'
import { redeem, secretIn, type ShareGrant } from './share-grant.ts'
import { viewIn, type ViewName } from './view-name.ts'

const SessionLive = dynamic(() => import('./session-live.tsx').then((module) => module.SessionLive), { ssr: false, loading: Opening })

/** What each view draws with. */
const MAIN: Record<ViewName, () => Promise<unknown>> = {
  path: () => import('../latency/target-view.tsx'), dns: () => import('../dns/dns-main.tsx'), reach: () => import('../reach/reach-main.tsx'), terminal: () => import('./terminal-main.tsx'),
}

type Entry = { kind: 'redeeming' } | { kind: 'open'; grant: ShareGrant | null } | { kind: 'refused' }

export function SessionPage({ sessionId, glance }: { sessionId: SessionId; glance: SessionGlance | null }) {
  const entry = useEntry(sessionId)
  const view = viewIn(usePathname()) ?? glance?.home ?? 'path'
  useEffect(() => {
    void MAIN[view]() // needed as soon as there is data: fetched beside the rest, not after it
  }, [view])
  if (entry.kind === 'refused') return <SessionGone sessionId={sessionId} reason="link" />
  return (
    <GlanceContext value={glance}>
      <SessionLive sessionId={sessionId} ready={entry.kind === 'open'} grant={entry.kind === 'open' ? entry.grant : null} />
    </GlanceContext>
  )
}

function Opening() {
  return <SessionOpening glance={useGlance()} />
}

/** Who comes in and how: signed in, by a cookie of a link, or with a secret in the fragment that is still to be redeemed. */
function useEntry(sessionId: SessionId): Entry {
  const { me, share } = useBoot()
  const own = useMemo<ShareGrant | null>(() => (me === null && share?.sessionId === sessionId ? share : null), [me, share, sessionId])
  const [entry, setEntry] = useState<Entry>({ kind: 'redeeming' })
  useEffect(() => {
    const secret = secretIn(location.hash)
    if (secret === null) {
      setEntry((before) => (before.kind === 'redeeming' ? { kind: 'open', grant: own } : before))
      return
    }
    void redeem(sessionId, secret).then((result) => {
      if (result.ok) setEntry({ kind: 'open', grant: me === null ? result.value : null })
      else setEntry(me !== null || own !== null ? { kind: 'open', grant: own } : { kind: 'refused' })
    })
  }, [sessionId, me, own])
  return entry
}
