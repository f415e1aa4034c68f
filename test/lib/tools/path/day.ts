/** A long mtr run over 30 hops, event by event: one silent hop, two with a limit, one with three routers, one that loses. */
import type { SessionEvent } from '#lib/protocol/events.ts'
import { random } from '#test/fixtures/ping-view.ts'
import { RUN } from './context.ts'

export const HOPS = 30
export const START = 1_795_346_700_000
export const TARGET = '192.0.2.30'

/** Each second one probe to each hop. Whole milliseconds as the clock of a runner gives them, round trips to the microsecond. */
export function* longRun(seconds: number, seed = 7): Generator<SessionEvent> {
  const next = random(seed)
  const waiting = new Map<number, number>()
  let seq = 0
  for (let round = 0; round < seconds; round++) {
    for (let ttl = 1; ttl <= HOPS; ttl++) {
      const sentAtMs = START + round * 1000 + ttl * 33 + Math.floor(next() * 2)
      const lossy = ttl === 4 ? 1 : ttl === 1 || ttl === 9 ? 0.6 : ttl === 20 ? 0.02 : 0.001
      const unanswered = waiting.get(ttl)
      if (unanswered !== undefined) yield { kind: 'path.awaited', runId: RUN, line: seq + 1, ttl, probe: round, sentAtMs: unanswered, atMs: sentAtMs, seq: ++seq }
      waiting.delete(ttl)
      if (next() < lossy) {
        waiting.set(ttl, sentAtMs)
        continue
      }
      const rttMs = Math.round((ttl * 1.3 + 2 * next() * next() + (next() < 0.02 ? 20 * next() : 0)) * 1000) / 1000
      const from = ttl === HOPS ? TARGET : ttl === 12 ? `198.51.100.${12 + Math.floor(next() * 3) * 40}` : `198.51.100.${ttl}`
      yield { kind: 'path.reply', runId: RUN, line: seq + 1, ttl, probe: round + 1, rttMs, from, sentAtMs, atMs: sentAtMs + Math.ceil(rttMs), seq: ++seq }
    }
  }
}
