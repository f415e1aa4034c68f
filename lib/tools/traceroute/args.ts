/** Traceroute's command line and how long it may run. */
import type { PinnedTarget } from '#lib/protocol/target.ts'
import { portOf } from '../path/fields.ts'
import type { TracerouteOptions } from './options.ts'

/**
 * Arguments after the program: literals, checked numbers and the pinned address behind `--` (S34). Only a lone -w keeps a star honest:
 * with its two further values traceroute gives a probe up earlier than the wait that was asked for. -e costs no packet: it shows the
 * MPLS labels that routers quote anyway.
 */
export function tracerouteArgv(options: TracerouteOptions, target: PinnedTarget): string[] {
  const argv = ['-n', '-e', target.family === 4 ? '-4' : '-6']
  argv.push('-f', String(options.firstHop), '-m', String(options.maxHops), '-q', String(options.queries))
  argv.push('-w', String(options.waitMs / 1000), '-N', String(options.atOnce))
  const port = portOf(options, target)
  if (options.protocol === 'icmp') argv.push('-I')
  else if (options.protocol === 'tcp') argv.push('-T')
  // A port of UDP's own stays the same for every probe (-U); without one traceroute counts its ports up from 33434.
  else if (port !== null) argv.push('-U')
  if (port !== null) argv.push('-p', String(port))
  argv.push('--', target.address)
  return argv
}

/** Why these options cannot work, in a sentence with what to do instead; null when they can. */
export function tracerouteCannot(options: TracerouteOptions): string | null {
  if (options.firstHop <= options.maxHops) return null
  return `The first hop (${options.firstHop}) lies behind the last one (${options.maxHops}). Choose a first hop of at most ${options.maxHops}, or more hops.`
}

const GRACE_MS = 10_000

/**
 * The longest a trace can take: `atOnce` probes are under way, a new one goes out as soon as one is answered or given up, and none lasts
 * longer than `waitMs`. The last one may start when all the others are done.
 */
function longestMs(options: TracerouteOptions): number {
  const probes = hopsOf(options) * options.queries
  return Math.ceil(probes / options.atOnce) * options.waitMs + options.waitMs
}

const hopsOf = (options: TracerouteOptions): number => Math.max(0, options.maxHops - options.firstHop + 1)

/** The runner ends the process after this long: never before traceroute would end by itself. */
export function tracerouteDeadlineMs(options: TracerouteOptions): number {
  return longestMs(options) + GRACE_MS
}

/** How long a run takes at most, for the start form: `30 hops, 69 s at most`. */
export function tracerouteBound(options: TracerouteOptions): string {
  const hops = hopsOf(options)
  return `${hops} ${hops === 1 ? 'hop' : 'hops'}, ${duration(Math.ceil(longestMs(options) / 1000))} at most`
}

function duration(total: number): string {
  const parts = [[Math.floor(total / 3600), 'h'], [Math.floor(total / 60) % 60, 'min'], [total % 60, 's']] as const
  return parts.filter(([value]) => value > 0).slice(0, 2).map(([value, unit]) => `${value} ${unit}`).join(' ')
}
