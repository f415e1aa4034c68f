/** Durations and clock times as people read them. Pure: the zone is always named by the caller. */
import { NBSP, UNKNOWN, formatFixed } from './number.ts'

const S = 1000, MIN = 60 * S, H = 60 * MIN, D = 24 * H
const two = (n: number): string => String(n).padStart(2, '0')

/** `420 ms`, `6.1 s`, `3:12`, `4:12:07`, `9 d 4 h`. Whole seconds are cut, not rounded, from a minute on. */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms)) return UNKNOWN
  const t = Math.max(0, ms)
  if (t < 999.5) return `${formatFixed(t, 0)}${NBSP}ms`
  if (t < MIN - 50) return `${formatFixed(t / S, 1)}${NBSP}s`
  if (t >= D) return `${Math.floor(t / D)}${NBSP}d${NBSP}${Math.floor((t % D) / H)}${NBSP}h`
  const s = Math.floor(Math.max(t, MIN) / S)
  return t < H ? `${Math.floor(s / 60)}:${two(s % 60)}` : `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`
}

/** Position within something counted from 0: `0:07`, `38:26`, `1:02:03`. */
export function formatPosition(ms: number): string {
  const s = Math.floor(Math.max(0, Number.isFinite(ms) ? ms : 0) / S)
  const tail = two(s % 60)
  return s < 3600 ? `${Math.floor(s / 60)}:${tail}` : `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${tail}`
}

/** In words, two units at most: `10 min 24 s`, `42 s`, `3 h 5 min`, `9 d 4 h`. */
export function formatSpan(ms: number): string {
  if (!Number.isFinite(ms)) return UNKNOWN
  const s = Math.round(Math.max(0, ms) / S)
  const parts: [number, string][] = s >= 86_400 ? [[Math.floor(s / 86_400), 'd'], [Math.floor((s % 86_400) / 3600), 'h']]
    : s >= 3600 ? [[Math.floor(s / 3600), 'h'], [Math.floor((s % 3600) / 60), 'min']]
    : s >= 60 ? [[Math.floor(s / 60), 'min'], [s % 60, 's']] : [[s, 's']]
  return parts.filter(([n], i) => i === 0 || n > 0).map(([n, unit]) => `${n}${NBSP}${unit}`).join(' ')
}

/** Clock of one zone, 24 h. Keeps the zone's offset per quarter of an hour, so a label costs arithmetic and not a formatter. */
export interface Clock {
  readonly zone: string
  /** Minutes ahead of UTC at that moment. */
  offsetMin(ms: number): number
  /** `14:35:42`. */
  hms(ms: number): string
  /** `14:35:42.198`. */
  hmsMs(ms: number): string
  /** `14:35`. */
  hm(ms: number): string
  /** `22 Nov`. */
  day(ms: number): string
  /** Short name as people say it: `CET`, `UTC`, `GMT+5:30`. */
  abbreviation(ms: number): string
  /** `CET, UTC+1`; for UTC itself `UTC`. */
  label(ms: number): string
}

const QUARTER = 15 * MIN
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const
const KEPT_OFFSETS = 512

/** Makes the clock of an IANA zone; a zone this machine does not know becomes UTC (and says so in its name). */
export function createClock(zone: string): Clock {
  const parts = partsOf(zone)
  const known = parts !== null
  const offsets = new Map<number, number>()
  const offsetMin = (ms: number): number => {
    if (!parts || !Number.isFinite(ms)) return 0
    const quarter = Math.floor(ms / QUARTER)
    const kept = offsets.get(quarter)
    if (kept !== undefined) return kept
    if (offsets.size >= KEPT_OFFSETS) offsets.clear()
    const value = offsetAt(parts, quarter * QUARTER)
    offsets.set(quarter, value)
    return value
  }
  const local = (ms: number): Date => new Date(ms + offsetMin(ms) * MIN)
  const hm = (ms: number): string => { const d = local(ms); return `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}` }
  const hms = (ms: number): string => (Number.isFinite(ms) ? `${hm(ms)}:${two(local(ms).getUTCSeconds())}` : UNKNOWN)
  const abbreviation = (ms: number): string => (known ? nameAt(zone, ms) : 'UTC')
  return {
    zone: known ? zone : 'UTC', offsetMin, hms, abbreviation,
    hm: (ms) => (Number.isFinite(ms) ? hm(ms) : UNKNOWN),
    hmsMs: (ms) => (Number.isFinite(ms) ? `${hms(ms)}.${String(Math.floor(((ms % 1000) + 1000) % 1000)).padStart(3, '0')}` : UNKNOWN),
    day: (ms) => { const d = local(ms); return `${d.getUTCDate()} ${MONTHS[d.getUTCMonth()] ?? ''}` },
    label: (ms) => {
      const name = abbreviation(ms), offset = offsetText(offsetMin(ms))
      return name === 'UTC' || name === offset || name.startsWith('GMT') ? (name === 'UTC' ? name : offset) : `${name}, ${offset}`
    },
  }
}

function offsetText(min: number): string {
  const size = Math.abs(min)
  const rest = size % 60
  return min === 0 ? 'UTC' : `UTC${min < 0 ? '\u2212' : '+'}${Math.floor(size / 60)}${rest === 0 ? '' : `:${two(rest)}`}`
}

function partsOf(zone: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat('en-GB', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' })
  } catch {
    return null // Intl throws RangeError for a zone it has no data for: expected input, not a bug.
  }
}

function offsetAt(format: Intl.DateTimeFormat, ms: number): number {
  const part: Record<string, number> = {}
  for (const { type, value } of format.formatToParts(ms)) part[type] = Number(value)
  const local = Date.UTC(part.year ?? 1970, (part.month ?? 1) - 1, part.day ?? 1, part.hour ?? 0, part.minute ?? 0, part.second ?? 0)
  return Math.round((local - Math.floor(ms / 1000) * 1000) / MIN)
}

function nameAt(zone: string, ms: number): string {
  const at = Number.isFinite(ms) ? ms : 0
  const named = new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeZoneName: 'short' }).formatToParts(at)
  return named.find((one) => one.type === 'timeZoneName')?.value ?? 'UTC'
}

/** One-off clock time, `14:35:42`, in a named zone. For many labels keep a `createClock`. */
export const formatClock = (ms: number, zone: string): string => createClock(zone).hms(ms)
