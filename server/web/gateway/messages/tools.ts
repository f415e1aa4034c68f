/** What message handlers need of the gateway. */
import type { SessionId } from '#lib/protocol/ids.ts'
import type { Cast } from '../cast.ts'
import type { Visitor, Watch } from '../visitor.ts'

export interface MessageTools {
  cast: Cast
  /** Every watch of a session, over all sockets. */
  viewersOf(sessionId: SessionId): { visitor: Visitor; watch: Watch }[]
  presenceChanged(sessionId: SessionId): void
}
