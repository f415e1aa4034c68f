/** Takes every message of a socket: limits, then the guarded action, then the acknowledgement. Unknown and malformed messages count against the socket. */
import { fail, type Problem, type Result } from '#lib/protocol/result.ts'
import type { ClientToServer } from '#lib/protocol/socket.ts'
import type { Web } from '../context.ts'
import { rateLimited } from '../limits/limits.ts'
import type { Messages } from './messages/all.ts'
import { openWatches, type Visitor } from './visitor.ts'

/** Refused messages after which a flood is cut off instead of answered. */
const REFUSED_MAX = 20

const MALFORMED: Problem = { code: 'invalid', message: 'A message is a name, one object, and an acknowledgement.' }

type Ack = (result: Result<unknown>) => void

export function takeMessages(web: Web, visitor: Visitor, messages: Messages): void {
  let refused = 0
  const bad = (): void => {
    if (!visitor.limits.bad().ok) visitor.socket.disconnect(true)
  }
  const take = async (event: string, args: readonly unknown[]): Promise<void> => {
    const ack = ackOf(args)
    const within = visitor.limits.event()
    if (!within.ok) {
      refused += 1
      if (refused > REFUSED_MAX) visitor.socket.disconnect(true)
      else ack(fail(rateLimited(within, 'This connection sends messages faster than is allowed.')))
      return
    }
    if (args.length !== 2 || typeof args[1] !== 'function' || !isMessage(messages, event)) {
      ack(fail(MALFORMED))
      return bad()
    }
    const result = await messages[event].invoke(web, visitor.caller, args[0])
    ack(result)
    if (result.ok && event === 'session:subscribe') openWatches(visitor)
    if (!result.ok && result.error.code === 'invalid') bad()
  }
  visitor.socket.onAny((event: unknown, ...args: unknown[]) => {
    take(typeof event === 'string' ? event : '', args).catch((error: unknown) => web.log.error('a message handler failed', error))
  })
}

function isMessage(messages: Messages, event: string): event is keyof ClientToServer {
  return Object.hasOwn(messages, event)
}

/** The acknowledgement is the last argument; a message without one is told nothing. */
function ackOf(args: readonly unknown[]): Ack {
  const last = args.at(-1)
  return (result) => {
    if (typeof last === 'function') (last as Ack)(result)
  }
}
