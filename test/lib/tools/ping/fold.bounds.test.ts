/** The fold's memory and its snapshot stay within their bounds. */
import { describe, expect, it } from 'vitest'
import { pingFold } from '#lib/tools/ping/fold.ts'
import { BURSTS_KEPT } from '#lib/tools/ping/fold/bursts.ts'
import { SERIES_MAX } from '#lib/tools/ping/fold/series.ts'
import { KINDS_KEPT, TTLS_KEPT } from '#lib/tools/ping/fold/tallies.ts'
import { windowStats } from '#lib/tools/ping/window.ts'
import { awaited, base, context, fold, other, reply } from './fold-helpers.ts'
import { START } from './world.ts'

describe('bounds', () => {
  it('a million probes: columns, buckets and lists stay within their caps, counts stay whole', () => {
    const view = pingFold.empty(context({ intervalMs: 200 }))
    const total = 1_000_000
    let seq = 0
    for (let probe = 1; probe <= total; probe++) {
      const atMs = START + probe * 200
      seq++
      if (probe % 10 < 4) pingFold.apply(view, { kind: 'ping.awaited', ...base, probe, atMs: atMs + 200, seq })
      else pingFold.apply(view, { kind: 'ping.reply', ...base, probe, rttMs: 10 + (probe % 7), ttl: 50 + (probe % 3), bytes: 64, from: `198.51.${probe % 200}.1`, atMs: atMs + 10 + (probe % 7), seq })
    }
    pingFold.apply(view, { ...other(START + total * 200 + 10_000), seq: seq + 1 })
    expect(view.counts).toMatchObject({ sent: total, judged: total, answered: 600_000, lost: 400_000 })
    expect([view.series.length, view.series.first]).toEqual([SERIES_MAX, total - SERIES_MAX + 1])
    expect(view.series.state.length).toBe(SERIES_MAX)
    expect(view.bursts).toHaveLength(BURSTS_KEPT)
    expect(view.ttls).toHaveLength(TTLS_KEPT)
    expect(view.otherSources).toHaveLength(KINDS_KEPT)
    expect(view.rollups.map((level) => level.buckets.length)).toEqual([8700, 1500, 200])
    for (const level of view.rollups) expect(level.buckets.slice(1, -1).every((bucket) => bucket.sent === level.widthMs / 200 && bucket.lost * 10 === bucket.sent * 4)).toBe(true)
    expect(JSON.stringify(pingFold.encode(view)).length).toBeLessThan(3_000_000)
    const resumed = pingFold.decode(pingFold.encode(view), context({ intervalMs: 200 }))
    expect(resumed.rollups.map((level) => level.buckets)).toEqual(view.rollups.map((level) => level.buckets))
    // Older than the series: the buckets answer, and say so.
    const stats = windowStats(view, START + 860_000 * 200, START + (total + 1) * 200)
    expect(stats.exact).toBe(false)
    expect(stats.probes).toBeGreaterThan(139_000)
    expect(stats.lost / stats.probes).toBeCloseTo(0.4, 2)
    expect(stats.p50Ms).toBeGreaterThanOrEqual(12)
    expect(stats.p50Ms).toBeLessThanOrEqual(14)
  })

  it('a number out of reach makes no probes', () => {
    expect(fold([reply(1, 10), reply(2 ** 40, 10)]).counts.sent).toBe(1)
  })

  it('a day at one probe a second fits a snapshot of 1 MB', () => {
    const view = pingFold.empty(context())
    let random = 1
    for (let probe = 1; probe <= 86_400; probe++) {
      random = (Math.imul(random, 1664525) + 1013904223) >>> 0
      const sentMs = START + probe * 1001 + (random % 3000) / 1000
      const rttMs = (18_000 + (random % 9000)) / 1000
      if (random % 50 === 0) pingFold.apply(view, { ...awaited(probe), atMs: sentMs + 1000, seq: probe })
      else pingFold.apply(view, { ...reply(probe, rttMs), atMs: Math.round((sentMs + rttMs) * 1000) / 1000, seq: probe })
    }
    const text = JSON.stringify(pingFold.encode(view))
    expect(text.length).toBeLessThan(1_000_000)
    const back = pingFold.decode(JSON.parse(text), context())
    expect(back).toEqual(view)
  })

  it('refuses a snapshot of another version', () => {
    const snapshot = pingFold.encode(fold([reply(1, 10)]))
    expect(() => pingFold.decode({ ...(snapshot as object), version: 99 }, context())).toThrow()
    expect(() => pingFold.decode(null, context())).toThrow()
  })
})
