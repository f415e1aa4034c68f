/** The two command lines of a pathping, and how long both may take. */
import { formatSpan } from '#lib/format/time.ts'
import type { PinnedTarget } from '#lib/protocol/target.ts'
import { mtrCannot, mtrCommandLine, mtrSpanMs } from '../mtr/args.ts'
import { portOf } from '../path/fields.ts'
import { RUN_MAX_S } from '../ping/options.ts'
import { tracerouteArgv, tracerouteDeadlineMs } from '../traceroute/args.ts'
import type { TracerouteOptions } from '../traceroute/options.ts'
import type { PathpingOptions } from './options.ts'

/** A router that has not answered within this long will not decide where the path ends. */
const TRACE_WAIT_MS = 2000
const AT_ONCE = 16
/** mtr grants less to root alone. */
const ROUND_LEAST_MS = 1000
const PACKET_BYTES = 64

/** The first part as traceroute's own options. */
function traceOptions(options: PathpingOptions): TracerouteOptions {
  return { protocol: options.protocol, port: options.port, queries: 1, waitMs: TRACE_WAIT_MS, firstHop: 1, maxHops: options.maxHops, atOnce: AT_ONCE }
}

/** One probe to each hop, many at once. */
export const traceArgv = (options: PathpingOptions, target: PinnedTarget): string[] => tracerouteArgv(traceOptions(options), target)

/** Time between two probes to the same hop, so that one leaves every period, whichever hop it goes to. */
export function roundMs(options: PathpingOptions, hops: number): number {
  return Math.max(ROUND_LEAST_MS, hops * options.periodMs)
}

/** How long the second part should take over so many hops. */
export function statisticsMs(options: PathpingOptions, hops: number): number {
  return options.queries * roundMs(options, hops) + Math.ceil(options.timeoutMs / 1000) * 1000
}

/** All rounds over hops 1 to `hops`. Silent hops among them are probed too, however many. */
export function statisticsArgv(options: PathpingOptions, target: PinnedTarget, hops: number): string[] {
  return mtrCommandLine({
    protocol: options.protocol, port: portOf(options, target), rounds: options.queries, intervalMs: roundMs(options, hops), timeoutMs: options.timeoutMs,
    firstHop: 1, maxHops: hops, sizeBytes: PACKET_BYTES, maxUnknown: hops,
  }, target)
}

/** Why pathping cannot probe this target; null when it can. */
export function pathpingCannot(options: PathpingOptions, target: PinnedTarget): string | null {
  return mtrCannot({ firstHop: 1, maxHops: options.maxHops }, target) === null ? null
    : `Pathping cannot probe ${target.address}: mtr, which it counts with, does not take the zone of a link-local address. Use traceroute or ping instead.`
}

/** The runner ends the run after this long. */
export function pathpingDeadlineMs(options: PathpingOptions): number {
  const { queries, timeoutMs, maxHops } = options
  const statistics = mtrSpanMs({ rounds: queries, intervalMs: roundMs(options, maxHops), timeoutMs, maxHops })
  return Math.min(RUN_MAX_S * 1000, tracerouteDeadlineMs(traceOptions(options)) + statistics)
}

/** How long a run takes, for the start form: it depends on the path's length, which nobody knows yet. */
export function pathpingBound(options: PathpingOptions): string {
  const leastMs = options.queries * ROUND_LEAST_MS
  return `${options.queries.toLocaleString('en-US')} probes per hop, ${formatSpan(options.queries * options.periodMs)} for each hop, at least ${formatSpan(leastMs)}`
}
