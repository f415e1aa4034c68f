/** Ping's command line for one size of a path-MTU sweep, and how long the sweep may take. */
import { formatSpan } from '#lib/format/time.ts'
import type { PinnedTarget } from '#lib/protocol/target.ts'
import type { PmtuOptions } from './options.ts'

/** Smallest packet that every link must carry: RFC 791 (as reassembled), RFC 8200. The sweep goes no lower by itself. */
export const SMALLEST_BYTES = { 4: 576, 6: 1280 } as const

/** Headers of IP and ICMP, which come on top of ping's payload. */
const HEADERS = { 4: 28, 6: 48 } as const

/** ping grants a user 200 ms at least. */
const INTERVAL_MS = 200
/** More sizes than a sweep needs: a bisection of 9,000 takes 14, the rest is for routers that speak up and for losses. */
export const STEPS_MAX = 24
const START_MS = 500
const GRACE_MS = 10_000

/**
 * A few pings of one whole-packet size: literals, checked numbers and the pinned address behind `--` (S34). `-M do` forbids fragments.
 * It lets the vantage's kernel refuse by itself what a router refused in the last ten minutes; `-M probe`, which would not, came to
 * iputils only after 20221126.
 */
export function pmtuStepArgs(options: PmtuOptions, target: PinnedTarget, packetBytes: number): string[] {
  return [
    '-n', '-D', target.family === 4 ? '-4' : '-6', '-M', 'do', '-c', String(options.probes), '-i', String(INTERVAL_MS / 1000),
    '-W', String(options.timeoutMs / 1000), '-s', String(packetBytes - HEADERS[target.family]), '--', target.address,
  ]
}

/** The sweep begins with the largest packet. */
export const pmtuArgv = (options: PmtuOptions, target: PinnedTarget): string[] => pmtuStepArgs(options, target, options.largestBytes)

const stepMs = ({ probes, timeoutMs }: PmtuOptions): number => (probes - 1) * INTERVAL_MS + timeoutMs + START_MS

/** The runner ends the sweep after this long. */
export const pmtuDeadlineMs = (options: PmtuOptions): number => STEPS_MAX * stepMs(options) + GRACE_MS

/** How long a sweep takes at most, for the start form. */
export const pmtuBound = (options: PmtuOptions): string => `${STEPS_MAX} sizes and ${formatSpan(STEPS_MAX * stepMs(options))} at most`
