/** The layout against a plain recomputation from the same probes. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createTimeline, layoutTimeline, type TimelineLayout } from '#lib/timeline/layout.ts'
import { planSmoke } from '#lib/timeline/smoke.ts'
import { rankOf } from '#lib/timeline/select.ts'
import { layoutOverview } from '#lib/timeline/overview.ts'
import { PROBE, type PingView } from '#lib/tools/ping/view.ts'
import { makePingView, seriesOf, type Scenario } from '#test/fixtures/ping-view.ts'

const START = Date.UTC(2026, 10, 22, 13, 27, 38)
const SCENARIOS: Scenario[] = ['calm', 'path', 'silent', 'unreachable', 'lossy']

interface Plain { at: number; state: number; rtt: number }
const plain = (view: PingView): Plain[] => Array.from({ length: view.series.length }, (_, i) => {
  const s = view.series.slot(i)
  return { at: view.series.sentAtMs[s] ?? 0, state: view.series.state[s] ?? 0, rtt: view.series.rttMs[s] ?? Number.NaN }
})
const isLost = (p: Plain): boolean => p.state === PROBE.lost || p.state === PROBE.error
const sum = (a: Iterable<number>): number => [...a].reduce((x, y) => x + y, 0)

const anyCase = fc.record({
  seed: fc.integer({ min: 1, max: 1e6 }), probes: fc.integer({ min: 0, max: 700 }), scenario: fc.constantFrom(...SCENARIOS),
  intervalMs: fc.constantFrom(10, 200, 1000, 5000), width: fc.integer({ min: 40, max: 1100 }),
  from: fc.double({ min: -0.2, max: 0.9, noNaN: true }), span: fc.double({ min: 0.02, max: 1.4, noNaN: true }), log: fc.boolean(), awaited: fc.integer({ min: 0, max: 12 }),
})
type Case = typeof anyCase extends fc.Arbitrary<infer T> ? T : never

function build(c: Case): { view: PingView; layout: TimelineLayout } {
  const view = makePingView({ ...c, startMs: START, awaited: Math.min(c.awaited, c.probes) })
  const total = Math.max(1, c.probes) * c.intervalMs
  const fromMs = START + c.from * total
  return { view, layout: layoutTimeline({ view, fromMs, toMs: fromMs + c.span * total, width: c.width, height: 190, scale: c.log ? 'log' : 'linear', nowMs: START + total }) }
}

const inWindow = (layout: TimelineLayout) => (p: Plain): boolean => Math.floor(p.at / layout.colMs) >= layout.k0 && Math.floor(p.at / layout.colMs) < layout.k0 + layout.width

describe('every column equals a plain recomputation', () => {
  it('counts, least and greatest round trip, jitter', () => {
    fc.assert(fc.property(anyCase, (c) => {
      const { view, layout } = build(c)
      const all = plain(view)
      const expected = new Map<number, { answered: number; lost: number; min: number; max: number; jitter: number; pairs: number }>()
      all.forEach((p, i) => {
        const col = Math.floor(p.at / layout.colMs) - layout.k0
        if (col < 0 || col >= layout.width) return
        const e = expected.get(col) ?? { answered: 0, lost: 0, min: Infinity, max: -Infinity, jitter: 0, pairs: 0 }
        expected.set(col, e)
        if (isLost(p)) e.lost += 1
        if (p.state !== PROBE.replied) return
        e.answered += 1
        e.min = Math.min(e.min, p.rtt)
        e.max = Math.max(e.max, p.rtt)
        const before = all[i - 1]
        if (before?.state === PROBE.replied) { e.jitter += Math.abs(p.rtt - before.rtt); e.pairs += 1 }
      })
      for (let col = 0; col < layout.width; col += 1) {
        const e = expected.get(col), { columns } = layout
        expect(columns.answered[col]).toBe(e?.answered ?? 0)
        expect(columns.lost[col]).toBe(e?.lost ?? 0)
        expect(columns.minMs[col]).toBe(e && e.answered > 0 ? e.min : Number.NaN)
        expect(columns.maxMs[col]).toBe(e && e.answered > 0 ? e.max : Number.NaN)
        expect(columns.jitterCount[col]).toBe(e?.pairs ?? 0)
        expect(columns.jitterSumMs[col]).toBeCloseTo(e?.jitter ?? 0, 6)
      }
    }), { numRuns: 120 })
  })
})

describe('nothing is hidden and nothing invented', () => {
  it('shows every lost probe: in the lane and as a hairline', () => {
    fc.assert(fc.property(anyCase, (c) => {
      const { view, layout } = build(c)
      const lost = plain(view).filter(isLost).filter(inWindow(layout)).length
      expect(sum(layout.lane.count.subarray(0, layout.lane.n))).toBe(lost)
      expect(sum(layout.lost.lost.subarray(0, layout.lost.n))).toBe(lost)
      expect(layout.counts.lost).toBe(lost)
      for (let i = 0; i < layout.lane.n; i += 1) {
        expect(layout.lane.value[i]).toBeGreaterThan(0)
        expect(layout.lane.value[i]).toBeLessThanOrEqual(1)
        expect(layout.lane.w[i]).toBeGreaterThanOrEqual(1)
      }
    }), { numRuns: 120 })
  })
  it('draws each reply once while sparse: a dot, or counted above the top', () => {
    fc.assert(fc.property(anyCase, (c) => {
      const { view, layout } = build(c)
      const replies = plain(view).filter((p) => p.state === PROBE.replied).filter(inWindow(layout)).length
      if (!layout.dense) expect(layout.dots.n + layout.above.total).toBe(replies)
      expect(sum(layout.above.count.subarray(0, layout.above.n))).toBe(layout.above.total)
    }), { numRuns: 80 })
  })
  it('takes every quantile from replies of its own window, by rank', () => {
    fc.assert(fc.property(anyCase, (c) => {
      const { view, layout } = build(c)
      const all = plain(view).filter((p) => p.state === PROBE.replied)
      const plan = planSmoke(layout.colMs, view.intervalMs)
      const holes = layout.columns.holes
      const cuts = view.ttls.length > 1 ? view.ttls.slice(1).map((span) => span.sinceMs) : []
      for (let i = 0; i < layout.smoke.n; i += 1) {
        const centre = (layout.k0 + (layout.smoke.x[i] ?? 0)) * layout.colMs
        const near = all.filter((p) => Math.abs(p.at - centre) <= plan.windowMs / 2 + layout.colMs)
        const q = [...layout.smoke.q.subarray(5 * i, 5 * i + 5)]
        expect(near.map((p) => p.rtt)).toEqual(expect.arrayContaining(q))
        expect(q).toEqual([...q].sort((a, b) => a - b))
        const clear = holes.every((h) => h.endMs < centre - plan.windowMs || h.startMs > centre + plan.windowMs) && cuts.every((at) => Math.abs(at - centre) > plan.windowMs)
        const edge = all.some((p) => Math.abs(Math.abs(p.at - centre) - plan.windowMs / 2) < 2 * layout.colMs + 1)
        if (!clear || edge) continue
        const own = all.filter((p) => Math.abs(p.at - centre) < plan.windowMs / 2).map((p) => p.rtt).sort((a, b) => a - b)
        expect(q).toEqual([0.1, 0.25, 0.5, 0.75, 0.9].map((p) => own[rankOf(p, own.length)]))
      }
    }), { numRuns: 60 })
  })
  it('lets no band run over a lasting shift: quantiles of each side come from that side alone', () => {
    const view = makePingView({ seed: 7, probes: 624, scenario: 'path', startMs: START })
    const atMs = START + 60_000
    view.shifts = [{ atMs, beforeMs: 18, afterMs: 19, madMs: 0.2, samples: 40 }]
    const layout = layoutTimeline({ view, fromMs: START, toMs: START + 120_000, width: 1069, height: 190, scale: 'linear', nowMs: START + 624_000 })
    const all = plain(view).filter((p) => p.state === PROBE.replied)
    const sides = { before: all.filter((p) => p.at < atMs).map((p) => p.rtt), after: all.filter((p) => p.at >= atMs).map((p) => p.rtt) }
    const joined: number[] = []
    for (let i = 0; i < layout.smoke.n; i += 1) {
      const centre = (layout.k0 + (layout.smoke.x[i] ?? 0)) * layout.colMs
      expect(centre < atMs ? sides.before : sides.after).toEqual(expect.arrayContaining([...layout.smoke.q.subarray(5 * i, 5 * i + 5)]))
      if (i > 0 && centre >= atMs && (layout.k0 + (layout.smoke.x[i - 1] ?? 0)) * layout.colMs < atMs) joined.push(layout.smoke.broken[i] ?? 0)
    }
    expect(joined).toEqual([1])
  })
  it('leaves a hole in the band where three or more in a row were lost', () => {
    const view = makePingView({ seed: 7, probes: 624, scenario: 'path', startMs: START })
    const layout = layoutTimeline({ view, fromMs: START, toMs: START + 624_000, width: 1069, height: 190, scale: 'linear', nowMs: START + 624_000 })
    expect(layout.bursts.length).toBeGreaterThan(0)
    for (const { x0, x1 } of layout.bursts) {
      const inside = [...layout.smoke.x.subarray(0, layout.smoke.n)].filter((x) => x > x0 && x < x1 - 1.2)
      expect(inside).toEqual([])
      const next = [...layout.smoke.x.subarray(0, layout.smoke.n)].findIndex((x) => x >= x1 - 1.2)
      if (next >= 0) expect(layout.smoke.broken[next]).toBe(1)
    }
    expect(layout.ttl.map(({ ttl, changed }) => [ttl, changed])).toEqual([[56, false], [55, true]])
    expect(layout.ttl[0]?.labels[0]).toBe('56, 64 \u2212 56 = 8 routers back')
    expect(layout.notes.map(({ labels }) => labels[0])).toEqual(['reply TTL 56 to 55, median 18.6 to 33.4 ms'])
    const cut = layout.smoke.x.subarray(0, layout.smoke.n).findIndex((x) => x > (layout.notes[0]?.x ?? 0))
    expect(layout.smoke.broken[cut]).toBe(1)
  })
  it('does not draw past the newest probe, and keeps an awaited probe out of the losses', () => {
    const view = makePingView({ seed: 3, probes: 120, scenario: 'calm', startMs: START, awaited: 4 })
    const layout = layoutTimeline({ view, fromMs: START, toMs: START + 600_000, width: 1000, height: 190, scale: 'linear', nowMs: START + 120_000 })
    expect(Math.max(...layout.smoke.x.subarray(0, layout.smoke.n))).toBeLessThan(202)
    expect([layout.counts.lost, layout.counts.awaited, layout.awaited.n]).toEqual([0, 4, 4])
  })
})

describe('frame after frame', () => {
  const part = (view: PingView, n: number): PingView => {
    const all = plain(view).map((p, i) => ({ state: p.state, rttMs: p.rtt, ttl: view.series.ttl[i] ?? 0, sentAtMs: p.at }))
    return { ...view, series: seriesOf(all.slice(0, n)), lastSentMs: all[n - 1]?.sentAtMs ?? Number.NaN }
  }
  it('an appended layout equals one made from nothing', () => {
    fc.assert(fc.property(anyCase, fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 }), (c, steps) => {
      const whole = makePingView({ ...c, probes: Math.max(60, c.probes), startMs: START })
      const timeline = createTimeline()
      const spanMs = Math.max(1, c.span * 60 * c.intervalMs)
      let n = 20
      for (const step of [0, ...steps]) {
        n = Math.min(whole.series.length, n + step)
        const seen = part(whole, n)
        const toMs = seen.lastSentMs
        const input = { view: seen, fromMs: toMs - spanMs, toMs, width: c.width, height: 190, scale: 'linear' as const, nowMs: toMs }
        const kept = timeline.layout(input), fresh = layoutTimeline(input)
        for (const key of ['answered', 'lost', 'late', 'awaited', 'minMs', 'maxMs', 'jitterCount'] as const) expect([...kept.columns[key]]).toEqual([...fresh.columns[key]])
        expect(kept.columns.holes).toEqual(fresh.columns.holes)
        expect([...kept.smoke.q.subarray(0, 5 * kept.smoke.n)]).toEqual([...fresh.smoke.q.subarray(0, 5 * fresh.smoke.n)])
        expect([...kept.smoke.broken.subarray(0, kept.smoke.n)]).toEqual([...fresh.smoke.broken.subarray(0, fresh.smoke.n)])
      }
    }), { numRuns: 60 })
  })
  it('turns a lost probe back when its reply comes late, and an awaited one when it is decided', () => {
    const view = makePingView({ seed: 5, probes: 300, scenario: 'lossy', startMs: START, awaited: 5 })
    const timeline = createTimeline()
    const input = (v: PingView) => ({ view: v, fromMs: START, toMs: START + 300_000, width: 150, height: 190, scale: 'linear' as const, nowMs: START + 300_000 })
    const before = timeline.layout(input(view))
    const lostAt = view.series.state.findIndex((s) => s === PROBE.lost)
    const next: PingView = { ...view, counts: { ...view.counts, lost: view.counts.lost - 1 + 5, late: 1, awaited: 0 }, series: { ...view.series, state: view.series.state.slice(), rttMs: view.series.rttMs.slice() } }
    next.series.state[lostAt] = PROBE.late
    next.series.rttMs[lostAt] = 11_000
    for (let i = 295; i < 300; i += 1) next.series.state[i] = PROBE.lost
    const after = timeline.layout(input(next))
    expect(after.counts).toEqual({ ...before.counts, lost: before.counts.lost + 4, late: 1, awaited: 0 })
    expect(after.bursts.length).toBe(before.bursts.length + 1)
  })
  it('holds the scale within one second and lets it go with the next', () => {
    const timeline = createTimeline()
    const of = (seed: number, nowMs: number) => timeline.layout({ view: { ...makePingView({ seed, probes: 200, scenario: seed === 1 ? 'calm' : 'path', startMs: START }), firstSentMs: START }, fromMs: START, toMs: START + 200_000, width: 500, height: 190, scale: 'linear', nowMs }).scale.topMs
    const first = of(1, 5000)
    expect(of(2, 5900)).toBe(first)
    expect(of(2, 6000)).toBeGreaterThan(first)
  })
})

describe('older than the series', () => {
  it('takes the rollups, and counts each loss once', () => {
    const whole = makePingView({ seed: 11, probes: 3600, scenario: 'lossy', startMs: Math.ceil(START / 600_000) * 600_000 })
    const all = plain(whole).map((p, i) => ({ state: p.state, rttMs: p.rtt, ttl: whole.series.ttl[i] ?? 0, sentAtMs: p.at }))
    const kept = seriesOf(all.slice(3000))
    const view = { ...whole, series: { ...kept, first: 3001 } }
    const fromMs = all[0]?.sentAtMs ?? 0
    const input = { fromMs, toMs: fromMs + 3_600_000, width: 900, height: 190, scale: 'linear' as const, nowMs: fromMs + 3_600_000 }
    expect(layoutTimeline({ ...input, view }).counts.lost).toBe(layoutTimeline({ ...input, view: whole }).counts.lost)
    expect(layoutTimeline({ ...input, view }).smoke.n).toBeGreaterThan(300)
    const overview = layoutOverview(view, { fromMs, toMs: fromMs + 3_600_000, bins: 200 })
    expect(sum(overview.lost)).toBe(layoutOverview(whole, { fromMs, toMs: fromMs + 3_600_000, bins: 200 }).lost.reduce((a, b) => a + b, 0))
  })
})

describe('probes without a stamp', () => {
  it('are placed between their neighbours, so that a loss is never off the chart', () => {
    const view = makePingView({ seed: 9, probes: 50, scenario: 'calm', startMs: START })
    view.series.state[20] = PROBE.lost
    view.series.sentAtMs[20] = Number.NaN
    const layout = layoutTimeline({ view, fromMs: START, toMs: START + 50_000, width: 500, height: 190, scale: 'linear', nowMs: START })
    expect(layout.counts.lost).toBe(1)
    expect(layout.lost.x[0]).toBeGreaterThan(195)
    expect(layout.lost.x[0]).toBeLessThan(215)
  })
})
