/** The layout over a view that the real fold made, event by event: what was sent in is what is drawn. */
import { describe, expect, it } from 'vitest'
import type { SessionEvent } from '#lib/protocol/events.ts'
import { RunId } from '#lib/protocol/ids.ts'
import { createTimeline } from '#lib/timeline/layout.ts'
import { ping } from '#lib/tools/ping/index.ts'
import { random } from '#test/fixtures/ping-view.ts'

const START = Date.UTC(2026, 10, 22, 13, 27, 38)
const runId = RunId.parse('AAAAAAAAAAAAAAAA')
const target = { host: '198.51.100.24', address: '198.51.100.24', family: 4 as const, addresses: ['198.51.100.24'] }

describe('folded run', () => {
  it('shows each reply, each loss, the burst and the TTL change; the live layout ends as a fresh one', () => {
    const options = ping.decodeOptions({})
    if (!options.ok) throw new Error(options.error.message)
    const context = { runId, target, options: options.value }
    const view = ping.fold.empty(context)
    const next = random(3)
    let seq = 0
    const apply = (event: object): void => { seq += 1; ping.fold.apply(view, { ...event, seq } as SessionEvent) }
    apply({ kind: 'run.started', runId, argv: ['ping'], pid: 1, user: 'x', deadlineMs: 3_600_000, atMs: START })
    apply({ kind: 'ping.header', runId, line: 1, target: '198.51.100.24', address: '198.51.100.24', payloadBytes: 56, atMs: START })
    const timeline = createTimeline()
    const lay = (nowMs: number) => timeline.layout({ view, fromMs: START, toMs: START + 600_000, width: 600, height: 190, scale: 'linear', nowMs })
    const PROBES = 300
    const burst = (i: number): boolean => i >= 150 && i < 156
    let lost = 0
    for (let i = 1; i <= PROBES; i += 1) {
      const sentMs = START + i * 1000
      const gone = burst(i) || next() < 0.03
      if (gone) {
        lost += 1
        apply({ kind: 'ping.awaited', runId, line: i + 1, probe: i, atMs: sentMs + 1000 })
      } else apply({ kind: 'ping.reply', runId, line: i + 1, probe: i, rttMs: 20 + next(), ttl: i < 100 ? 56 : 55, bytes: 64, atMs: sentMs + 20 })
      if (i % 7 === 0) lay(sentMs)
    }
    // Time passes for the last ones: the tool's totals come, and nothing is open any more.
    apply({ kind: 'run.ended', runId, outcome: { kind: 'finished', code: 'exit', message: 'ended' }, atMs: START + (PROBES + 60) * 1000 })
    const layout = lay(START + (PROBES + 60) * 1000)
    expect(layout.counts.answered + layout.counts.lost + layout.counts.awaited).toBe(PROBES)
    expect(layout.counts.lost).toBe(view.counts.lost)
    expect(layout.counts.lost + layout.counts.awaited).toBe(lost)
    expect(layout.bursts.some(({ lost: n }) => n >= 6)).toBe(true)
    expect(layout.ttl.map(({ ttl }) => ttl)).toEqual([56, 55])
    expect(layout.notes[0]?.labels.at(-1)).toBe('TTL 55')
    const fresh = createTimeline().layout({ view, fromMs: START, toMs: START + 600_000, width: 600, height: 190, scale: 'linear', nowMs: START + (PROBES + 60) * 1000 })
    expect([...layout.columns.lost]).toEqual([...fresh.columns.lost])
    expect([...layout.smoke.q.subarray(0, 5 * layout.smoke.n)]).toEqual([...fresh.smoke.q.subarray(0, 5 * fresh.smoke.n)])
    expect(layout.bursts).toEqual(fresh.bursts)
  })
})
