/** Figures of a stretch of time and heat strips, against their definitions; from buckets once the probes are gone. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Observed } from '#lib/protocol/events.ts'
import { PROBE } from '#lib/tools/ping/view.ts'
import { hopHeat } from '#lib/tools/path/heat.ts'
import { routersOut } from '#lib/tools/path/routers.ts'
import { hopWindow } from '#lib/tools/path/window.ts'
import { HOP_PROBES_KEPT } from '#lib/tools/path/view.ts'
import { random } from '#test/fixtures/ping-view.ts'
import { contextOf, fold, folded, RUN } from './context.ts'
import { naiveCounts, naiveJitter, naiveRtt, near, rowsOf, type Row } from './naive.ts'
import { START, TARGET, tell, world } from './world.ts'

const quantile = (values: readonly number[], p: number): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const h = (sorted.length - 1) * p
  const [low, high] = [sorted[Math.floor(h)] ?? NaN, sorted[Math.ceil(h)] ?? NaN]
  return near(low + (high - low) * (h % 1))
}
const inTime = (rows: readonly Row[]): number[] => rows.filter((row) => row.state === PROBE.replied).map((row) => row.rttMs)

describe('a window of a hop', () => {
  it('agrees with the definitions', () => {
    fc.assert(fc.property(world, fc.nat(60), fc.nat(60), (some, a, b) => {
      const view = folded(tell(some), contextOf(TARGET))
      const span = { fromMs: START + Math.min(a, b) * 1000, toMs: START + Math.max(a, b) * 1000 + 1 }
      for (const hop of view.hops) {
        const all = rowsOf(hop).map((row, i) => ({ ...row, who: hop.series.responder[hop.series.slot(i)] }))
        const rows = all.filter((row) => row.sentMs >= span.fromMs && row.sentMs < span.toMs && row.state !== PROBE.none)
        const rtts = inTime(rows)
        const { meanMs, stdevMs, minMs, maxMs } = naiveRtt(rows)
        const jitter = naiveJitter(rows)
        expect(hopWindow(hop, span)).toEqual({
          ...naiveCounts(rows), lastMs: rtts.at(-1) ?? NaN, meanMs, minMs, maxMs, stdevMs,
          p25Ms: quantile(rtts, 0.25), p50Ms: quantile(rtts, 0.5), p75Ms: quantile(rtts, 0.75), p95Ms: quantile(rtts, 0.95),
          jitterMs: jitter.meanAbsMs, jitterMaxMs: jitter.maxMs, jitterN: jitter.n, exact: true,
        })
        const own = rows.filter((row) => row.who === 0)
        const counts = naiveCounts(own)
        expect(hopWindow(hop, span, 0)).toMatchObject({ ...counts, lost: 0, awaited: 0, sent: counts.answered + counts.late, p50Ms: quantile(inTime(own), 0.5) })
      }
    }), { numRuns: 60 })
  })

  it('counts probes of unknown sending at the time of their line', () => {
    const view = folded([1, 2, 3].map((probe): Observed => ({ kind: 'path.unanswered', runId: RUN, line: probe, ttl: 1, probe, atMs: START + probe * 1000 })))
    const [hop] = view.hops
    expect(hop && hopWindow(hop, { fromMs: START + 1500, toMs: START + 2500 })).toMatchObject({ sent: 1, lost: 1, judged: 1, p50Ms: NaN, exact: true })
  })

  it('is told from buckets where the probes are gone, and says so', () => {
    const view = fold.empty(contextOf(TARGET))
    const next = random(3)
    const rtts: number[] = []
    const total = 20_000
    for (let probe = 1; probe <= total; probe++) {
      const sentAtMs = START + probe * 1000
      const rttMs = Math.round((20 + 5 * next()) * 1000) / 1000
      rtts.push(probe % 10 === 0 ? NaN : rttMs)
      fold.apply(view, probe % 10 === 0
        ? { kind: 'path.unanswered', runId: RUN, line: probe, ttl: 1, probe, atMs: sentAtMs, seq: probe }
        : { kind: 'path.reply', runId: RUN, line: probe, ttl: 1, probe, rttMs, from: TARGET, sentAtMs, atMs: sentAtMs + rttMs, seq: probe })
    }
    const [hop] = view.hops
    if (!hop) throw new Error('no hop')
    const all = hopWindow(hop, { fromMs: START, toMs: START + (total + 1) * 1000 })
    expect(all).toMatchObject({ sent: total, judged: total, answered: 18_000, lost: 2000, exact: false })
    const answered = rtts.filter((rtt) => !Number.isNaN(rtt))
    const sorted = answered.toSorted((a, b) => a - b)
    expect(Math.abs(all.p50Ms - (sorted[9000] ?? NaN))).toBeLessThan(0.1)
    expect(Math.abs(all.meanMs - answered.reduce((sum, rtt) => sum + rtt, 0) / answered.length)).toBeLessThan(0.1)
    expect(hopWindow(hop, { fromMs: START + (total - HOP_PROBES_KEPT + 1) * 1000, toMs: START + (total + 1) * 1000 })).toMatchObject({ sent: HOP_PROBES_KEPT, exact: true })
    expect(hopWindow(hop, { fromMs: START + 3_600_000, toMs: START + 7_200_000 })).toMatchObject({ sent: 3600, lost: 360, exact: false })
    const heat = hopHeat(hop, { fromMs: START, toMs: START + (total + 1) * 1000, columns: 50 })
    expect([heat.sent.reduce((sum, n) => sum + n, 0), heat.lost.reduce((sum, n) => sum + n, 0)]).toEqual([total, 2000])
    expect([...heat.aboveBestMs].every((ms) => ms > 1.8 && ms < 2.9)).toBe(true)
  })
})

describe('a heat strip', () => {
  it('is the median of each column above the third percentile of the window', () => {
    fc.assert(fc.property(world, fc.integer({ min: 1, max: 40 }), (some, columns) => {
      const view = folded(tell(some), contextOf(TARGET))
      const span = { fromMs: START, toMs: START + some.rounds * 1000, columns }
      for (const hop of view.hops) {
        const rows = rowsOf(hop).filter((row) => row.state !== PROBE.none && row.sentMs >= span.fromMs && row.sentMs < span.toMs)
        const heat = hopHeat(hop, span)
        const best = quantile(inTime(rows), 0.03)
        for (let column = 0; column < columns; column++) {
          const own = rows.filter((row) => Math.floor(((row.sentMs - START) * columns) / (span.toMs - START)) === column)
          const counts = naiveCounts(own)
          expect([heat.sent[column], heat.lost[column]]).toEqual([counts.sent, counts.lost])
          const middle = medianOf(inTime(own))
          if (Number.isNaN(middle)) expect(heat.aboveBestMs[column]).toBeNaN()
          else expect(middle - (heat.aboveBestMs[column] ?? NaN)).toEqual(best)
        }
      }
    }), { numRuns: 40 })
  })
})

const medianOf = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  return ((sorted[(sorted.length - 1) >> 1] ?? NaN) + (sorted[sorted.length >> 1] ?? NaN)) / 2
}

describe('routers out', () => {
  it('are one less than the TTL of the target, and unknown without it', () => {
    expect(routersOut({ targetTtl: 1 })).toEqual({ routers: 0, targetTtl: 1 })
    expect(routersOut({ targetTtl: 9 })).toEqual({ routers: 8, targetTtl: 9 })
    expect(routersOut({ targetTtl: null })).toBeNull()
  })
})
