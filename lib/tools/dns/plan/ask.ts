/** One dig: one name, some types, one server. */
import { digArgs } from '../dig/args.ts'
import { DigReader, type DigReply } from '../dig/reader.ts'
import type { DnsPurpose } from '../events.ts'
import type { DnsReply } from '../reply.ts'
import type { NoReply } from '../status.ts'
import type { Exit } from '../../tool.ts'
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
  const matched = inTurn(types, take)
  let fatal: string | null = null
  return {
    step: { binary: 'dig', args, to: [address] },
    line(text, line) {
      const read = reader.line(text, line)
      matched.take(read.replies)
      fatal ??= read.fatal?.text ?? null
      run.remark ??= fatal
      return read.understood
    },
    ended(how, line) {
      // Of a dig that somebody ended, what it was about to say is not known; what it had said whole is told already.
      if (how.kind === 'stopped') return
      if (how.kind === 'absent') { run.notStarted(address, port, how.message); return }
      run.digRan = true
      matched.take(reader.end(line))
      const silence = silenceOf(fatal, how.exit)
      if (silence !== null) for (const type of matched.rest()) take(type, silence, Math.max(1, line))
    },
  }
}

/** Replies come in the order of the questions, but old versions leave some out: the type that a reply repeats says which it is of. */
function inTurn(types: readonly string[], take: TakeReply): { take(replies: readonly DigReply[]): void; rest(): string[] } {
  const left = [...types]
  return {
    take(replies) {
      for (const { reply, question, line } of replies) {
        const at = question === null ? 0 : Math.max(0, left.indexOf(question.type))
        const [type] = left.splice(at, 1)
        if (type !== undefined) take(type, reply, Math.max(1, line))
      }
    },
    rest: () => [...left],
  }
}

/** dig's own: "no reply from server". */
const NO_SERVER = 9

/** What its end says about questions that dig printed nothing of; null: nothing is known of them. */
function silenceOf(fatal: string | null, exit: Exit): DnsReply | null {
  if (fatal !== null) return noReply('UNREACHABLE', fatal)
  return exit.code === NO_SERVER ? noReply('TIMEOUT', 'dig says only that no server replied.') : null
}

const noReply = (status: NoReply, text: string): DnsReply => ({
  status, server: null, transport: null, flags: [], authoritative: null, answers: [], authority: [], additional: [], queryMs: null, bytes: null, truncated: false, ede: [], text,
})
