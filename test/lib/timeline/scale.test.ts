/** Axes: 1-2-5 values and round moments. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createClock } from '#lib/format/time.ts'
import { linearScale, logScale, niceAbove, shareOf } from '#lib/timeline/scale.ts'
import { selectBand, rankOf, BAND } from '#lib/timeline/select.ts'
import { timeTicks } from '#lib/timeline/time-ticks.ts'

const mantissa = (v: number): number => Number((v / 10 ** Math.floor(Math.log10(v) + 1e-9)).toPrecision(6))

describe('value axis', () => {
  it.each([[56.8, 60], [20, 20], [0.05, 0.06], [1000, 1000], [Number.NaN, 100]])('p99 of %d ms tops out at %d', (p99, top) => expect(linearScale(p99).topMs).toBe(top))
  it('never cuts p99, has 1-2-5 steps and a handful of ticks', () => {
    fc.assert(fc.property(fc.double({ min: 0.001, max: 60_000, noNaN: true }), (p99) => {
      const { topMs, ticks } = linearScale(p99)
      expect(topMs).toBeGreaterThanOrEqual(p99 * 0.999999)
      expect(topMs).toBeLessThanOrEqual(p99 * 1.7)
      expect([1, 2, 5]).toContain(mantissa(ticks[1] ?? 0))
      expect(ticks.length).toBeGreaterThanOrEqual(2)
      expect(ticks.length).toBeLessThanOrEqual(6)
    }))
  })
  it('log spans from below the least to above p99, evenly by ratio', () => {
    fc.assert(fc.property(fc.double({ min: 0.01, max: 5000, noNaN: true }), fc.double({ min: 1, max: 1000, noNaN: true }), (min, ratio) => {
      const scale = logScale(min * ratio, min)
      expect(scale.bottomMs).toBeLessThanOrEqual(min * 1.000001)
      expect(scale.topMs).toBeGreaterThanOrEqual(min * ratio)
      expect(shareOf(scale, Math.sqrt(scale.bottomMs * scale.topMs))).toBeCloseTo(0.5, 6)
      expect(niceAbove(scale.topMs)).toBeCloseTo(scale.topMs, 6)
      expect(scale.ticks.length).toBeGreaterThanOrEqual(1)
    }))
  })
})

describe('time axis', () => {
  const T = Date.UTC(2026, 10, 22, 13, 27, 38)
  it('has a tick a minute on ten minutes, in the zone of the reader', () => {
    const { stepMs, ticks } = timeTicks({ fromMs: T, toMs: T + 624_000, width: 1069, clock: createClock('Europe/Berlin') })
    expect(stepMs).toBe(60_000)
    expect(ticks.map(({ label }) => label)).toEqual(['14:28', '14:29', '14:30', '14:31', '14:32', '14:33', '14:34', '14:35', '14:36', '14:37', '14:38'])
  })
  it('shows seconds when zoomed in and days when zoomed out', () => {
    expect(timeTicks({ fromMs: T, toMs: T + 20_000, width: 900, clock: createClock('UTC') }).ticks[0]?.label).toBe('13:27:38')
    expect(timeTicks({ fromMs: T, toMs: T + 30 * 86_400_000, width: 900, clock: createClock('UTC') }).ticks[0]?.label).toBe('23 Nov')
  })
  it('stands on round local times, also at half-hour offsets and over a clock change', () => {
    fc.assert(fc.property(fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2026, 11) }), fc.integer({ min: 10_000, max: 4 * 86_400_000 }), fc.constantFrom('Asia/Kolkata', 'Europe/Berlin', 'UTC'), (fromMs, span, zone) => {
      const clock = createClock(zone)
      const { stepMs, ticks } = timeTicks({ fromMs, toMs: fromMs + span, width: 1000, clock })
      for (const { ms } of ticks) {
        expect(ms).toBeGreaterThanOrEqual(fromMs)
        if (stepMs <= 3_600_000) expect((ms + clock.offsetMin(ms) * 60_000) % stepMs).toBe(0)
      }
      expect(ticks.length).toBeLessThanOrEqual(20)
    }))
  })
})

describe('quantiles by rank', () => {
  it('equal those of a sorted copy, in any order and with ties', () => {
    fc.assert(fc.property(fc.array(fc.oneof(fc.double({ min: 0, max: 1000, noNaN: true }), fc.constantFrom(1, 2, 3)), { minLength: 1, maxLength: 900 }), (values) => {
      const to = new Float64Array(5)
      selectBand(Float64Array.from(values), values.length, { to, at: 0 })
      const sorted = values.toSorted((a, b) => a - b)
      expect([...to]).toEqual(BAND.map((p) => sorted[rankOf(p, sorted.length)]))
    }), { numRuns: 300 })
  })
})
