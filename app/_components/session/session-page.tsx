'use client'
/** One session, live or replayed, signed in or by link: one page. Redeems a link first, then connects. */
import { useEffect, useMemo, useState } from 'react'
import type { SessionId } from '#lib/protocol/ids.ts'
import { createWindowStore } from '#lib/timeline/window-store.ts'
import { SessionProvider } from '../../_hooks/session-context.tsx'
import { useSession } from '../../_hooks/use-session.ts'
import { PaletteHost } from '../palette/palette-host.tsx'
import { useBoot } from '../shell/boot-context.tsx'
import { SessionFrame } from './session-frame.tsx'
import { SessionGone } from './session-gone.tsx'
import { redeem, secretIn, type ShareGrant } from './share-grant.ts'

type Entry = { kind: 'redeeming' } | { kind: 'open'; grant: ShareGrant | null } | { kind: 'refused' }

export function SessionPage({ sessionId }: { sessionId: SessionId }) {
  const entry = useEntry(sessionId)
  const store = useSession(sessionId, entry.kind === 'open')
  const [timeline] = useState(createWindowStore)
  if (entry.kind === 'refused') return <SessionGone sessionId={sessionId} reason="link" />
  return (
    <PaletteHost>
      <SessionProvider store={store} timeline={timeline}>
        <SessionFrame sessionId={sessionId} grant={entry.kind === 'open' ? entry.grant : null} />
      </SessionProvider>
    </PaletteHost>
  )
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
