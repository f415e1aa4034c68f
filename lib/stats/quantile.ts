/**
 * Quantiles by one definition everywhere: type 7 of Hyndman and Fan (linear interpolation between order statistics, as R,
 * NumPy and spreadsheets have it): h = (n - 1) p, value = x[floor h] + (h - floor h) (x[floor h + 1] - x[floor h]).
 */

/** Up to this many values a full sort beats selection. */
const SORT_UP_TO = 1024

/** Quantile `p` (0..1) of values sorted upwards; NaN of none. */
export function quantileSorted(sorted: ArrayLike<number>, p: number): number {
  const n = sorted.length
  if (n === 0) return NaN
  const h = (n - 1) * p
  const below = Math.floor(h)
  return between(sorted[below] ?? NaN, sorted[Math.min(below + 1, n - 1)] ?? NaN, h - below)
}

/**
 * Quantiles at each `p` of `ps` (upwards) of values in any order, which it reorders. Linear time for a few `ps`: it selects
 * the order statistics it needs instead of sorting all.
 */
export function quantiles(values: Float64Array, ps: readonly number[]): number[] {
  if (values.length <= SORT_UP_TO) {
    values.sort()
    return ps.map((p) => quantileSorted(values, p))
  }
  let from = 0
  return ps.map((p) => {
    const h = (values.length - 1) * p
    const below = Math.floor(h)
    selectInto(values, below, from)
    // Everything before `below` is now no greater: later quantiles need not look there.
    from = below
    return between(values[below] ?? NaN, leastFrom(values, below + 1, values[below] ?? NaN), h - below)
  })
}

/** Median of values in any order, left untouched; NaN of none. */
export function median(values: ArrayLike<number>): number {
  return quantileSorted(Float64Array.from(values).sort(), 0.5)
}

/** Median, and the median of the distances from it (not scaled to a deviation). NaN of none. */
export function medianAndMad(values: ArrayLike<number>): { median: number; mad: number } {
  const middle = median(values)
  return { median: middle, mad: median(Float64Array.from(values, (value) => Math.abs(value - middle))) }
}

/** Exact at both ends: a + 0 (b - a) must not turn an infinite or huge neighbour into NaN or rounding. */
function between(a: number, b: number, share: number): number {
  return share === 0 ? a : a + share * (b - a)
}

function leastFrom(values: Float64Array, from: number, otherwise: number): number {
  if (from >= values.length) return otherwise
  let least = Infinity
  for (let at = from; at < values.length; at++) {
    const value = values[at] ?? Infinity
    if (value < least) least = value
  }
  return least
}

/** Moves the k-th smallest of `values[from..]` to place k, smaller ones before it, greater ones behind (quickselect, median of three). */
function selectInto(values: Float64Array, k: number, from: number): void {
  let left = from
  let right = values.length - 1
  while (right > left) {
    if (right - left < 64) {
      values.subarray(left, right + 1).sort()
      return
    }
    const pivot = middleOfThree(values[left] ?? 0, values[(left + right) >>> 1] ?? 0, values[right] ?? 0)
    let i = left
    let j = right
    while (i <= j) {
      while ((values[i] ?? 0) < pivot) i++
      while ((values[j] ?? 0) > pivot) j--
      if (i > j) break
      const held = values[i] ?? 0
      values[i++] = values[j] ?? 0
      values[j--] = held
    }
    if (k <= j) right = j
    else if (k >= i) left = i
    else return
  }
}

function middleOfThree(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c))
}
