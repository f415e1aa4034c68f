/** One hop's latency over time as a strip of columns: how far above its own best it was. */
import { mixedFigures, type Weighted } from '#lib/stats/sample-figures.ts'
import { quantiles } from '#lib/stats/quantile.ts'
import { PROBE, type Bucket } from '../ping/view.ts'
import { pointsOf } from '../ping/window-rollups.ts'
import type { HopView } from './view.ts'

/** Milliseconds above best at which the next colour begins: five steps. */
export const HEAT_CUTS = [2, 7, 16, 22] as const

/** A hop's own best: this quantile of its round trips in the window. One lucky packet is no level. */
const BEST = 0.03

export interface HopHeat {
  /** Median round trip of the column less the hop's best in the window, ms; NaN where nothing came in time. May be a little below 0. */
  aboveBestMs: Float64Array
  /** Probes sent in the column that got no answer in time or at all: lost. Late and awaited ones are only among `sent`. */
  lost: Uint16Array
  sent: Uint16Array
}

export interface HeatSpan { fromMs: number; toMs: number; columns: number }

/** The strip over `fromMs <= t < toMs`. Probes that the series does not hold any more come from the time buckets. Linear in the series. */
export function hopHeat(hop: Pick<HopView, 'series' | 'rollups'>, span: HeatSpan): HopHeat {
  const heat: HopHeat = { aboveBestMs: new Float64Array(span.columns).fill(NaN), lost: new Uint16Array(span.columns), sent: new Uint16Array(span.columns) }
  const older = olderBuckets(hop, span)
  const values = columnsOf(hop, { ...span, fromMs: Math.max(span.fromMs, older.untilMs) }, { heat, fromMs: span.fromMs })
  const points = addBuckets(heat, older, span)
  const all = Float64Array.from(values.flat())
  const olderPoints = older.buckets.flatMap(pointsOf)
  const best = (olderPoints.length === 0 ? quantiles(all, [BEST]) : mixedFigures(all, olderPoints, [BEST]).quantiles)[0] ?? NaN
  for (let column = 0; column < span.columns; column++) {
    const own = Float64Array.from(values[column] ?? [])
    const coarse = points[column] ?? []
    const middle = coarse.length === 0 ? quantiles(own, [0.5]) : mixedFigures(own, coarse, [0.5]).quantiles
    heat.aboveBestMs[column] = (middle[0] ?? NaN) - best
  }
  return heat
}

interface Older { buckets: readonly Bucket[]; widthMs: number; untilMs: number }

/** Of the finest level that goes back far enough, the buckets that begin before the series does. */
function olderBuckets({ series, rollups }: Pick<HopView, 'series' | 'rollups'>, { fromMs, toMs }: HeatSpan): Older {
  const none: Older = { buckets: [], widthMs: 0, untilMs: -Infinity }
  const seriesFromMs = series.length === 0 ? NaN : series.atMs(0)
  if (series.first <= 1 || !(fromMs < seriesFromMs)) return none
  const startMs = Math.max(fromMs, rollups.at(-1)?.buckets[0]?.startMs ?? NaN)
  const level = rollups.find((one) => (one.buckets[0]?.startMs ?? Infinity) <= startMs) ?? rollups.at(-1)
  if (!level) return none
  const buckets = level.since(fromMs - level.widthMs + 1).filter((bucket) => bucket.startMs < seriesFromMs && bucket.startMs < toMs)
  const last = buckets.at(-1)
  return last ? { buckets, widthMs: level.widthMs, untilMs: last.startMs + level.widthMs } : none
}

/** Round trips in time of each column, from the probes still kept; counts go into `heat`. */
function columnsOf({ series }: Pick<HopView, 'series'>, span: HeatSpan, into: { heat: HopHeat; fromMs: number }): number[][] {
  const values: number[][] = Array.from({ length: span.columns }, () => [])
  const spanMs = span.toMs - into.fromMs
  for (let i = 0; i < series.length; i++) {
    const atMs = series.atMs(i)
    if (!(atMs >= span.fromMs && atMs < span.toMs)) continue
    const column = Math.min(span.columns - 1, Math.floor(((atMs - into.fromMs) * span.columns) / spanMs))
    const slot = series.slot(i)
    const state = series.state[slot]
    if (state === PROBE.none) continue
    add(into.heat.sent, column, 1)
    if (state === PROBE.lost) add(into.heat.lost, column, 1)
    const rtt = series.rttMs[slot] ?? NaN
    if (state === PROBE.replied && rtt === rtt) values[column]?.push(rtt)
  }
  return values
}

/** Spreads each bucket evenly over the columns that it covers; hands back the median that each column gets from buckets. */
function addBuckets(heat: HopHeat, older: Older, span: HeatSpan): Weighted[][] {
  const points: Weighted[][] = []
  const perMs = span.columns / (span.toMs - span.fromMs)
  for (const bucket of older.buckets) {
    const first = Math.max(0, Math.floor((bucket.startMs - span.fromMs) * perMs))
    const end = Math.min(span.columns, Math.max(first + 1, Math.ceil((bucket.startMs + older.widthMs - span.fromMs) * perMs)))
    for (let column = first; column < end; column++) {
      add(heat.sent, column, portion(bucket.sent, column - first, end - first))
      add(heat.lost, column, portion(bucket.lost, column - first, end - first))
      if (bucket.p50Ms === bucket.p50Ms) (points[column] ??= []).push({ value: bucket.p50Ms, weight: bucket.answered })
    }
  }
  return points
}

/** The i-th of `parts` nearly equal whole portions. */
const portion = (whole: number, i: number, parts: number): number => Math.floor((whole * (i + 1)) / parts) - Math.floor((whole * i) / parts)

function add(counts: Uint16Array, at: number, by: number): void {
  counts[at] = Math.min(65_535, (counts[at] ?? 0) + by)
}
