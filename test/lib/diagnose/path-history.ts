/** Writes session logs by hand for tests of path rules: ping, mtr and path-MTU runs side by side through one simulated network. */
import type { EventBody, EventOf, SessionEvent, ToolId } from '#lib/protocol/events.ts'
import type { RunId } from '#lib/protocol/ids.ts'
import { applyEvent, emptySession } from '#lib/session/fold.ts'
import type { SessionView } from '#lib/session/view.ts'
import { SESSION, START_MS, TARGET } from '#test/lib/session/history.ts'

export const ROUTERS = [1, 2, 3, 4, 5, 6].map((n) => `198.51.100.${n}`)
export const RTTS = [1, 3, 5, 8, 11, 14, 16]

/** What comes back for one probe; null: nothing. */
export type Answer = { from: string; rttMs: number; flag?: string; error?: EventOf<'path.reply'>['error']; mtu?: number } | null
export interface PingAnswer { rttMs: number; ttl: number }
export type Timed = { atMs: number; body: EventBody }

/** A number in [0, 1) that depends on its arguments alone. */
export function chance(...of: readonly number[]): number {
  let h = 2_166_136_261
  for (const n of of) for (const byte of [n & 255, (n >> 8) & 255, 7]) h = Math.imul(h ^ byte, 16_777_619)
  h = Math.imul(h ^ (h >>> 15), 2_246_822_507)
  h = Math.imul(h ^ (h >>> 13), 3_266_489_909)
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32
}

/** A healthy path of six routers to the target, a little noise on every answer. */
export const clean = (ttl: number, round: number): Answer => {
  const rttMs = (RTTS[Math.min(ttl, 7) - 1] ?? 16) + chance(ttl, round) / 2
  return ttl >= 7 ? { from: TARGET, rttMs } : { from: ROUTERS[ttl - 1] ?? '', rttMs }
}

export interface RunOptions { id: string; tool: ToolId; options?: Record<string, unknown>; address?: string; host?: string; addresses?: string[]; atS?: number; sources?: string[] }

export function opening({ id, tool, options = {}, address = TARGET, host = address, addresses = [address], atS = 0, sources = [] }: RunOptions): Timed[] {
  const runId = runIdOf(id)
  const family = address.includes(':') ? 6 : 4
  return [
    { atMs: START_MS + atS * 1000, body: { kind: 'run.queued', runId, tool, target: { host, address, family, addresses }, options, by: 'mo', policyId: 'p1' } },
    { atMs: START_MS + atS * 1000, body: { kind: 'run.started', runId, argv: [`/usr/bin/${tool}`], pid: 4242, user: 'hopscope', deadlineMs: 86_400_000, sources } },
  ]
}

export const runIdOf = (id: string): RunId => `run-${id.padEnd(12, '0')}` as RunId

export interface PathWorld extends Partial<RunOptions> {
  rounds: number
  answer: (ttl: number, round: number) => Answer
  /** Highest TTL probed in a round. */
  lastTtl?: number
}

/** An mtr run: each round probes every TTL once; what is not answered is told when the next round begins. */
export function mtr({ rounds, answer, lastTtl = 7, id = 'mtr', tool = 'mtr', ...run }: PathWorld): Timed[] {
  const runId = runIdOf(id)
  const events = opening({ id, tool, ...run })
  const startMs = START_MS + (run.atS ?? 0) * 1000
  for (let round = 1; round <= rounds; round++) {
    for (let ttl = 1; ttl <= lastTtl; ttl++) {
      const sentAtMs = startMs + (round - 1) * 1000 + ttl * 20
      const got = answer(ttl, round)
      const of = { runId, line: round * 40 + ttl, ttl, probe: round, sentAtMs }
      if (got) events.push({ atMs: sentAtMs + got.rttMs, body: { kind: 'path.reply', ...of, ...got } })
      if (!got || got.rttMs > 1000) events.push({ atMs: sentAtMs + 1000, body: { kind: 'path.awaited', ...of } })
    }
  }
  return events
}

export interface PingWorld extends Partial<RunOptions> {
  probes: number
  answer: (probe: number) => PingAnswer | 'prohibited' | 'expired' | null
  from?: string
}

export function ping({ probes, answer, from = ROUTERS[3] ?? '', id = 'ping', ...run }: PingWorld): Timed[] {
  const runId = runIdOf(id)
  const events = opening({ id, tool: 'ping', ...run })
  for (let probe = 1; probe <= probes; probe++) {
    const sentMs = START_MS + (run.atS ?? 0) * 1000 + (probe - 1) * 1000 + 500
    const got = answer(probe)
    const of = { runId, line: probe + 1, probe }
    if (got === 'prohibited' || got === 'expired') {
      const error = got === 'expired' ? 'ttl-exceeded' : 'admin-prohibited'
      events.push({ atMs: sentMs + 8, body: { kind: 'ping.icmp-error', ...of, from, error, text: error } })
    } else if (got) events.push({ atMs: sentMs + got.rttMs, body: { kind: 'ping.reply', ...of, rttMs: got.rttMs, ttl: got.ttl, bytes: 64 } })
    if (!got || typeof got === 'string') events.push({ atMs: sentMs + 1000, body: { kind: 'ping.awaited', ...of } })
  }
  return events
}

export interface PmtuWorld extends Partial<RunOptions> {
  mtu: number | null
  failsFrom: number | null
  fate?: 'too-big' | 'local' | 'silent'
  toldBy?: string | null
}

export function pmtu({ mtu, failsFrom, fate = 'silent', toldBy = null, id = 'pmtu', ...run }: PmtuWorld): Timed[] {
  const runId = runIdOf(id)
  const at = START_MS + (run.atS ?? 0) * 1000
  const tried = (packetBytes: number, is: 'passed' | 'too-big' | 'local' | 'silent', line: number): Timed => ({ atMs: at + line * 800, body: {
    kind: 'pmtu.try', runId, line, packetBytes, fate: is, sent: 3, answered: is === 'passed' ? 3 : 0, ...(is === 'too-big' && toldBy !== null && mtu !== null ? { from: toldBy, mtu } : {}),
  } })
  return [
    ...opening({ id, tool: 'pmtu', ...run }),
    ...(failsFrom === null ? [] : [tried(failsFrom, fate, 2)]), ...(mtu === null ? [] : [tried(mtu, 'passed', 4)]),
    { atMs: at + 5000, body: { kind: 'pmtu.result', runId, line: 6, mtu, failsFrom, toldBy } },
  ]
}

/** One log of these runs, folded. */
export function session(...runs: readonly Timed[][]): SessionView {
  const view = emptySession()
  for (const event of logOf(...runs)) applyEvent(view, event)
  return view
}

export function logOf(...runs: readonly Timed[][]): SessionEvent[] {
  const created: Timed = { atMs: START_MS, body: { kind: 'session.created', sessionId: SESSION, title: TARGET, target: TARGET, by: 'mo', vantage: 'bastion' } }
  return [created, ...runs.flat().toSorted((a, b) => a.atMs - b.atMs)].map(({ atMs, body }, i) => ({ ...body, seq: i + 1, atMs }))
}
