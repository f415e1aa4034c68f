/** Events as a real ping run writes them, made from a seed: for tests and benchmarks of everything that stores or sends events. */
import type { Observed, SessionEvent } from '#lib/protocol/events.ts'
import type { RunId, SessionId } from '#lib/protocol/ids.ts'

/** Fixed ids of the right form. */
export const sampleSession = (n: number): SessionId => `session-${String(n).padStart(8, '0')}` as SessionId
export const sampleRun = (n: number): RunId => `run-${String(n).padStart(12, '0')}` as RunId

/** Park-Miller: the same numbers on every machine. */
export function seeded(seed: number): () => number {
  let state = seed % 2147483647 || 1
  return () => (state = (state * 48271) % 2147483647) / 2147483647
}

/**
 * `count` events of a ping at `intervalMs`: replies with microsecond stamps and rtt printed as ping prints it (three
 * significant digits from 1 ms on), 2 % without an answer, some lines nobody understands.
 */
export function pingEvents(count: number, options: { seed?: number; intervalMs?: number; startMs?: number; runId?: RunId } = {}): Observed[] {
  const { seed = 7, intervalMs = 1000, startMs = 1_795_000_000_000, runId = sampleRun(1) } = options
  const random = seeded(seed)
  const events: Observed[] = []
  for (let i = 0; i < count; i++) {
    const line = i + 2
    const rtt = 11 + random() * 3 + (random() < 0.01 ? 80 * random() : 0)
    const rttMs = Number(rtt.toPrecision(3))
    const atMs = Math.round((startMs + i * intervalMs + rtt + random()) * 1000) / 1000
    const chance = random()
    if (chance < 0.02) events.push({ kind: 'ping.awaited', runId, line, probe: i + 1, atMs })
    else if (chance < 0.0205) events.push({ kind: 'unrecognised', runId, line, text: `odd line ${i} \u00e9\u{1f680}`, atMs })
    else events.push({ kind: 'ping.reply', runId, line, probe: i + 1, rttMs, ttl: 57, bytes: 64, atMs })
  }
  return events
}

/** Gives events their places. */
export const numbered = (events: readonly Observed[], firstSeq = 1): SessionEvent[] => events.map((event, i) => ({ ...event, seq: firstSeq + i }))
