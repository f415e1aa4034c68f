/** mtr's command line and how long it may run. */
import { formatSpan } from '#lib/format/time.ts'
import type { PinnedTarget } from '#lib/protocol/target.ts'
import { portOf } from '../path/fields.ts'
import { RUN_MAX_S } from '../ping/options.ts'
import type { MtrOptions } from './options.ts'

/** What mtr's command line says, whoever runs it. */
export interface MtrCommand {
  protocol: 'icmp' | 'udp' | 'tcp'
  port: number | null
  rounds: number
  intervalMs: number
  timeoutMs: number
  firstHop: number
  maxHops: number
  sizeBytes: number
  /** Silent hops after which mtr begins the next round; null: mtr's own 12. */
  maxUnknown: number | null
}

/** Seconds for which mtr-packet waits for an answer: longer than any `timeoutMs`, so that a late answer is seen as one. */
const KEPT_OPEN_S = 10

/** Headers alone take this much; mtr would send no less and say nothing. */
const LEAST_BYTES = { 4: 28, 6: 48 } as const

/**
 * Arguments after the program: literals, checked numbers and the pinned address behind `--` (S34). `-m` stands before `-f`, which
 * mtr cuts down to the maximum it knows so far. `-e` asks for MPLS labels. A packet below the size of its headers is raised to it.
 */
export function mtrCommandLine(command: MtrCommand, target: PinnedTarget): string[] {
  const { protocol, port } = command
  const argv = ['-n', '--raw', '-e', target.family === 4 ? '-4' : '-6', '-c', String(command.rounds), '-i', seconds(command.intervalMs)]
  argv.push('-G', String(Math.ceil(command.timeoutMs / 1000)), '-Z', String(KEPT_OPEN_S))
  argv.push('-m', String(command.maxHops), '-f', String(command.firstHop))
  if (command.maxUnknown !== null) argv.push('-U', String(command.maxUnknown))
  argv.push('-s', String(Math.max(command.sizeBytes, LEAST_BYTES[target.family])))
  if (protocol === 'udp') argv.push('-u')
  if (protocol === 'tcp') argv.push('-T')
  if (port !== null) argv.push('-P', String(port))
  argv.push('--', target.address)
  return argv
}

/** Whole milliseconds as decimal seconds; mtr takes a point since the runner sets LC_ALL=C. */
const seconds = (ms: number): string => String(ms / 1000)

export function mtrArgv(options: MtrOptions, target: PinnedTarget): string[] {
  const rounds = options.cycles ?? Math.ceil((RUN_MAX_S * 1000) / options.intervalMs)
  return mtrCommandLine({ ...options, port: portOf(options, target), rounds, maxUnknown: null }, target)
}

/** Why mtr cannot probe this target, in a sentence with what to do instead; null when it can. */
export function mtrCannot(options: Pick<MtrOptions, 'firstHop' | 'maxHops'>, target: PinnedTarget): string | null {
  if (target.address.includes('%')) {
    return `mtr cannot probe ${target.address}: it does not take the zone of a link-local address. Use traceroute or ping instead.`
  }
  if (options.firstHop > options.maxHops) return `The first hop (${options.firstHop}) lies beyond the last (${options.maxHops}). Choose a first hop of ${options.maxHops} or less.`
  return null
}

/** mtr spaces the probes of its first round as if there were 10 hops. */
const FIRST_ROUND_HOPS = 10
const TICK_SHARE = 1.1
const GRACE_MS = 10_000

/** How long so many rounds take at most, with the wait for the last answers. */
export function mtrSpanMs({ rounds, intervalMs, timeoutMs, maxHops }: Pick<MtrCommand, 'rounds' | 'intervalMs' | 'timeoutMs' | 'maxHops'>): number {
  const firstMs = Math.max(1, maxHops / FIRST_ROUND_HOPS) * intervalMs
  return Math.ceil(((rounds - 1) * intervalMs + firstMs) * TICK_SHARE) + Math.ceil(timeoutMs / 1000) * 1000 + GRACE_MS
}

/** The runner ends the process after this long. */
export function mtrDeadlineMs(options: MtrOptions): number {
  const mostMs = RUN_MAX_S * 1000
  return options.cycles === null ? mostMs : Math.min(mostMs, mtrSpanMs({ ...options, rounds: options.cycles }))
}

/** How long a run takes at most, for the start form: `24 h at most`, `10 rounds, about 12 s`. */
export function mtrBound(options: MtrOptions): string {
  if (options.cycles === null) return `${RUN_MAX_S / 3600} h at most`
  const aboutMs = options.cycles * options.intervalMs + Math.ceil(options.timeoutMs / 1000) * 1000
  return `${options.cycles.toLocaleString('en-US')} ${options.cycles === 1 ? 'round' : 'rounds'}, about ${formatSpan(Math.min(aboutMs, RUN_MAX_S * 1000))}`
}
