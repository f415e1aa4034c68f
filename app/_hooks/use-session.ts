'use client'
/** The only place that holds a socket: one session store for as long as the page shows the session. */
import { useEffect, useState } from 'react'
import type { SessionId } from '#lib/protocol/ids.ts'
import { SessionClient } from './session-client.ts'
import type { SessionStore } from './session-store.ts'

/** Made outside effects and connected in one; `ready` false waits (a share link is being redeemed first). */
export function useSession(sessionId: SessionId, ready: boolean): SessionStore {
  const [store] = useState(() => new SessionClient(sessionId))
  useEffect(() => (ready ? store.start() : undefined), [store, ready])
  return store
}
