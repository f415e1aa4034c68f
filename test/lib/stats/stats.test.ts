/** Every statistic against a naive second calculation on random series, and against the mistakes known of other tools. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jitterOf } from '#lib/stats/jitter.ts'
import { median, medianAndMad, quantiles, quantileSorted } from '#lib/stats/quantile.ts'
import { Rollup } from '#lib/stats/rollups.ts'
import { ShiftDetector, type Shift } from '#lib/stats/shift.ts'
import { emptyWelford, Welford } from '#lib/stats/welford.ts'
import { wilson } from '#lib/stats/wilson.ts'

const rtt = fc.double({ min: 0, max: 10_000, noNaN: true })
const series = fc.array(rtt, { minLength: 1, maxLength: 300 })

function expectNear(got: number, wanted: number): void {
  if (Number.isNaN(wanted)) expect(got).toBeNaN()
  else expect(Math.abs(got - wanted)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(wanted)))
}

describe('Welford', () => {
  it('agrees with two passes over the kept values', () => {
    fc.assert(fc.property(series, (values) => {
      const one = new Welford()
      for (const value of values) one.push(value)
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
      expect(one.n).toBe(values.length)
      expect(Math.abs(one.mean - mean)).toBeLessThan(1e-8)
      expect(Math.abs(one.stdev - Math.sqrt(variance))).toBeLessThan(1e-6)
      expect([one.min, one.max, one.last]).toEqual([Math.min(...values), Math.max(...values), values.at(-1)])
    }))
  })

  it('is NaN of nothing, 0 apart from itself, and right on a series that cost another tool its deviation', () => {
    const one = new Welford()
    expect([one.mean, one.stdev, one.min, one.max, one.last]).toEqual([NaN, NaN, NaN, NaN, NaN])
    one.push(10)
    expect([one.mean, one.stdev]).toEqual([10, 0])
    one.push(101)
    expect(one.stdev).toBeCloseTo(45.5, 12) // population; the sample deviation of 10, 101 is 64.35
  })

  it('comes back to a copied state exactly', () => {
    fc.assert(fc.property(series, rtt, (values, extra) => {
      const one = new Welford()
      for (const value of values) one.push(value)
      const before = one.copyTo(emptyWelford())
      one.push(extra)
      one.restore(before)
      expect(one.copyTo(emptyWelford())).toEqual(before)
    }))
  })
})

describe('quantiles', () => {
  const naive = (values: readonly number[], p: number): number => {
    const sorted = values.toSorted((a, b) => a - b)
    const h = (sorted.length - 1) * p
    const low = sorted[Math.floor(h)] ?? NaN
    const high = sorted[Math.ceil(h)] ?? NaN
    return low + (high - low) * (h - Math.floor(h))
  }

  it('are type 7: the textbook values of 1..10', () => {
    const ten = Float64Array.from({ length: 10 }, (_, at) => at + 1)
    expect([0, 0.1, 0.25, 0.5, 0.9, 1].map((p) => quantileSorted(ten, p))).toEqual([1, 1.9, 3.25, 5.5, 9.1, 10])
    expect(quantileSorted([], 0.5)).toBeNaN()
    expect(quantileSorted([7], 0.99)).toBe(7)
  })

  it('by selection agree with a sort, also with many equal values and over the size where it selects', () => {
    const big = fc.tuple(fc.integer({ min: 1, max: 4000 }), fc.nat(), fc.constantFrom(3, 50, 1e9)).map(([length, seed, spread]) => {
      let state = seed >>> 0
      return Array.from({ length }, () => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0
        return state % spread
      })
    })
    const ps = [0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1]
    fc.assert(fc.property(fc.oneof(series, big), (values) => {
      quantiles(Float64Array.from(values), ps).forEach((value, at) => expectNear(value, naive(values, ps[at] ?? 0)))
    }), { numRuns: 150 })
    expect(quantiles(new Float64Array(0), [0.5])).toEqual([NaN])
  })

  it('median and MAD', () => {
    fc.assert(fc.property(series, (values) => {
      const { median: middle, mad } = medianAndMad(values)
      expectNear(middle, naive(values, 0.5))
      expectNear(mad, naive(values.map((value) => Math.abs(value - middle)), 0.5))
      expect(median(values)).toBe(middle)
    }))
  })
})

describe('jitter', () => {
  /** Two passes by definition: list the differences, then mean and recursion. */
  const naive = (values: readonly (number | null)[]) => {
    const differences: number[] = []
    for (let at = 1; at < values.length; at++) {
      const [a, b] = [values[at - 1], values[at]]
      if (a !== null && b !== null && a !== undefined && b !== undefined) differences.push(Math.abs(b - a))
    }
    const scaled = differences.reduce((sixteen, d) => sixteen + d - sixteen / 16, 0)
    return { n: differences.length, mean: differences.reduce((sum, d) => sum + d, 0) / differences.length, rfc: differences.length ? scaled / 16 : NaN }
  }

  it('agrees with the definition on random series with gaps', () => {
    fc.assert(fc.property(fc.array(fc.oneof(rtt, rtt, fc.constant(null)), { maxLength: 200 }), (values) => {
      const got = jitterOf(values.map((value) => value ?? NaN))
      const wanted = naive(values)
      expect(got.n).toBe(wanted.n)
      expectNear(got.meanAbsMs, wanted.mean)
      expectNear(got.rfc3550Ms, wanted.rfc)
    }))
  })

  it('does not repeat the mistakes of other tools', () => {
    // The first round trip is no difference: 333, 123, 123 has differences 210 and 0.
    expect(jitterOf([333, 123, 123])).toMatchObject({ n: 2, meanAbsMs: 105 })
    // Pairs overlap: 1-2, 2-3, and an odd last sample is not set against 0.
    expect(jitterOf([20, 20.2, 20.1]).meanAbsMs).toBeCloseTo(0.15, 12)
    expect(jitterOf([10, 10, 20, 20]).meanAbsMs).toBeCloseTo(10 / 3, 12)
    expect(jitterOf([10, 10, 10])).toEqual({ meanAbsMs: 0, rfc3550Ms: 0, n: 2 })
    // The smoothed form is not the scaled accumulator: for a constant difference d it tends to d, not to 16 d.
    const saw = Array.from({ length: 400 }, (_, at) => (at % 2 ? 14 : 10))
    expect(jitterOf(saw).rfc3550Ms).toBeCloseTo(4, 6)
    // Nothing across a loss, and nothing of one sample.
    expect(jitterOf([10, NaN, 90, 91])).toMatchObject({ n: 1, meanAbsMs: 1 })
    expect(jitterOf([10])).toEqual({ meanAbsMs: NaN, rfc3550Ms: NaN, n: 0 })
  })
})

describe('wilson', () => {
  it('solves its defining equation, holds the share, and stays within 0..1', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 100_000 }).chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n))), ([hits, n]) => {
      const { low, high } = wilson(hits, n)
      const share = hits / n
      expect(low).toBeGreaterThanOrEqual(0)
      expect(high).toBeLessThanOrEqual(1)
      expect(low).toBeLessThanOrEqual(share)
      expect(high).toBeGreaterThanOrEqual(share)
      for (const end of [low, high]) {
        if (end === 0 || end === 1) continue
        expectNear((share - end) ** 2, (1.959963984540054 ** 2 * end * (1 - end)) / n)
      }
    }))
  })

  it('says what is known: 0 of 20 allows 16 %, no trials say nothing', () => {
    expect(wilson(0, 20)).toEqual({ low: 0, high: expect.closeTo(0.1611, 3) })
    expect(wilson(20, 20).high).toBe(1)
    expect(wilson(0, 0)).toEqual({ low: 0, high: 1 })
  })
})

describe('ShiftDetector', () => {
  const feed = (values: readonly number[]): Shift[] => {
    const detector = new ShiftDetector()
    return values.map((value, at) => detector.push(value, at)).filter((shift) => shift !== null)
  }
  const noisy = (level: number, count: number, spread = 1) => Array.from({ length: count }, (_, at) => level + ((at * 7) % 5) * (spread / 5))

  it('finds a step once, at the sample where it happens, with the medians of both sides', () => {
    const [shift, ...more] = feed([...noisy(20, 30), ...noisy(60, 30)])
    expect(more).toEqual([])
    expect(shift).toMatchObject({ atMs: 30, samples: 40 })
    expect(shift?.before).toBeCloseTo(20.4, 1)
    expect(shift?.after).toBeCloseTo(60.4, 1)
  })

  it('finds the way back too, and nothing in what does not last or is too small', () => {
    expect(feed([...noisy(20, 25), ...noisy(60, 25), ...noisy(20, 25)]).map((shift) => shift.atMs)).toEqual([25, 50])
    expect(feed([...noisy(20, 30), ...noisy(60, 4), ...noisy(20, 30)])).toEqual([])
    expect(feed([...noisy(20, 30), ...noisy(24.5, 30)])).toEqual([])
    expect(feed([...noisy(20, 9), ...noisy(60, 30)]).length).toBeLessThanOrEqual(1)
  })

  it('never reports less than its threshold, and goes on from a copied state', () => {
    fc.assert(fc.property(fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { maxLength: 120 }), fc.nat(120), (values, cut) => {
      const whole = new ShiftDetector()
      let copied = new ShiftDetector()
      values.forEach((value, at) => {
        if (at === cut) {
          const next = new ShiftDetector()
          next.restore(structuredClone(copied.state()))
          copied = next
        }
        const shift = whole.push(value, at)
        expect(copied.push(value, at)).toEqual(shift)
        if (shift) expect(Math.abs(shift.after - shift.before)).toBeGreaterThan(Math.max(5, 4 * shift.mad))
      })
    }))
  })
})

describe('Rollup', () => {
  it('holds each item in the bucket of its time, exact and bounded, whatever order items come in', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat(40), fc.nat(400)), { maxLength: 120 }), (moves) => {
      const times = new Map<number, number>()
      const level = new Rollup({ widthMs: 50, capacity: 1000, build: ({ index, minItem, maxItem }) => ({ startMs: index * 50, items: within(times, index, minItem, maxItem) }) })
      for (const [item, time] of moves) {
        const before = times.get(item)
        times.set(item, time)
        if (before !== undefined) level.touch(item, before)
        level.touch(item, time)
        void level.buckets
      }
      const filled = level.buckets.filter((bucket) => bucket.items.length > 0)
      const wanted = [...new Set([...times.values()].map((time) => Math.floor(time / 50)))].toSorted((a, b) => a - b)
        .map((index) => ({ startMs: index * 50, items: within(times, index, 0, 40) }))
      expect(filled).toEqual(wanted)
    }))
  })

  it('keeps at most its capacity, the newest, and seals what is about to leave', () => {
    const level = new Rollup({ widthMs: 10, capacity: 5, build: ({ index, minItem }) => ({ startMs: index * 10, minItem }) })
    for (let item = 0; item < 100; item++) {
      if (item >= 20) level.evict(item - 20)
      level.touch(item, item)
    }
    expect(level.sealed.length + 2).toBeLessThanOrEqual(10)
    expect(level.buckets.map((bucket) => bucket.startMs)).toEqual([50, 60, 70, 80, 90])
    level.evict(99)
    level.touch(95, 95)
    expect(level.sealed.map((bucket) => bucket.startMs)).toEqual([50, 60, 70, 80, 90])
  })
})

function within(times: Map<number, number>, index: number, from: number, to: number): number[] {
  return [...times].filter(([item, time]) => Math.floor(time / 50) === index && item >= from && item <= to).map(([item]) => item).toSorted((a, b) => a - b)
}
