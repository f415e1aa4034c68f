/** One socket's subscription to one session: pushes batches as far as its owner may see them, no faster than the socket takes them. */
import { decodeEvents, encodeEvents } from '#lib/protocol/codec.ts'
import type { SessionId } from '#lib/protocol/ids.ts'
import type { PackedBatch, Sink } from '../sessions/types.ts'
import type { ReadingScope } from '../share-scope.ts'
import type { Cast } from './cast.ts'
import type { Outbox } from './outbox.ts'
import type { LiveSocket } from './types.ts'

export interface ViewerParts {
  socket: LiveSocket
  outbox: Outbox
  sessionId: SessionId
  /** Null: everything. */
  scope: ReadingScope | null
  cast: Cast
}

export interface Viewer extends Sink {
  /** Nothing is pushed before this: the acknowledgement goes first. */
  open(): void
  close(): void
}

export function createViewer({ socket, outbox, sessionId, scope, cast }: ViewerParts): Viewer {
  let state: 'waiting' | 'open' | 'closed' = 'waiting'
  const to = { socket, sessionId, isOpen: () => state !== 'closed' }
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
      if (shown !== null) cast(to, shown)
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
