'use client'
/** The only place that holds a socket: one session store for as long as the page shows the session. */
import { useEffect, useState } from 'react'
import { io, type Socket } from 'socket.io-client'
import type { SessionId } from '#lib/protocol/ids.ts'
import type { ClientToServer, ServerToClient } from '#lib/protocol/socket.ts'
import { asGuest } from '../_lib/as-guest.ts'
import { SessionClient } from './session-client.ts'
import type { SessionStore } from './session-store.ts'

export type SessionSocket = Socket<ServerToClient, ClientToServer>

/** Closed at first and without retries of its own: the link counts them down where people can see it. */
const makeSocket = (): SessionSocket => io({ ...(asGuest() && { query: { as: 'guest' } }), autoConnect: false, reconnection: false, transports: ['websocket'] })

/** Made outside effects and connected in one; `ready` false waits (a share link is being redeemed first). */
export function useSession(sessionId: SessionId, ready: boolean): SessionStore {
  const [store] = useState(() => new SessionClient(sessionId, makeSocket()))
  useEffect(() => (ready ? store.start() : undefined), [store, ready])
  return store
}
