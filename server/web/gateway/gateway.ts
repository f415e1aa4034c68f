/** The live side of web: admits sockets, takes their messages, pushes sessions to them, and closes them when their rights end. */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { Server } from 'socket.io'
import type { SessionId } from '#lib/protocol/ids.ts'
import type { Ended } from '../access/types.ts'
import type { Web } from '../context.ts'
import { createCast } from './cast.ts'
import { takeMessages } from './dispatch.ts'
import { createMessages } from './messages/all.ts'
import { createNews } from './news.ts'
import { createOutbox } from './outbox.ts'
import { announcePresence } from './presence.ts'
import { quietServer, SOCKET_PATH, takeUpgrade, type Admitted, type Upgrades } from './upgrades.ts'
import { concerns, createVisitor, endWatch, personOf, shareIds, type Visitor } from './visitor.ts'
import type { LiveServer, LiveSocket } from './types.ts'

const LARGEST_MESSAGE = 64 * 1024
const CONNECT_WITHIN_MS = 5_000
/** A socket that should be gone and still holds its connection is cut. */
const CUT_AFTER_MS = 1_000
/** Time for the answer with the new cookie to arrive before sockets with the old one are closed. */
const RENEW_AFTER_MS = 500

export interface Gateway {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** Open sockets, and watches over all of them. */
  figures(): { sockets: number; watches: number }
  /** Unsent bytes of each open socket. */
  unsent(): number[]
  /** Tells every viewer that the server goes away for a moment. */
  announceRestart(): void
  close(): Promise<void>
}

/** `development`: where hot-reload upgrades go, null in production. */
export function createGateway(web: Web, development: Upgrades['development']): Gateway {
  const visitors = new Set<Visitor>()
  const viewersOf = (sessionId: SessionId) => [...visitors].flatMap((visitor) => {
    const watch = visitor.watches.get(sessionId)
    return watch === undefined ? [] : [{ visitor, watch }]
  })
  const presenceChanged = (sessionId: SessionId): void => announcePresence(sessionId, viewersOf(sessionId))
  const news = createNews(web, { visitors: () => visitors, viewersOf, presenceChanged })
  const admitted: Admitted = new WeakMap()
  const engine = quietServer()
  const io = createIo(admitted)
  const messages = createMessages({ cast: createCast(io), viewersOf, presenceChanged })
  io.attach(engine, { path: SOCKET_PATH })
  io.on('connection', (socket) => {
    const visitor = welcome(web, { socket, admitted })
    if (visitor === null) return void socket.disconnect(true)
    visitors.add(visitor)
    const detach = shareIds(visitor).map((shareId) => web.shares.attach(shareId))
    socket.on('disconnect', () => {
      visitors.delete(visitor)
      for (const leave of detach) leave()
      for (const sessionId of [...visitor.watches.keys()]) if (endWatch(visitor, sessionId)) presenceChanged(sessionId)
      // Leaving the namespace and entering it again on the same connection would start with fresh limits, and without an admission.
      socket.conn.close()
    })
    takeMessages(web, visitor, messages)
    news.greet(visitor)
  })
  const forget = web.accessEvents.onRevoked((ended) => {
    for (const visitor of [...visitors]) if (concerns(visitor, ended)) endAccess(visitor, ended)
  })
  // Its handshake carries the old cookie, which is dead: closed like this, the page comes back by itself with the new one.
  const forgetRotations = web.rotations.on((webSessionId) => {
    const renewed = [...visitors].filter((visitor) => personOf(visitor)?.credentialId === webSessionId)
    setTimeout(() => renewed.forEach(({ socket }) => socket.conn.close()), RENEW_AFTER_MS).unref()
  })
  return {
    upgrade: (request, socket, head) => takeUpgrade(web, { engine, admitted, development }, { request, socket, head }),
    figures: () => ({ sockets: visitors.size, watches: [...visitors].reduce((sum, visitor) => sum + visitor.watches.size, 0) }),
    unsent: () => [...visitors].map((visitor) => visitor.outbox.unsent()),
    announceRestart: () => void io.emit('server:restarting'),
    async close() {
      forget()
      forgetRotations()
      news.stop()
      await io.close()
    },
  }
}

function createIo(admitted: Admitted): LiveServer {
  return new Server({
    serveClient: false, transports: ['websocket'], allowUpgrades: false, destroyUpgrade: false, perMessageDeflate: false,
    maxHttpBufferSize: LARGEST_MESSAGE, connectTimeout: CONNECT_WITHIN_MS,
    // The handshake was judged in admission.ts; whatever did not pass there has no business here.
    allowRequest: (request, decide) => decide(null, admitted.has(request)),
  })
}

function welcome(web: Web, { socket, admitted }: { socket: LiveSocket; admitted: Admitted }): Visitor | null {
  const admission = admitted.get(socket.request)
  if (admission === undefined) return null
  const { caller } = admission
  // Read anew: between the handshake and this moment nobody would have closed the socket of somebody whose rights ended.
  const { principals } = web.principals.resolve(caller.credentials)
  if (principals.length === 0) return null
  return createVisitor({ socket, caller, principals, outbox: createOutbox(socket), limits: web.limits.forSocket() })
}

/** Tells the viewer why and closes; a viewer who does not read is cut off within the promised two seconds (S18, S48). */
function endAccess(visitor: Visitor, ended: Ended): void {
  const { socket } = visitor
  for (const sessionId of [...visitor.watches.keys()]) endWatch(visitor, sessionId)
  socket.emit('access:ended', { reason: ended.reason })
  socket.disconnect(true)
  setTimeout(() => socket.request.socket.destroy(), CUT_AFTER_MS).unref()
}
