/** Figures of samples against their definitions; points that stand for several values weigh as those values. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exactFigures, mixedFigures } from '#lib/stats/sample-figures.ts'
import { Rollup } from '#lib/stats/rollups.ts'

const value = fc.integer({ min: 0, max: 10_000 })
const PS = [0, 0.25, 0.5, 0.95, 1]

describe('figures of a sample', () => {
  it('of raw values agree with two naive passes', () => {
    fc.assert(fc.property(fc.array(value, { minLength: 1, maxLength: 200 }), (values) => {
      const mean = values.reduce((sum, one) => sum + one, 0) / values.length
      const got = exactFigures(Float64Array.from(values), PS)
      expect(got.mean).toBeCloseTo(mean, 8)
      expect(got.m2).toBeCloseTo(values.reduce((sum, one) => sum + (one - mean) ** 2, 0), 2)
      expect([got.quantiles[0], got.quantiles.at(-1), got.weight]).toEqual([Math.min(...values), Math.max(...values), values.length])
    }))
  })

  it('a point of weight n is n equal values', () => {
    fc.assert(fc.property(fc.array(fc.record({ value, weight: fc.integer({ min: 1, max: 9 }) }), { minLength: 1, maxLength: 40 }), fc.array(value, { maxLength: 40 }), (points, raw) => {
      const all = [...raw, ...points.flatMap((point) => Array.from({ length: point.weight }, () => point.value))].toSorted((a, b) => a - b)
      const got = mixedFigures(Float64Array.from(raw), points, PS)
      const plain = exactFigures(Float64Array.from(all), PS)
      expect([got.weight, got.mean]).toEqual([all.length, expect.closeTo(plain.mean, 6)])
      expect(Math.abs(got.m2 - plain.m2)).toBeLessThanOrEqual(1e-6 * Math.max(1, plain.m2))
      // The value at which the share is reached: the order statistic ceil(p n).
      expect(got.quantiles).toEqual(PS.map((p) => all[Math.max(0, Math.ceil(p * all.length - 1e-9) - 1)]))
    }))
  })

  it('of none are unknown', () => {
    expect(exactFigures(new Float64Array(), [0.5])).toMatchObject({ quantiles: [NaN], mean: NaN, weight: 0 })
  })
})

describe('a rollup', () => {
  it('seals what its seal makes of a bucket, and only then', () => {
    const level = new Rollup({ widthMs: 10, capacity: 5, build: ({ index, minItem }) => ({ startMs: index * 10, figure: minItem + 0.123 }), seal: (bucket) => ({ ...bucket, figure: Math.round(bucket.figure) }) })
    for (const item of [1, 11, 21]) level.touch(item, item)
    level.evict(1)
    expect(level.buckets).toEqual([{ startMs: 0, figure: 1 }, { startMs: 10, figure: 11.123 }, { startMs: 20, figure: 21.123 }])
  })
})
