/** One connected socket: who is behind it, what it watches, its limits. Lives as long as the socket. */
import type { Principal } from '#lib/protocol/access.ts'
import type { SessionId, ShareId } from '#lib/protocol/ids.ts'
import type { Ended } from '../access/types.ts'
import type { Caller, Guest, Person } from '../guard.ts'
import type { SocketLimits } from '../limits/limits.ts'
import type { Subscription } from '../sessions/types.ts'
import type { Outbox } from './outbox.ts'
import type { LiveSocket } from './types.ts'
import type { Viewer } from './viewer.ts'

/** Sessions that one socket may watch at a time. */
export const WATCHES_MAX = 8

export interface Watch {
  sessionId: SessionId
  /** As whom: the person, or the holder of a link to this session. */
  principal: Person | Guest
  viewer: Viewer
  /** Null until the store has answered. */
  subscription: Subscription | null
}

export interface Visitor {
  socket: LiveSocket
  caller: Caller
  /** Who the handshake was. Rights are read anew at every message; this only says whom an ended credential concerns. */
  principals: readonly Principal[]
  outbox: Outbox
  limits: SocketLimits
  watches: Map<SessionId, Watch>
}

export interface NewVisitor { socket: LiveSocket; caller: Caller; principals: readonly Principal[]; outbox: Outbox; limits: SocketLimits }

export function createVisitor(parts: NewVisitor): Visitor {
  const visitor: Visitor = { ...parts, watches: new Map() }
  visitor.caller.visitor = visitor
  parts.outbox.onDrained(() => {
    for (const watch of visitor.watches.values()) watch.subscription?.drained()
  })
  return visitor
}

/** Lets every new watch push: called after the acknowledgement has gone out. */
export function openWatches(visitor: Visitor): void {
  for (const { viewer, subscription } of visitor.watches.values()) {
    viewer.open()
    subscription?.drained()
  }
}

/** Ends one watch; nothing more of that session reaches the socket. */
export function endWatch(visitor: Visitor, sessionId: SessionId): boolean {
  const watch = visitor.watches.get(sessionId)
  if (watch === undefined) return false
  visitor.watches.delete(sessionId)
  watch.viewer.close()
  watch.subscription?.close()
  return true
}

/** The signed-in person behind the socket, if it is one. */
export function personOf(visitor: Visitor): Person | null {
  return visitor.principals.find((one): one is Person => one.kind === 'user') ?? null
}

/** Does what ended concern this socket? Any field that matches is enough. */
export function concerns(visitor: Visitor, ended: Ended): boolean {
  const person = personOf(visitor)
  const mine = person === null ? [] : [
    person.userId === ended.userId,
    person.via === 'cookie' && person.credentialId === ended.webSessionId,
    person.via === 'token' && person.credentialId === ended.tokenId,
  ]
  return mine.includes(true) || (ended.shareId !== undefined && shareIds(visitor).includes(ended.shareId))
}

/** Links whose cookies the handshake carried. */
export function shareIds(visitor: Visitor): ShareId[] {
  return visitor.principals.flatMap((one) => (one.kind === 'share' ? [one.shareId] : []))
}
