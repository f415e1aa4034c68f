/** How a column of numbers is written in the fewest bytes: at which decimal scale, and as differences of which order. */

const PLACES_MAX = 6
/** Ten to the power of the index. */
export const POWERS: readonly number[] = [1, 10, 100, 1e3, 1e4, 1e5, 1e6]
/** Largest magnitude whose zigzag form is still exact. */
const WHOLE_MAX = 2 ** 52 - 1
/** Median is taken of at most about this many residuals: the cost stays linear, the size hardly changes. */
const MEDIAN_SAMPLES = 31
/** A longer column is judged by its first values: all three orders tried on all of it would triple the time. */
const JUDGED_VALUES = 4096

/** One way to write whole numbers; `size` is about its bytes. Plain arrays: for a few hundred values they are made far faster than typed ones. */
export interface ColumnPlan {
  order: number
  seeds: number[]
  base: number
  /** Differences of that order, without the seeds; written less the base. */
  values: readonly number[]
  /** Every value is the base. */
  zero: boolean
  size: number
}

/** Fewest decimal places that hold every value exactly; -1 if six are not enough or a value is -0, infinite or too large. */
export function placesOf(values: readonly number[]): number {
  let places = 0
  for (const value of values) {
    while (!fits(value, places)) if (++places > PLACES_MAX) return -1
  }
  // A value that fitted few places may round elsewhere with more: judge all by the final scale.
  if (places > 0) for (const value of values) if (!fits(value, places)) return -1
  return places
}

function fits(value: number, places: number): boolean {
  const power = POWERS[places] ?? 1
  const whole = Math.round(value * power)
  return Math.abs(whole) <= WHOLE_MAX && whole / power === value && !Object.is(whole, -0)
}

/** The values as whole numbers of 10^-places. */
export function scaled(values: readonly number[], places: number): readonly number[] {
  if (places === 0) return values
  const power = POWERS[places] ?? 1
  const out: number[] = []
  for (const value of values) out.push(Math.round(value * power))
  return out
}

/** The smallest of the three orders; null if no order keeps every residual exact. */
export function choosePlan(whole: readonly number[]): ColumnPlan | null {
  if (whole.length <= 2 * JUDGED_VALUES) return smallest(whole, ALL_ORDERS)
  const judged = smallest(whole.slice(0, JUDGED_VALUES), ALL_ORDERS)
  return (judged && smallest(whole, [judged.order])) ?? smallest(whole, ALL_ORDERS)
}

const ALL_ORDERS: readonly number[] = [0, 1, 2]

function smallest(whole: readonly number[], orders: readonly number[]): ColumnPlan | null {
  let best: ColumnPlan | null = null
  let values = whole
  const seeds: number[] = []
  for (let order = 0; order < 3; order++) {
    const plan = orders.includes(order) ? planOf(order, seeds, values) : null
    if (plan && (!best || plan.size < best.size)) best = plan
    if (values.length < 2 || best?.zero) break
    seeds.push(values[0] ?? 0)
    values = differences(values)
  }
  return best
}

function differences(values: readonly number[]): readonly number[] {
  const out: number[] = []
  let before = values[0] ?? 0
  for (let i = 1; i < values.length; i++) {
    const value = values[i] ?? 0
    out.push(value - before)
    before = value
  }
  return out
}

function planOf(order: number, seeds: readonly number[], values: readonly number[]): ColumnPlan | null {
  const base = median(values)
  if (Math.abs(base) > WHOLE_MAX || seeds.some((seed) => Math.abs(seed) > WHOLE_MAX)) return null
  let size = 1 + varintSize(2 * Math.abs(base))
  let zeros = 0
  let run = 0
  for (const value of values) {
    const residual = Math.abs(value - base)
    if (residual > WHOLE_MAX || Math.abs(value) > WHOLE_MAX) return null
    if (residual === 0) {
      zeros++
      if (run++ === 0) size += 2
      continue
    }
    run = 0
    size += varintSize(2 * residual)
  }
  for (const seed of seeds) size += varintSize(2 * Math.abs(seed))
  return { order, seeds: [...seeds], base, values, zero: zeros === values.length, size }
}

function varintSize(value: number): number {
  if (value < 128) return 1
  if (value < 16384) return 2
  if (value < 2097152) return 3
  if (value < 268435456) return 4
  return Math.ceil((Math.log2(value) + 1) / 7)
}

/** Of evenly spread samples, sorted by insertion: they are few. */
function median(values: readonly number[]): number {
  const step = Math.max(1, Math.ceil(values.length / MEDIAN_SAMPLES))
  const sorted: number[] = []
  for (let at = 0; at < values.length; at += step) {
    const value = values[at] ?? 0
    let place = sorted.length
    sorted.push(value)
    for (; place > 0 && (sorted[place - 1] ?? 0) > value; place--) sorted[place] = sorted[place - 1] ?? 0
    sorted[place] = value
  }
  return sorted[sorted.length >> 1] ?? 0
}
