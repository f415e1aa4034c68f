/** Quantiles, mean and spread of a sample: of raw values alone, or of raw values together with points that stand for several. */
import { quantiles } from './quantile.ts'

/** A value that stands for `weight` others. */
export interface Weighted { value: number; weight: number }

export interface SampleFigures {
  /** One for each p asked for, in the same order; NaN of none. */
  quantiles: number[]
  mean: number
  /** Sum of squared distances from the mean. Over `weight`: variance of the population; over `weight - 1`: of the sample. */
  m2: number
  /** Number of values. */
  weight: number
}

/** Of raw values, which it reorders; quantiles of type 7. Two passes for the deviation: no cancellation. */
export function exactFigures(values: Float64Array, ps: readonly number[]): SampleFigures {
  let sum = 0
  for (const value of values) sum += value
  const mean = sum / values.length
  let m2 = 0
  for (const value of values) m2 += (value - mean) * (value - mean)
  return { quantiles: quantiles(values, ps), mean, m2, weight: values.length }
}

/** Raw values weigh one each, points their own; quantiles at `ps` (upwards) are the values at which the weight below reaches that share. */
export function mixedFigures(values: Float64Array, points: readonly Weighted[], ps: readonly number[]): SampleFigures {
  const all = [...points, ...Array.from(values, (value) => ({ value, weight: 1 }))].sort((a, b) => a.value - b.value)
  const weight = all.reduce((sum, point) => sum + point.weight, 0)
  const mean = all.reduce((sum, point) => sum + point.value * point.weight, 0) / weight
  const m2 = all.reduce((sum, point) => sum + (point.value - mean) ** 2 * point.weight, 0)
  let at = 0
  let below = 0
  const found = ps.map((p) => {
    while (at < all.length - 1 && below + (all[at]?.weight ?? 0) < p * weight) below += all[at++]?.weight ?? 0
    return p === 1 ? (all.at(-1)?.value ?? NaN) : (all[at]?.value ?? NaN)
  })
  return { quantiles: found, mean, m2, weight }
}
