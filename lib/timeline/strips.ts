/** What is said about stretches of time: reply TTL, route changes, latency shifts. */
import type { PingView, TtlSpan } from '#lib/tools/ping/view.ts'
import { routersBack } from '#lib/tools/ping/hops.ts'
import { PROBE } from '#lib/tools/ping/view.ts'
import type { Columns } from './columns.ts'
import type { RouteChange } from './route-changes.ts'
import { indexAt, placeOf } from './series.ts'

/** One stretch of the TTL strip. `labels` from the longest to the shortest: the painter takes the first that fits. */
export interface TtlSegment { x0: number; x1: number; ttl: number; changed: boolean; mixed: boolean; labels: string[] }
/** A dashed line with a sentence. */
export interface Note { x: number; ms: number; labels: string[] }

/** A TTL must hold this many replies on both sides to be a change of route rather than a load-balanced reply. */
const LASTING_REPLIES = 5
const MINUS = '\u2212'

/** Moments at which the reply TTL changed for good: just before the first reply that carries the new one. */
export function routeBreaks(view: PingView): { ms: number; from: number; to: number }[] {
  const lasting = view.ttls.filter((span) => span.replies >= LASTING_REPLIES)
  const found: { ms: number; from: number; to: number }[] = []
  for (let i = 1; i < lasting.length; i += 1) {
    const before = lasting[i - 1], after = lasting[i]
    if (before && after && before.ttl !== after.ttl) found.push({ ms: firstSent(view, after), from: before.ttl, to: after.ttl })
  }
  return found
}

/** A moment at which the way changed: `ttl` as the replies tell it, `route` as a path run saw it, or both. */
export interface RouteMoment { ms: number; ttl: { from: number; to: number } | null; route: RouteChange | null }

/** A path run notices a change when its next probes are answered; the replies of a ping carry it to the probe. Then both are one moment, the ping's. */
export function routeMoments(view: PingView, changes: readonly RouteChange[]): RouteMoment[] {
  const found: RouteMoment[] = routeBreaks(view).map(({ ms, from, to }) => ({ ms, ttl: { from, to }, route: null }))
  for (const change of changes) {
    const same = found.find((moment) => moment.route === null && moment.ttl !== null && Math.abs(moment.ms - change.ms) <= SAME_MS)
    const shift = same ? undefined : view.shifts.find((one) => Math.abs(one.atMs - change.ms) <= SAME_MS)
    if (same) same.route = change
    else found.push({ ms: shift?.atMs ?? change.ms, ttl: null, route: change })
  }
  return found.sort((a, b) => a.ms - b.ms)
}

/** When the first reply of a span was sent. The span starts at the reply's stamp, a round trip later. */
function firstSent(view: PingView, span: TtlSpan): number {
  const { series } = view
  for (let i = indexAt(view, span.sinceMs - view.timeoutMs); i < series.length; i += 1) {
    const at = placeOf(view, i)
    if (at > span.sinceMs + 1) break
    const s = series.slot(i)
    const rtt = series.rttMs[s] ?? Number.NaN
    if (series.state[s] === PROBE.replied && series.ttl[s] === span.ttl && at + rtt >= span.sinceMs - 1) return at
  }
  return span.sinceMs
}

/** Segments narrower than this cannot be told apart and are drawn as one mixed stretch. */
const LEAST_PX = 2

export function layoutTtl(view: PingView, columns: Columns, untilMs: number): TtlSegment[] {
  const x = (ms: number): number => ms / columns.colMs - columns.k0
  const first = view.ttls[0]?.ttl
  const found: TtlSegment[] = []
  view.ttls.forEach((span, i) => {
    const next = view.ttls[i + 1]
    const x0 = Math.max(0, x(span.sinceMs)), x1 = Math.min(columns.width, x(Math.min(next?.sinceMs ?? Math.max(span.untilMs, untilMs), untilMs)))
    if (x1 <= 0 || x0 >= columns.width || x1 <= x0) return
    const last = found.at(-1)
    if (last && x1 - x0 < LEAST_PX && x0 - last.x1 < 1) { last.x1 = x1; last.mixed = true; last.labels = ['several values', 'mixed'] }
    else if (last && !last.mixed && last.ttl === span.ttl && x0 - last.x1 < 1) last.x1 = x1
    else found.push({ x0, x1, ttl: span.ttl, changed: span.ttl !== first, mixed: false, labels: ttlLabels(span.ttl, found.length === 0) })
  })
  return found
}

/** `56, 64 − 56 = 8 routers back`, then `55, 9 routers back`, then `55`. */
function ttlLabels(ttl: number, spellOut: boolean): string[] {
  const { initial, routers, note } = routersBack(ttl)
  if (note === '64 or 32, unsure') return [`${ttl}, started at 64 or 32, unsure`, `${ttl}`]
  const words = routers === 0 ? 'same link' : `${routers} ${routers === 1 ? 'router' : 'routers'} back${note === 'unlikely' ? ', unlikely' : ''}`
  return [...(spellOut ? [`${ttl}, ${initial} ${MINUS} ${ttl} = ${words}`] : []), `${ttl}, ${words}`, `${ttl}`]
}

/** A shift this close to a TTL change is told in the same sentence. */
const SAME_MS = 30_000

/** Route changes and lasting shifts of the median within the window, oldest first. */
export function layoutNotes(view: PingView, columns: Columns, moments: readonly RouteMoment[]): Note[] {
  const shifts = [...view.shifts]
  const found: Note[] = moments.map(({ ms, ttl, route }) => {
    const i = shifts.findIndex((shift) => Math.abs(shift.atMs - ms) <= SAME_MS)
    const shift = i >= 0 ? shifts.splice(i, 1)[0] : undefined
    const labels = route?.labels ?? (ttl === null ? [] : [`reply TTL ${ttl.from} to ${ttl.to}`, `TTL ${ttl.to}`])
    return { x: 0, ms, labels: [...(shift && route === null ? [`${labels[0] ?? ''}, median ${shift.beforeMs.toFixed(1)} to ${shift.afterMs.toFixed(1)} ms`] : []), ...labels] }
  })
  for (const shift of shifts) found.push({ x: 0, ms: shift.atMs, labels: [`median ${shift.beforeMs.toFixed(1)} to ${shift.afterMs.toFixed(1)} ms`, 'median moved'] })
  return found
    .map((note) => ({ ...note, x: note.ms / columns.colMs - columns.k0 }))
    .filter(({ x }) => x >= 0 && x <= columns.width)
    .sort((a, b) => a.x - b.x)
}
