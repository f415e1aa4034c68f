/** Writes session logs by hand for tests: a ping run probe by probe, as iputils -O -D would report it. */
import type { EventBody, SessionEvent } from '#lib/protocol/events.ts'
import type { RunId, SessionId } from '#lib/protocol/ids.ts'
import type { Outcome } from '#lib/protocol/outcome.ts'

export const SESSION = 'sess-0123456789a' as SessionId
export const RUN = 'run-0123456789ab' as RunId
export const TARGET = '203.0.113.9'
export const START_MS = 1_795_000_000_000

/** What became of one probe. `lateMs`: answered after that long. */
export type Fate =
  | { rttMs: number; ttl?: number; from?: string; dup?: boolean; corrupt?: boolean }
  | 'lost'
  | { icmp: Extract<EventBody, { kind: 'ping.icmp-error' }>['error']; from: string; mtu?: number }

export const reply = (rttMs: number, ttl = 61): Fate => ({ rttMs, ttl })
export const times = (n: number, fate: Fate | ((i: number) => Fate)): Fate[] => Array.from({ length: n }, (_, i) => (typeof fate === 'function' ? fate(i) : fate))

interface HistoryOptions { intervalMs?: number; options?: Record<string, unknown>; sources?: string[]; outcome?: Outcome | null }

/** The log of a session with one ping run whose probes met these fates. Events are in the order of their time. */
export function history(fates: readonly Fate[], { intervalMs = 1000, options = {}, sources = [], outcome = null }: HistoryOptions = {}): SessionEvent[] {
  const timed: { atMs: number; body: EventBody }[] = []
  fates.forEach((fate, i) => timed.push(...eventsOf(fate, { probe: i + 1, sentMs: START_MS + i * intervalMs, intervalMs })))
  timed.sort((a, b) => a.atMs - b.atMs)
  const opening: EventBody[] = [
    { kind: 'session.created', sessionId: SESSION, title: TARGET, target: TARGET, by: 'mo', vantage: 'bastion' },
    { kind: 'run.queued', runId: RUN, tool: 'ping', target: { host: TARGET, address: TARGET, family: 4, addresses: [TARGET] }, options: { intervalMs, ...options }, by: 'mo', policyId: 'p1' },
    { kind: 'run.started', runId: RUN, argv: ['/usr/bin/ping', '--', TARGET], pid: 4242, user: 'hopscope', deadlineMs: 86_400_000, sources },
  ]
  const endMs = START_MS + fates.length * intervalMs
  const closing = outcome ? [{ atMs: endMs, body: { kind: 'run.ended', runId: RUN, outcome } satisfies EventBody }] : []
  return [...opening.map((body) => ({ atMs: START_MS, body })), ...timed, ...closing]
    .map(({ atMs, body }, i) => ({ ...body, seq: i + 1, atMs }))
}

function eventsOf(fate: Fate, { probe, sentMs, intervalMs }: { probe: number; sentMs: number; intervalMs: number }): { atMs: number; body: EventBody }[] {
  const of = { runId: RUN, line: probe + 1 }
  const awaited = { atMs: sentMs + intervalMs, body: { kind: 'ping.awaited', ...of, probe } satisfies EventBody }
  if (fate === 'lost') return [awaited]
  if ('icmp' in fate) {
    const error = { kind: 'ping.icmp-error', ...of, probe, from: fate.from, error: fate.icmp, text: fate.icmp, ...(fate.mtu ? { mtu: fate.mtu } : {}) } satisfies EventBody
    return [{ atMs: sentMs + 3, body: error }, awaited]
  }
  const answer = {
    kind: 'ping.reply', ...of, probe, rttMs: fate.rttMs, ttl: fate.ttl ?? 61, bytes: 64,
    ...(fate.from ? { from: fate.from } : {}), ...(fate.corrupt ? { corrupt: true as const } : {}),
  } satisfies EventBody
  const events: { atMs: number; body: EventBody }[] = [{ atMs: sentMs + fate.rttMs, body: answer }]
  if (fate.rttMs > intervalMs) events.unshift(awaited)
  if (fate.dup) events.push({ atMs: sentMs + fate.rttMs + 0.2, body: { ...answer, dup: true } })
  return events
}
