/** Figures of one stretch of time at one hop, read off a folded path. */
import { exactFigures, mixedFigures, type SampleFigures } from '#lib/stats/sample-figures.ts'
import { PROBE } from '../ping/view.ts'
import { sampleBuckets, type OlderPart } from '../ping/window-rollups.ts'
import type { HopView } from './view.ts'

/** Counts as HopCounts; times ms, NaN when unknown. */
export interface HopWindow {
  sent: number
  /** answered + lost + late. */
  judged: number
  answered: number
  lost: number
  late: number
  awaited: number
  /** Round trip of the newest probe that came in time. */
  lastMs: number
  /** Round trips that came in time; quantiles of type 7. */
  meanMs: number
  minMs: number
  p25Ms: number
  p50Ms: number
  p75Ms: number
  p95Ms: number
  maxMs: number
  /** Of the sample (n - 1). */
  stdevMs: number
  /** Mean and greatest absolute difference of consecutive probes that both came in time, both in the window. */
  jitterMs: number
  jitterMaxMs: number
  jitterN: number
  /** False where part of the window is older than the kept probes: figures then come from time buckets too (`jitterMaxMs` does not). */
  exact: boolean
}

const PS = [0, 0.25, 0.5, 0.75, 0.95, 1] as const
/** `responder` of a probe that nobody answered, or nobody knows who. */
const NOBODY = 255

/**
 * Figures over the probes sent in `fromMs <= t < toMs`; a probe whose sending nobody knows counts at its line's time. With a
 * responder: only what it answered. Unanswered probes belong to no responder: `lost` and `awaited` are then 0, `sent` what it
 * answered, and probes older than the series are left out.
 */
export function hopWindow(hop: Pick<HopView, 'series' | 'rollups'>, span: { fromMs: number; toMs: number }, responder?: number): HopWindow {
  const older = olderPart(hop, span, responder)
  const scan = scanSeries(hop, { fromMs: Math.max(span.fromMs, older.untilMs), toMs: span.toMs }, responder)
  const answered = scan.answered + older.counts.answered
  const lost = scan.lost + older.counts.lost
  const late = scan.late + older.counts.late
  const jitterN = scan.jitterN + older.jitterCount
  const judged = answered + lost + late
  const figures = older.points.length === 0 ? exactFigures(scan.rtts, PS) : mixedFigures(scan.rtts, older.points, PS)
  return {
    sent: judged + scan.awaited, judged, answered, lost, late, awaited: scan.awaited, lastMs: scan.lastMs, ...named(figures),
    jitterMs: jitterN === 0 ? NaN : (scan.jitterSumMs + older.jitterSumMs) / jitterN,
    jitterMaxMs: scan.jitterMaxMs, jitterN, exact: older.untilMs === -Infinity,
  }
}

/** Where a hop's probes begin that are still kept one by one, and what the run's older ones left behind. */
function olderPart({ series, rollups }: Pick<HopView, 'series' | 'rollups'>, span: { fromMs: number; toMs: number }, responder: number | undefined): OlderPart {
  const none: OlderPart = { counts: { answered: 0, lost: 0, late: 0 }, points: [], jitterSumMs: 0, jitterCount: 0, untilMs: -Infinity }
  if (series.first <= 1 || series.length === 0) return none
  const firstSentMs = rollups.at(-1)?.buckets[0]?.startMs ?? NaN
  const view = { series, rollups, firstSentMs }
  const older = sampleBuckets(view, span.fromMs, span.toMs)
  if (responder === undefined) return older
  return { ...none, untilMs: older.untilMs === -Infinity ? -Infinity : series.atMs(0) }
}

interface Scan {
  answered: number
  lost: number
  late: number
  awaited: number
  rtts: Float64Array
  lastMs: number
  jitterSumMs: number
  jitterMaxMs: number
  jitterN: number
}

function scanSeries({ series }: Pick<HopView, 'series'>, span: { fromMs: number; toMs: number }, responder: number | undefined): Scan {
  const scan: Scan = { answered: 0, lost: 0, late: 0, awaited: 0, rtts: new Float64Array(series.length), lastMs: NaN, jitterSumMs: 0, jitterMaxMs: NaN, jitterN: 0 }
  let replies = 0
  let previous = NaN
  for (let i = 0; i < series.length; i++) {
    const slot = series.slot(i)
    const atMs = series.atMs(i)
    const isMeant = atMs >= span.fromMs && atMs < span.toMs && (responder === undefined || (responder !== NOBODY && series.responder[slot] === responder))
    const rtt = isMeant ? countProbe(scan, series.state[slot] ?? PROBE.none, series.rttMs[slot] ?? NaN) : NaN
    const difference = Math.abs(rtt - previous)
    previous = rtt
    if (rtt === rtt) {
      scan.rtts[replies++] = rtt
      scan.lastMs = rtt
    }
    if (difference === difference) addDifference(scan, difference)
  }
  scan.rtts = scan.rtts.subarray(0, replies)
  return scan
}

/** The round trip, if it came in time. */
function countProbe(scan: Scan, state: number, rttMs: number): number {
  if (state === PROBE.replied) {
    scan.answered++
    return rttMs
  }
  if (state === PROBE.lost) scan.lost++
  else if (state === PROBE.late) scan.late++
  else if (state === PROBE.awaited) scan.awaited++
  return NaN
}

function addDifference(scan: Scan, difference: number): void {
  scan.jitterSumMs += difference
  scan.jitterN++
  if (!(difference <= scan.jitterMaxMs)) scan.jitterMaxMs = difference
}

function named({ quantiles, mean: meanMs, m2, weight }: SampleFigures): Pick<HopWindow, 'meanMs' | 'minMs' | 'p25Ms' | 'p50Ms' | 'p75Ms' | 'p95Ms' | 'maxMs' | 'stdevMs'> {
  const [minMs = NaN, p25Ms = NaN, p50Ms = NaN, p75Ms = NaN, p95Ms = NaN, maxMs = NaN] = quantiles
  return { meanMs, minMs, p25Ms, p50Ms, p75Ms, p95Ms, maxMs, stdevMs: weight < 2 ? NaN : Math.sqrt(m2 / (weight - 1)) }
}
