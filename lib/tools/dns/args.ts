/** The command line that Names begins with, as the form shows it, and how long a run may take. */
import { formatSpan } from '#lib/format/time.ts'
import type { PinnedTarget } from '#lib/protocol/target.ts'
import { digArgs, digLimitMs } from './dig/args.ts'
import type { DnsOptions } from './options.ts'
import { questionOf } from './question.ts'

/** The servers are known on the vantage alone: the first dig without one. The run itself plans its commands (`Parser.plan`). */
export function dnsArgv(options: DnsOptions, target: PinnedTarget): string[] {
  const { timeoutMs, tries, transport } = options
  const { name, types } = questionOf(options, target)
  const args = digArgs({ server: '', port: 53, name, types, timeoutMs, tries, recurse: true, checking: true, tcp: transport === 'tcp' })
  return args.filter((arg) => arg !== '@')
}

/** Longest run that policy allows. */
const RUN_MAX_S = 86_400
/** getent waits as the C library does: twice 5 s for each of three servers. */
const OS_MS = 30_000
const GRACE_MS = 10_000
/** Stages of a round in which somebody may be silent: the zone, what follows from an answer, there and back, connections. */
const STAGES = 5

/** A round in which nobody answers anything takes about as long as this. */
function roundMs(options: DnsOptions): number {
  const types = options.recordType.split(',')
  return Math.max(OS_MS, digLimitMs({ types, timeoutMs: options.timeoutMs, tries: options.tries, tcp: options.transport === 'tcp' })) * STAGES
}

/** The runner ends the run after this long. */
export function dnsDeadlineMs(options: DnsOptions): number {
  if (options.rounds === null) return RUN_MAX_S * 1000
  return Math.min(RUN_MAX_S * 1000, options.rounds * Math.max(options.intervalMs, roundMs(options)) + GRACE_MS)
}

/** How long a run takes, for the start form: `24 h at most`, `3 rounds, about 1 min`. */
export function dnsBound(options: DnsOptions): string {
  if (options.rounds === null) return `${RUN_MAX_S / 3600}\u00a0h at most`
  if (options.rounds === 1) return 'one round, a few seconds'
  return `${options.rounds.toLocaleString('en-US')} rounds, about ${formatSpan(Math.min(RUN_MAX_S * 1000, (options.rounds - 1) * options.intervalMs))}`
}
