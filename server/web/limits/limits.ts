/** Every rate and count limit of web, with its figure, built once by the composition root (S24, S25, S39, S49). */
import { isIPv6 } from 'node:net'
import type { Principal } from '#lib/protocol/access.ts'
import type { Problem } from '#lib/protocol/result.ts'
import type { Clock } from '../access/types.ts'
import { createDistinctWindow, type DistinctWindow } from './distinct.ts'
import { createGauge, type Gauge } from './gauge.ts'
import { createWindow, type Verdict, type Window } from './window.ts'

/** The figures; the policy page prints them from here. */
export const LIMITS = {
  socketEvents: { limit: 20, windowMs: 1000 },
  badMessages: { limit: 2, windowMs: 10_000 },
  handshakes: { limit: 20, windowMs: 10_000 },
  socketsPerPerson: 20,
  runsPerPerson: 20,
  runsPerHost: 80,
  startsPerPerson: { limit: 60, windowMs: 3_600_000 },
  newTargets: { limit: 10, windowMs: 60_000 },
  inspections: { limit: 120, windowMs: 60_000 },
  requests: { limit: 600, windowMs: 60_000 },
  subscribes: { limit: 40, windowMs: 10_000 },
  exports: { limit: 20, windowMs: 60_000 },
  pages: { limit: 600, windowMs: 60_000 },
  throttledNotes: { limit: 5, windowMs: 60_000 },
} as const

/** The two limits of one socket. */
export interface SocketLimits {
  /** One message came. Refused: answer `rate-limited` and do nothing. */
  event(): Verdict
  /** A message did not decode. Refused at the third in 10 s: close the socket. */
  bad(): Verdict
}

export interface Limits {
  forSocket(): SocketLimits
  /** By `addressKey`, before anything else is done for a handshake. */
  handshakes: Window
  /** Requests to the HTTP API by `addressKey`. */
  requests: Window
  /** Subscriptions by `readerKey`: each reads the log from where it asks to begin. */
  subscribes: Window
  /** Files by `readerKey`: each is a whole log. */
  exports: Window
  /** Pages drawn, by `addressKey`; built files are free. */
  pages: Window
  /** Audit entries about attempts that a limit had turned away already, by `addressKey`: a flood must not fill the audit log's disk. */
  throttledNotes: Window
  /** By user id; for link holders by share id and `addressKey`. */
  sockets: Gauge
  runs: Gauge
  /** One key for the whole host: `host`. */
  hostRuns: Gauge
  starts: Window
  /** Key: user id; item: the pinned address, or the name that has none. */
  newTargets: DistinctWindow
  inspections: Window
}

/** All limiters, empty. */
export function createLimits(clock: Pick<Clock, 'monotonicMs'>): Limits {
  return {
    forSocket: () => {
      const events = createWindow({ ...LIMITS.socketEvents, maxKeys: 1 }, clock)
      const bad = createWindow({ ...LIMITS.badMessages, maxKeys: 1 }, clock)
      return { event: () => events.take(''), bad: () => bad.take('') }
    },
    handshakes: createWindow(LIMITS.handshakes, clock),
    requests: createWindow({ ...LIMITS.requests, maxKeys: 2000 }, clock),
    subscribes: createWindow(LIMITS.subscribes, clock),
    exports: createWindow(LIMITS.exports, clock),
    pages: createWindow({ ...LIMITS.pages, maxKeys: 2000 }, clock),
    throttledNotes: createWindow({ ...LIMITS.throttledNotes, maxKeys: 2000 }, clock),
    sockets: createGauge(LIMITS.socketsPerPerson),
    runs: createGauge(LIMITS.runsPerPerson),
    hostRuns: createGauge(LIMITS.runsPerHost),
    starts: createWindow(LIMITS.startsPerPerson, clock),
    newTargets: createDistinctWindow(LIMITS.newTargets, clock),
    inspections: createWindow(LIMITS.inspections, clock),
  }
}

/** Key of an address in a limiter: IPv6 by its /64, which one customer usually has whole; anything else as it is. */
export function addressKey(address: string): string {
  if (!isIPv6(address)) return address
  const [head = '', tail = ''] = address.toLowerCase().split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === '' ? [] : tail.split(':')
  const groups = right.reduce((sum, group) => sum + (group.includes('.') ? 2 : 1), 0)
  const zeros: string[] = address.includes('::') ? Array.from({ length: Math.max(0, 8 - left.length - groups) }, () => '0') : []
  return `${[...left, ...zeros, ...right].slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`
}

/** Key of somebody who reads: the person, or the link and where its holder comes from. */
export function readerKey(principal: Exclude<Principal, { kind: 'nobody' }>, address: string): string {
  return principal.kind === 'user' ? principal.userId : `${principal.shareId} ${addressKey(address)}`
}

/** The answer to a refused verdict: `message` names the limit in one sentence; when to try again is added. */
export function rateLimited(verdict: { retryAfterS: number }, message: string): Problem {
  const { retryAfterS } = verdict
  return { code: 'rate-limited', message: `${message} Try again in ${retryAfterS === 1 ? 'a second' : `${retryAfterS} seconds`}.`, retryAfterS }
}
