/** What is known about one moment and about a stretch, in words: for the crosshair, its tooltip and the chart's summary. */
import { formatMs, formatLoss, formatCount, UNKNOWN } from '#lib/format/number.ts'
import { formatSpan, type Clock } from '#lib/format/time.ts'
import { PROBE, type PingView } from '#lib/tools/ping/view.ts'
import type { RouteChange } from './route-changes.ts'
import { ECHO, type SeriesWords } from './words.ts'
import { nearestIndex, placeOf } from './series.ts'

/** The probe drawn nearest to a moment. */
export interface ProbeAt { probe: number; atMs: number; state: number; rttMs: number; ttl: number }

export function probeAt(view: PingView, ms: number): ProbeAt | null {
  const i = nearestIndex(view, ms)
  if (i < 0) return null
  const s = view.series.slot(i)
  return { probe: view.series.first + i, atMs: placeOf(view, i), state: view.series.state[s] ?? PROBE.none, rttMs: view.series.rttMs[s] ?? Number.NaN, ttl: view.series.ttl[s] ?? 0 }
}

/** The fate of a probe: `31.03 ms`, `lost`, `no answer yet`, `11.2 s, late`. */
export function fateOf({ state, rttMs }: Pick<ProbeAt, 'state' | 'rttMs'>, words: SeriesWords = ECHO): string {
  switch (state) {
    case PROBE.replied: return Number.isNaN(rttMs) ? 'answered, no time printed' : formatMs(rttMs, 2)
    case PROBE.late: return `${formatMs(rttMs, 2)}, late`
    case PROBE.lost: return words.bad
    case PROBE.error: return words.error
    case PROBE.refused: return 'not sent: refused by the vantage'
    case PROBE.awaited: return 'no answer yet'
    default: return UNKNOWN
  }
}

/** Figures of a stretch that a summary is made of; a subset of the window statistics. */
export interface Figures { probes: number; lost: number; errors: number; awaited: number; answered: number; late: number; minMs: number; p50Ms: number; maxMs: number }

/** Lost among judged. Probes answered only by an ICMP error count as lost. */
export const lossOf = (figures: Pick<Figures, 'answered' | 'lost' | 'late' | 'errors'>): { lost: number; of: number } =>
  ({ lost: figures.lost + figures.errors, of: figures.answered + figures.lost + figures.late + figures.errors })

/** TTL of the newest reply in the window, and the one before it in this run. */
export function currentTtl(view: PingView | null, fromMs: number, toMs: number): { ttl: number; was: number | null } | null {
  const spans = view?.ttls.filter((span) => span.sinceMs <= toMs && span.untilMs >= fromMs) ?? []
  const last = spans.at(-1)
  if (!view || !last) return null
  const before = view.ttls.findLast((span) => span.untilMs <= last.sinceMs && span.ttl !== last.ttl)
  return { ttl: last.ttl, was: before?.ttl ?? null }
}

interface Summed { figures: Figures; view: PingView; clock: Clock; fromMs: number; toMs: number; changes?: readonly RouteChange[]; words?: SeriesWords }

/** The chart in one breath, for those who cannot see it: span, range, median, loss, events. */
export function summaryOf({ figures, view, clock, fromMs, toMs, changes = [], words = ECHO }: Summed): string {
  const { lost, of } = lossOf(figures)
  const inside = (ms: number): boolean => ms >= fromMs && ms <= toMs
  const bursts = view.bursts.filter((burst) => inside(burst.startMs)).length
  const shifts = view.shifts.filter((shift) => inside(shift.atMs))
  const ttls = new Set(view.ttls.filter((span) => span.untilMs >= fromMs && span.sinceMs <= toMs).map((span) => span.ttl))
  const parts = [
    `${words.value} to ${view.address}, ${clock.hms(fromMs)} to ${clock.hms(toMs)}`,
    figures.answered === 0 ? words.silent : `range ${formatMs(figures.minMs)} to ${formatMs(figures.maxMs)}, median ${formatMs(figures.p50Ms)}`,
    of === 0 ? `no ${words.one} judged yet` : `${words.bad} ${formatLoss(lost, of)}`,
    ...(bursts > 0 ? [`${bursts} ${bursts === 1 ? 'burst' : 'bursts'} of three or more ${words.inARow}`] : []),
    ...shifts.map((shift) => `median moved from ${formatMs(shift.beforeMs)} to ${formatMs(shift.afterMs)} at ${clock.hms(shift.atMs)}`),
    ...changes.filter(({ ms }) => inside(ms)).map(({ ms, labels }) => `${labels[0] ?? 'route change'} at ${clock.hms(ms)}`),
    ...(ttls.size > 1 ? [`${ttls.size} different reply TTLs`] : []),
  ]
  return `${parts.join('. ')}.`
}

/** `in view 10 min 24 s, 624 probes`. */
export const inView = ({ fromMs, toMs, probes, words = ECHO }: { fromMs: number; toMs: number; probes: number; words?: SeriesWords }): string => `in view ${formatSpan(Math.max(0, toMs - fromMs))}, ${formatCount(probes)} ${probes === 1 ? words.one : words.many}`

/** Replay: `392 of 624 probes played`, with `in view` where the window holds less than everything. */
export const playedOf = ({ played, of, all, words = ECHO }: { played: number; of: number; all: boolean; words?: SeriesWords }): string =>
  `${formatCount(Math.min(played, of))} of ${formatCount(of)} ${of === 1 ? words.one : words.many}${all ? '' : ' in view'} played`
