/** One socket's subscription to one session: pushes batches as far as its owner may see them, no faster than the socket takes them. */
import { decodeEvents, encodeEvents } from '#lib/protocol/codec.ts'
import type { SessionId } from '#lib/protocol/ids.ts'
import type { PackedBatch, Sink } from '../sessions/types.ts'
import type { ReadingScope } from '../share-scope.ts'
import type { Outbox } from './outbox.ts'
import type { LiveSocket } from './types.ts'

export interface ViewerParts {
  socket: LiveSocket
  outbox: Outbox
  sessionId: SessionId
  /** Null: everything. */
  scope: ReadingScope | null
  /** Base64 of a batch, shared by all viewers of it. */
  base64(bytes: Uint8Array): string
}

export interface Viewer extends Sink {
  /** Nothing is pushed before this: the acknowledgement goes first. */
  open(): void
  close(): void
}

export function createViewer({ socket, outbox, sessionId, scope, base64 }: ViewerParts): Viewer {
  let state: 'waiting' | 'open' | 'closed' = 'waiting'
  return {
    open() {
      if (state === 'waiting') state = 'open'
    },
    close() {
      state = 'closed'
    },
    ready: () => state === 'open' && outbox.ready(),
    send(batch) {
      if (state === 'closed') return
      const shown = scope === null || scope.whole ? batch : narrowed(batch, scope)
      if (shown === null) return
      socket.emit('session:events', { sessionId, firstSeq: shown.firstSeq, lastSeq: shown.lastSeq, packed: base64(shown.bytes) })
    },
    behind(missing) {
      if (state !== 'closed') outbox.latest(`behind ${sessionId}`, 'session:behind', { sessionId, missing })
    },
  }
}

/** The batch as the link shows it: nothing after its end, private things replaced. Null when nothing is left. */
function narrowed(batch: PackedBatch, scope: ReadingScope): PackedBatch | null {
  const untilSeq = scope.untilSeq ?? Number.MAX_SAFE_INTEGER
  if (batch.firstSeq > untilSeq) return null
  const events = decodeEvents(batch.bytes).filter((event) => event.seq <= untilSeq).map(scope.event)
  const last = events.at(-1)
  return last === undefined ? null : { firstSeq: batch.firstSeq, lastSeq: last.seq, bytes: encodeEvents(events) }
}

/** Encodes each batch once however many viewers it goes to; forgets it with the batch. */
export function createBase64(): (bytes: Uint8Array) => string {
  const known = new WeakMap<Uint8Array, string>()
  return (bytes) => {
    const text = known.get(bytes) ?? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
    known.set(bytes, text)
    return text
  }
}
