/** One dig: one name, some types, one server. */
import { digArgs } from '../dig/args.ts'
import { DigReader, type DigReply } from '../dig/reader.ts'
import type { DnsPurpose } from '../events.ts'
import type { DnsReply } from '../reply.ts'
import type { RunState, Server, Task } from './state.ts'

export interface Ask {
  server: Pick<Server, 'address' | 'port'>
  /** Checked: of the grammar of targets, or `askable`. */
  name: string
  types: readonly string[]
  recurse: boolean
  /** CD set. */
  unchecked?: boolean
  tcp?: boolean
}

/** What becomes of the answers, in the order of the types. */
export type TakeReply = (type: string, reply: DnsReply, line: number) => void

/** A dig whose answers are told as events, each for this purpose. */
export function question(run: RunState, purpose: DnsPurpose, ask: Ask & { server: Server }): Task {
  const { server, name } = ask
  return digTask(run, ask, (type, reply, line) => run.hear({ server, purpose, name, type, reply }, line))
}

export function digTask(run: RunState, ask: Ask, take: TakeReply): Task {
  const { options: { timeoutMs, tries, transport } } = run.context
  const { server: { address, port }, name, types, recurse } = ask
  const args = digArgs({ server: address, port, name, types, timeoutMs, tries, recurse, checking: ask.unchecked !== true, tcp: ask.tcp === true || transport === 'tcp' })
  const reader = new DigReader()
  let next = 0
  const takeAll = (replies: readonly DigReply[]): void => {
    for (const { reply, line } of replies) {
      const type = types[next++]
      if (type !== undefined) take(type, reply, Math.max(1, line))
    }
  }
  return {
    step: { binary: 'dig', args, to: [address] },
    line(text, line) {
      const { replies, understood } = reader.line(text, line)
      takeAll(replies)
      return understood
    },
    ended(how, line) {
      // Of a dig that somebody ended, what it was about to say is not known; what it had said whole is told already.
      if (how.kind === 'ended') takeAll(reader.end(line))
      else if (how.kind === 'absent') run.absent.set('dig', how.message)
    },
  }
}
