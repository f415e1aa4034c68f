/** The command line that Reach begins with, and how long a run may take. */
import { formatSpan } from '#lib/format/time.ts'
import type { PinnedTarget } from '#lib/protocol/target.ts'
import { reachAddresses, reachDepth, reachPort } from './depth.ts'
import type { ReachOptions } from './options.ts'
import { checkArgs, tcpArgs } from './steps.ts'

/** The run itself plans its commands (`Parser.plan`); this is the first. */
export function reachArgv(options: ReachOptions, target: PinnedTarget): string[] {
  const port = reachPort(options, target)
  const depth = reachDepth(options, port)
  const place = { port, addresses: reachAddresses(target), first: 1 }
  return depth === 'tcp' ? tcpArgs(options, { ...place, count: options.count ?? 0 }) : checkArgs(options, { ...place, depth, name: target.host, path: '/', hop: 0 })
}

/** Longest run that policy allows. */
const RUN_MAX_S = 86_400
const GRACE_MS = 10_000
/** Waits of one request: connection, handshake, first byte, rest of the head; once more where it speaks HTTP/2, or no TLS. */
const WAITS = 7
/** Looking a redirect's host up, and starting a program. */
const HOP_MS = 15_000
/** Asking who stands in the way. */
const BLAME_MS = 8000

/** The runner ends the run after this long: never before it would end by itself. */
export function reachDeadlineMs({ count, intervalMs, timeoutMs, checkS, redirects }: ReachOptions): number {
  const longest = RUN_MAX_S * 1000
  if (count === null) return longest
  const plain = (count - 1) * intervalMs + timeoutMs
  const looks = 1 + Math.ceil(plain / (checkS * 1000))
  return Math.min(longest, plain + looks * ((1 + redirects) * (WAITS * timeoutMs + HOP_MS) + BLAME_MS) + GRACE_MS)
}

/** How long a run takes, for the start form: `24 h at most`, `20 connections, about 22 s`. */
export function reachBound({ count, intervalMs, timeoutMs }: ReachOptions): string {
  if (count === null) return `${formatSpan(RUN_MAX_S * 1000)} at most`
  return `${count.toLocaleString('en-US')} ${count === 1 ? 'connection' : 'connections'} to each address, about ${formatSpan((count - 1) * intervalMs + timeoutMs)}`
}
