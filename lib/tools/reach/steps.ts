/** The commands of a reach run: literals, checked numbers, names and paths of a strict grammar, and pinned addresses behind `--` (S34). */
import type { Step } from '../tool.ts'
import { familyOf, type Depth } from './depth.ts'
import type { ReachOptions } from './options.ts'

export const PROBE = 'hopscope-reach'
/** Connections in a row that must end otherwise than the first one before the probe tells it by ending. */
const WATCH = 2

export interface Place { port: number; addresses: readonly string[] }

/** TCP, TLS and HTTP at some addresses side by side. `first`: number of the connection. */
export function checkArgs({ timeoutMs }: Pick<ReachOptions, 'timeoutMs'>, place: Place & { depth: Exclude<Depth, 'tcp'>; name: string; path: string; hop: number; first: number }): string[] {
  const { port, depth, name, path, hop, first, addresses } = place
  return [
    'check', '--port', String(port), '--timeout', String(timeoutMs), '--depth', depth, '--name', plainName(name),
    ...(path === '/' ? [] : ['--path', path]), ...(hop === 0 ? [] : ['--hop', String(hop)]), ...(first === 1 ? [] : ['--first', String(first)]), '--', ...addresses,
  ]
}

/** TCP alone, at the interval. `count` 0: until stopped. */
export function tcpArgs({ timeoutMs, intervalMs }: Pick<ReachOptions, 'timeoutMs' | 'intervalMs'>, { port, addresses, first, count }: Place & { first: number; count: number }): string[] {
  return [
    'tcp', '--port', String(port), '--count', String(count), '--interval', String(intervalMs), '--timeout', String(timeoutMs),
    ...(first === 1 ? [] : ['--first', String(first)]), '--watch', String(WATCH), '--', ...addresses,
  ]
}

export const probeStep = (args: readonly string[], addresses: readonly string[]): Step => ({ binary: PROBE, args, to: addresses })

/** More hops than any path has: whoever answers is the target, or stands in the way. */
const TTL = 64
/** Longer than a router looks for a neighbour (3 s) before it says that there is none. */
const BLAME_WAIT_S = 4

/** One SYN that goes all the way: who answers it, and how (`-O info` shows the flags of TCP). */
export const blameStep = (address: string, port: number): Step => ({
  binary: 'traceroute', to: [address],
  args: ['-n', familyOf(address) === 4 ? '-4' : '-6', '-T', '-O', 'info', '-p', String(port), '-f', String(TTL), '-m', String(TTL), '-q', '1', '-w', String(BLAME_WAIT_S), '--', address],
})

/** As certificates and `Host` have it: without the dot that ends a name. */
const plainName = (host: string): string => (host.endsWith('.') ? host.slice(0, -1) : host)
