/** Every message a client may send, each bound to its guarded action. The type makes a missing one an error. */
import type { ClientToServer } from '#lib/protocol/socket.ts'
import { clock } from '../../actions/clock.ts'
import { runStop } from '../../actions/run-stop.ts'
import { transcriptRead } from '../../actions/transcript-read.ts'
import type { Action } from '../../guard.ts'
import { presencePoint } from './presence-point.ts'
import { sessionSubscribe } from './session-subscribe.ts'
import { sessionUnsubscribe } from './session-unsubscribe.ts'
import type { MessageTools } from './tools.ts'

type Answer<E extends keyof ClientToServer> = Parameters<Parameters<ClientToServer[E]>[1]>[0] extends infer R ? (R extends { ok: true; value: infer T } ? T : never) : never

export type Messages = { [E in keyof ClientToServer]: Action<Answer<E>> }

export function createMessages(tools: MessageTools): Messages {
  return {
    'session:subscribe': sessionSubscribe(tools),
    'session:unsubscribe': sessionUnsubscribe(tools),
    'run:stop': runStop,
    'transcript:read': transcriptRead,
    'presence:point': presencePoint(tools),
    clock,
  }
}
