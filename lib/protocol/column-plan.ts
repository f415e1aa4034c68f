/** How a column of numbers is written in the fewest bytes: at which decimal scale, and as differences of which order. */

const PLACES_MAX = 6
/** Ten to the power of the index. */
export const POWERS: readonly number[] = [1, 10, 100, 1e3, 1e4, 1e5, 1e6]
/** Largest magnitude whose zigzag form is still exact. */
const WHOLE_MAX = 2 ** 52 - 1
/** Median is taken of at most this many residuals: the cost stays linear, the size hardly changes. */
const MEDIAN_SAMPLES = 255
/** A longer column is judged by its first values: all three orders tried on all of it would triple the time. */
const JUDGED_VALUES = 4096

/** One way to write whole numbers; `size` is about its bytes. */
export interface ColumnPlan {
  order: number
  seeds: number[]
  base: number
  /** Residuals less the base, without the seeds. */
  residuals: Float64Array
  zero: boolean
  size: number
}

/** Fewest decimal places that hold every value exactly; -1 if six are not enough or a value is -0, infinite or too large. */
export function placesOf(values: Float64Array): number {
  let places = 0
  for (const value of values) {
    while (!fits(value, places)) if (++places > PLACES_MAX) return -1
  }
  // A value that fitted few places may round elsewhere with more: judge all by the final scale.
  for (const value of values) if (!fits(value, places)) return -1
  return places
}

function fits(value: number, places: number): boolean {
  const power = POWERS[places] ?? 1
  const whole = Math.round(value * power)
  return Math.abs(whole) <= WHOLE_MAX && whole / power === value && !Object.is(whole, -0)
}

/** The values as whole numbers of 10^-places. */
export function scaled(values: Float64Array, places: number): Float64Array {
  const power = POWERS[places] ?? 1
  return values.map((value) => Math.round(value * power))
}

/** The smallest of the three orders; null if no order keeps every residual exact. */
export function choosePlan(whole: Float64Array): ColumnPlan | null {
  if (whole.length <= 2 * JUDGED_VALUES) return smallest(whole, [0, 1, 2])
  const judged = smallest(whole.subarray(0, JUDGED_VALUES), [0, 1, 2])
  return (judged && smallest(whole, [judged.order])) ?? smallest(whole, [0, 1, 2])
}

function smallest(whole: Float64Array, orders: readonly number[]): ColumnPlan | null {
  let best: ColumnPlan | null = null
  let residuals = whole
  const seeds: number[] = []
  for (let order = 0; order < 3; order++) {
    const plan = orders.includes(order) ? planOf(order, seeds, residuals) : null
    if (plan && (!best || plan.size < best.size)) best = plan
    if (residuals.length < 2 || best?.zero) break
    seeds.push(residuals[0] ?? 0)
    residuals = differences(residuals)
  }
  return best
}

function differences(values: Float64Array): Float64Array {
  const out = new Float64Array(values.length - 1)
  for (let i = 0; i < out.length; i++) out[i] = (values[i + 1] ?? 0) - (values[i] ?? 0)
  return out
}

function planOf(order: number, seeds: readonly number[], values: Float64Array): ColumnPlan | null {
  const base = median(values)
  if (Math.abs(base) > WHOLE_MAX || seeds.some((seed) => Math.abs(seed) > WHOLE_MAX)) return null
  const residuals = new Float64Array(values.length)
  let size = 1
  let zeros = 0
  let run = 0
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0
    const residual = value - base
    if (Math.abs(residual) > WHOLE_MAX || Math.abs(value) > WHOLE_MAX) return null
    residuals[i] = residual
    if (residual === 0) {
      zeros++
      if (run++ === 0) size += 2
      continue
    }
    run = 0
    size += varintSize(2 * Math.abs(residual))
  }
  for (const seed of seeds) size += varintSize(2 * Math.abs(seed))
  return { order, seeds: [...seeds], base, residuals, zero: zeros === values.length, size: size + varintSize(2 * Math.abs(base)) }
}

function varintSize(value: number): number {
  if (value < 128) return 1
  if (value < 16384) return 2
  if (value < 2097152) return 3
  if (value < 268435456) return 4
  return Math.ceil((Math.log2(value) + 1) / 7)
}

function median(values: Float64Array): number {
  if (values.length === 0) return 0
  const step = Math.max(1, Math.floor(values.length / MEDIAN_SAMPLES))
  const sample = new Float64Array(Math.ceil(values.length / step))
  for (let i = 0; i < sample.length; i++) sample[i] = values[i * step] ?? 0
  return sample.sort()[sample.length >> 1] ?? 0
}
