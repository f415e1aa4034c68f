/** Numbers as people read them: rounding, grouping, units. Pure; unknown is an en dash, never 0. */

/** What is shown where a value is not known. */
export const UNKNOWN = '\u2013'
/** Between a number and its unit. */
export const NBSP = '\u00a0'
const MINUS = '\u2212'

/** A number and its unit apart, so that the unit can be set smaller. `unit` is empty where `value` is unknown. */
export interface Quantity { value: string; unit: string }

/** Fixed decimals with thousands separated by commas and a true minus sign. */
export function formatFixed(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return UNKNOWN
  const text = Math.abs(value).toFixed(decimals)
  const point = text.indexOf('.')
  const whole = point < 0 ? text : text.slice(0, point)
  const grouped = whole.replace(/\B(?=(?:\d{3})+$)/g, ',') + (point < 0 ? '' : text.slice(point))
  return value < 0 && Number(text) !== 0 ? MINUS + grouped : grouped
}

/** A whole number: `2,538`. */
export const formatCount = (n: number): string => formatFixed(n, 0)

const S_FROM_MS = 10_000

/** Milliseconds split into number and unit: `decimals` (1 in tables, 2 in tooltips), at least 2 below 1 ms, seconds from 10 s. */
export function splitMs(ms: number, decimals = 1): Quantity {
  if (!Number.isFinite(ms)) return { value: UNKNOWN, unit: '' }
  const size = Math.abs(ms)
  if (size >= S_FROM_MS) return { value: formatFixed(ms / 1000, decimals), unit: 's' }
  return { value: formatFixed(ms, size < 1 ? Math.max(2, decimals) : decimals), unit: 'ms' }
}

/** `31.1 ms`, `0.42 ms`, `12.0 s`, `–`. */
export const formatMs = (ms: number, decimals = 1): string => join(splitMs(ms, decimals))

const join = ({ value, unit }: Quantity): string => (unit === '' ? value : value + NBSP + unit)

/** Below this many probes a percentage says more than is known. */
const PERCENT_FROM = 20

/** A share of probes: the percentage (null below 20 probes) and always the counts. */
export interface LossText { percent: string | null; counts: string }

/** Loss of `lost` among `of` probes. A share too small or too near all to print is `<0.1` or `>99.9`, so that 0.0 and 100.0 are exact. */
export function lossText(lost: number, of: number): LossText {
  if (!(of > 0)) return { percent: null, counts: UNKNOWN }
  const counts = `${formatCount(lost)} of ${formatCount(of)}`
  if (of < PERCENT_FROM) return { percent: null, counts }
  const share = (100 * lost) / of
  if (lost > 0 && share < 0.05) return { percent: '<0.1', counts }
  if (lost < of && share >= 99.95) return { percent: '>99.9', counts }
  return { percent: formatFixed(share, 1), counts }
}

/** `3.2 %, 20 of 624`; below 20 probes only `2 of 18`; `–` for none. */
export function formatLoss(lost: number, of: number): string {
  const { percent, counts } = lossText(lost, of)
  return percent === null ? counts : `${percent}${NBSP}%, ${counts}`
}

const SI = ['B', 'kB', 'MB', 'GB', 'TB'] as const

/** SI bytes: `312 kB`, `1.8 MB`. */
export function formatBytes(bytes: number): string {
  if (!Number.isFinite(bytes)) return UNKNOWN
  let value = bytes
  let step = 0
  while (Math.abs(value) >= 999.5 && step < SI.length - 1) { value /= 1000; step += 1 }
  const decimals = step > 0 && Math.abs(value) < 9.95 ? 1 : 0
  return formatFixed(value, decimals) + NBSP + (SI[step] ?? 'B')
}

/** `1,204 /s`, `0.2 /s`: one decimal below 10. */
export function formatRate(perS: number): string {
  if (!Number.isFinite(perS)) return UNKNOWN
  const decimals = Math.abs(perS) < 9.95 && !Number.isInteger(perS) ? 1 : 0
  return `${formatFixed(perS, decimals)}${NBSP}/s`
}
