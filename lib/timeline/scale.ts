/** The value axis: 1-2-5 steps, the top from p99, linear from 0 or logarithmic. */

export type ScaleKind = 'linear' | 'log'
export interface ValueScale { kind: ScaleKind; bottomMs: number; topMs: number; ticks: number[] }

/** Step of 1, 2 or 5 times a power of ten nearest to `raw` (on the log scale). */
export function niceStep(raw: number): number {
  if (!(raw > 0) || !Number.isFinite(raw)) return 1
  const power = 10 ** Math.floor(Math.log10(raw))
  const rest = raw / power
  return power * (rest >= Math.sqrt(50) ? 10 : rest >= Math.sqrt(10) ? 5 : rest >= Math.SQRT2 ? 2 : 1)
}

/** Smallest 1-2-5 number at or above `value`. */
export function niceAbove(value: number): number {
  if (!(value > 0) || !Number.isFinite(value)) return 1
  const power = 10 ** Math.floor(Math.log10(value))
  const rest = value / power
  return clean(power * (rest <= 1.000001 ? 1 : rest <= 2.000001 ? 2 : rest <= 5.000001 ? 5 : 10))
}

/** Without the dust of binary fractions: 0.30000000000000004 is 0.3. */
const clean = (value: number): number => Number(value.toPrecision(12))

const HEADROOM = 1.15
const TICKS = 3
/** Shown until something was measured. */
const EMPTY_TOP_MS = 100

/** p99 x 1.15 rounded to a whole number of 1-2-5 steps, never below p99 itself. */
export function linearScale(p99Ms: number): ValueScale {
  const wanted = p99Ms > 0 ? p99Ms * HEADROOM : EMPTY_TOP_MS
  const step = niceStep(wanted / TICKS)
  const count = Math.max(1, Math.round(wanted / step), Math.ceil(p99Ms > 0 ? p99Ms / step - 1e-9 : 1))
  return { kind: 'linear', bottomMs: 0, topMs: clean(step * count), ticks: Array.from({ length: count + 1 }, (_, i) => clean(step * i)) }
}

/** From a 1-2-5 number below the least value to one above p99 x 1.15; a tick at every 1, 2, 5, or every decade when there are many. */
export function logScale(p99Ms: number, minMs: number): ValueScale {
  const topMs = niceAbove(p99Ms > 0 ? p99Ms * HEADROOM : EMPTY_TOP_MS)
  const low = minMs > 0 ? Math.min(minMs, topMs / 2) : topMs / 100
  const bottomMs = Math.max(0.001, niceBelow(low))
  const all: number[] = []
  for (let v = bottomMs; v <= topMs * 1.000001; v = niceAbove(v * 1.01)) all.push(clean(v))
  const ticks = all.length <= 6 ? all : all.filter((v) => /^1(?:e|$)/.test((v / 10 ** Math.floor(Math.log10(v) + 1e-9)).toPrecision(1)))
  return { kind: 'log', bottomMs, topMs, ticks }
}

function niceBelow(value: number): number {
  const above = niceAbove(value)
  if (above <= value * 1.000001) return above
  const power = 10 ** Math.floor(Math.log10(value))
  const rest = value / power
  return clean(power * (rest >= 5 ? 5 : rest >= 2 ? 2 : 1))
}

/** Share of the axis from its bottom: 0 to 1 within the scale, clamped. */
export function shareOf(scale: ValueScale, ms: number): number {
  const { kind, bottomMs, topMs } = scale
  const raw = kind === 'linear' ? (ms - bottomMs) / (topMs - bottomMs) : Math.log(Math.max(ms, 1e-6) / bottomMs) / Math.log(topMs / bottomMs)
  return Math.min(1, Math.max(0, raw))
}
