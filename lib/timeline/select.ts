/** Nearest-rank quantiles by selection: linear, in place, and every result is one of the values given. */

/** The five quantiles of a smoke band, in this order. */
export const BAND = [0.1, 0.25, 0.5, 0.75, 0.9] as const

/** Index of the nearest-rank quantile `p` among `n` sorted values: the smallest value with at least a share `p` at or below it. */
export const rankOf = (p: number, n: number): number => Math.max(0, Math.ceil(p * n - 1e-9) - 1)

const SMALL = 32

/** Writes p10, p25, p50, p75, p90 of the first `n` values (no NaN) to `out` at `at`. Reorders `values`. */
export function selectBand(values: Float64Array, n: number, out: { to: Float64Array; at: number }): void {
  const { to, at } = out
  if (n <= SMALL) insertionSort(values, n)
  else {
    const mid = rankOf(0.5, n)
    select(values, mid, { lo: 0, hi: n - 1 })
    const low = rankOf(0.25, n)
    select(values, low, { lo: 0, hi: mid })
    select(values, rankOf(0.1, n), { lo: 0, hi: low })
    const high = rankOf(0.75, n)
    select(values, high, { lo: mid, hi: n - 1 })
    select(values, rankOf(0.9, n), { lo: high, hi: n - 1 })
  }
  for (let q = 0; q < BAND.length; q += 1) to[at + q] = values[rankOf(BAND[q] ?? 0, n)] ?? Number.NaN
}

/** The nearest-rank quantile `p` of the first `n` values; NaN for none. Reorders `values`. */
export function selectQuantile(values: Float64Array, n: number, p: number): number {
  if (n === 0) return Number.NaN
  const k = rankOf(p, n)
  select(values, k, { lo: 0, hi: n - 1 })
  return values[k] ?? Number.NaN
}

function insertionSort(values: Float64Array, n: number): void {
  for (let i = 1; i < n; i += 1) {
    const v = values[i] ?? 0
    let j = i - 1
    while (j >= 0 && (values[j] ?? 0) > v) { values[j + 1] = values[j] ?? 0; j -= 1 }
    values[j + 1] = v
  }
}

/** Hoare's quickselect with median of three; an order made to be slow falls back to sorting, so it is never quadratic. */
function select(values: Float64Array, k: number, range: { lo: number; hi: number }): void {
  let { lo, hi } = range
  let budget = 8 * (hi - lo + 1) + 64
  while (hi > lo) {
    if (hi - lo < 16 || budget < 0) { values.subarray(lo, hi + 1).sort(); return }
    budget -= hi - lo
    const pivot = medianOfThree(values[lo] ?? 0, values[(lo + hi) >> 1] ?? 0, values[hi] ?? 0)
    let i = lo, j = hi
    while (i <= j) {
      while ((values[i] ?? 0) < pivot) i += 1
      while ((values[j] ?? 0) > pivot) j -= 1
      if (i <= j) { const t = values[i] ?? 0; values[i] = values[j] ?? 0; values[j] = t; i += 1; j -= 1 }
    }
    if (k <= j) hi = j
    else if (k >= i) lo = i
    else return
  }
}

const medianOfThree = (a: number, b: number, c: number): number => (a < b ? (b < c ? b : a < c ? c : a) : a < c ? a : b < c ? c : b)
