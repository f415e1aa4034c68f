'use client'
/** Everything of a session page that lives on data: socket, fold, frame. One chunk, loaded behind the painted frame. */
import { useState } from 'react'
import type { SessionId } from '#lib/protocol/ids.ts'
import { createWindowStore } from '#lib/timeline/window-store.ts'
import { SessionProvider } from '../../_hooks/session-context.tsx'
import { useSession } from '../../_hooks/use-session.ts'
import { PaletteHost } from '../palette/palette-host.tsx'
import { SessionFrame } from './session-frame.tsx'
import type { ShareGrant } from './share-grant.ts'

/** `ready`: the viewer's right to look is settled, so the socket may connect. */
export function SessionLive({ sessionId, ready, grant }: { sessionId: SessionId; ready: boolean; grant: ShareGrant | null }) {
  const store = useSession(sessionId, ready)
  const [timeline] = useState(createWindowStore)
  return (
    <PaletteHost>
      <SessionProvider store={store} timeline={timeline}>
        <SessionFrame sessionId={sessionId} grant={grant} />
      </SessionProvider>
    </PaletteHost>
  )
}
