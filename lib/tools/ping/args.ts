/** Ping's command line and how long it may run. */
import type { PinnedTarget } from '#lib/protocol/target.ts'
import { RUN_MAX_S, type PingOptions } from './options.ts'

/**
 * Arguments after the program: literals, checked numbers and the pinned address behind `--` (S34). iputils takes decimal
 * seconds, with a point since the runner sets LC_ALL=C.
 */
export function pingArgv(options: PingOptions, target: PinnedTarget): string[] {
  const argv = ['-n', '-O', '-D', target.family === 4 ? '-4' : '-6']
  argv.push('-i', seconds(options.intervalMs), '-W', seconds(options.timeoutMs), '-s', String(options.sizeBytes))
  if (options.ttl !== null) argv.push('-t', String(options.ttl))
  if (options.count !== null) argv.push('-c', String(options.count))
  if (options.deadlineS !== null) argv.push('-w', String(options.deadlineS))
  argv.push('--', target.address)
  return argv
}

/** Whole milliseconds as decimal seconds: the quotient's shortest form has at most three places. */
const seconds = (ms: number): string => String(ms / 1000)

/** ping rounds its wait up to the kernel's tick, so a run takes longer than count times interval. */
const TICK_SHARE = 1.1
const GRACE_MS = 10_000

/** The runner ends the process after this long. A deadline of ping's own comes first, so that it can still print its totals. */
export function pingDeadlineMs(options: PingOptions): number {
  const limits = [RUN_MAX_S * 1000]
  if (options.deadlineS !== null) limits.push(options.deadlineS * 1000 + GRACE_MS)
  else if (options.count !== null) limits.push(Math.ceil(options.count * options.intervalMs * TICK_SHARE) + options.timeoutMs + GRACE_MS)
  return Math.min(...limits)
}

/** How long a run takes at most, for the start form: `24 h at most`, `10 probes, about 12 s`. */
export function pingBound(options: PingOptions): string {
  if (options.deadlineS !== null) return `${duration(options.deadlineS)} at most`
  if (options.count === null) return `${duration(RUN_MAX_S)} at most`
  const probes = `${options.count.toLocaleString('en-US')} ${options.count === 1 ? 'probe' : 'probes'}`
  return `${probes}, about ${duration(Math.ceil(((options.count - 1) * options.intervalMs + options.timeoutMs) / 1000))}`
}

function duration(total: number): string {
  const parts = [[Math.floor(total / 3600), 'h'], [Math.floor(total / 60) % 60, 'min'], [total % 60, 's']] as const
  const shown = parts.filter(([value]) => value > 0).slice(0, 2).map(([value, unit]) => `${value} ${unit}`)
  return shown.length === 0 ? '0 s' : shown.join(' ')
}
