/** One encoding and one frame for however many viewers a batch goes to: the frames are what a server with many viewers spends its time on. */
import type { SessionId } from '#lib/protocol/ids.ts'
import type { LiveServer, LiveSocket } from './types.ts'

/** Consecutive events in packed form; viewers given the very same `bytes` share one frame. */
export interface Shown { firstSeq: number; lastSeq: number; bytes: Uint8Array }

export interface CastTo {
  socket: LiveSocket
  sessionId: SessionId
  /** Asked again right before sending: a viewer may be closed in between. */
  isOpen(): boolean
}

/** Sends at the end of the turn, to each socket in the order of the calls. */
export type Cast = (to: CastTo, shown: Shown) => void

interface Waiting { sessionId: SessionId; shown: Shown; to: CastTo[] }

export function createCast(io: Pick<LiveServer, 'to'>): Cast {
  let waiting = new Map<Uint8Array, Waiting>()
  const flush = (): void => {
    const due = waiting
    waiting = new Map()
    for (const { sessionId, shown, to } of due.values()) {
      const rooms = to.filter((viewer) => viewer.isOpen()).map(({ socket }) => socket.id)
      if (rooms.length === 0) continue
      const { firstSeq, lastSeq, bytes } = shown
      io.to(rooms).emit('session:events', { sessionId, firstSeq, lastSeq, packed: base64Of(bytes) })
    }
  }
  return (to, shown) => {
    if (waiting.size === 0) queueMicrotask(flush)
    const known = waiting.get(shown.bytes)
    if (known) known.to.push(to)
    else waiting.set(shown.bytes, { sessionId: to.sessionId, shown, to: [to] })
  }
}

const base64Of = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
