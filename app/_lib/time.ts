/** Dates and ages for lists and sentences, on top of the clock of a zone. */
import { formatDuration, formatPosition, type Clock } from '#lib/format/time.ts'

const DAY_MS = 86_400_000
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const

/** The zone of this browser. */
export const localZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone

/** The same moment with the zone's wall clock in its UTC fields. */
const wall = (ms: number, clock: Clock): Date => new Date(ms + clock.offsetMin(ms) * 60_000)

/** `Mon 23 Nov 2026, 14:38 CET`. */
export function dateLong(ms: number, clock: Clock): string {
  const at = wall(ms, clock)
  return `${WEEKDAYS[at.getUTCDay()]} ${clock.day(ms)} ${at.getUTCFullYear()}, ${clock.hm(ms)} ${clock.abbreviation(ms)}`
}

/** `Mon 14:38` within six days, else `23 Nov 2026`. */
export function dateNear(ms: number, nowMs: number, clock: Clock): string {
  const at = wall(ms, clock)
  return Math.abs(ms - nowMs) < 6 * DAY_MS ? `${WEEKDAYS[at.getUTCDay()]} ${clock.hm(ms)}` : `${clock.day(ms)} ${at.getUTCFullYear()}`
}

/** For lists: `12:41` today, `yesterday`, `20 Nov`, with the year if it is another one. */
export function dateShort(ms: number, nowMs: number, clock: Clock): string {
  const days = Math.floor(wall(nowMs, clock).getTime() / DAY_MS) - Math.floor(wall(ms, clock).getTime() / DAY_MS)
  if (days === 0) return clock.hm(ms)
  if (days === 1) return 'yesterday'
  const year = wall(ms, clock).getUTCFullYear()
  return year === wall(nowMs, clock).getUTCFullYear() ? clock.day(ms) : `${clock.day(ms)} ${year}`
}

/** How long something has lasted or lasted: `0:48`, `42:18`, `4:12:07`, `9 d 4 h`. */
export function age(ms: number): string {
  return ms >= DAY_MS ? formatDuration(ms) : formatPosition(ms)
}

/** `1st`, `2nd`, `3rd`, `4th`. */
export function ordinal(n: number): string {
  const tens = n % 100
  const suffix = tens >= 11 && tens <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th')
  return `${n}${suffix}`
}

