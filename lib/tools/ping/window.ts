/** Figures of one stretch of time, read off a folded ping view. */
import { rfc3550Step } from '#lib/stats/jitter.ts'
import { exactFigures, mixedFigures, type SampleFigures } from '#lib/stats/sample-figures.ts'
import { sampleBuckets } from './window-rollups.ts'
import { PROBE, type PingView } from './view.ts'

export interface WindowStats {
  fromMs: number
  toMs: number
  /** Probes sent in the window whose fate is known: answered + lost + late + errors. */
  probes: number
  answered: number
  lost: number
  late: number
  /** Answered by an ICMP error only. From rollups, which do not tell them apart, they are among the lost. */
  errors: number
  /** Sent in the window, fate not known yet; not among `probes`. */
  awaited: number
  /** Round trips that came in time, quantiles of type 7. NaN without one. */
  minMs: number
  p10Ms: number
  p25Ms: number
  p50Ms: number
  p75Ms: number
  p90Ms: number
  p95Ms: number
  p99Ms: number
  maxMs: number
  meanMs: number
  /** Of the population, as ping's mdev. */
  stdevMs: number
  /** Mean absolute difference of consecutive probes that both answered in time, both in the window. */
  jitterMs: number
  /** RFC 3550 form on RTT over the same differences, from 0 at the start of the window; NaN where only rollups are left. */
  rfc3550Ms: number
  jitterN: number
  /** False where part of the window is older than the series: then quantiles, mean and deviation come from rollups. */
  exact: boolean
}

const PS = [0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1] as const

/** Figures over the probes sent in `fromMs <= t < toMs`. Cost linear in the series: a few ms for 100,000 probes. */
export function windowStats(view: PingView, fromMs: number, toMs: number): WindowStats {
  const older = sampleBuckets(view, fromMs, toMs)
  const counts = { ...older.counts, errors: 0, awaited: 0 }
  const scan = scanSeries(view, { fromMs: Math.max(fromMs, older.untilMs), toMs }, counts)
  const jitterN = scan.jitterN + older.jitterCount
  const { answered, lost, late, errors } = counts
  return {
    fromMs, toMs, probes: answered + lost + late + errors, ...counts,
    ...named(older.points.length === 0 ? exactFigures(scan.rtts, PS) : mixedFigures(scan.rtts, older.points, PS)),
    jitterMs: jitterN === 0 ? NaN : (scan.jitterSumMs + older.jitterSumMs) / jitterN,
    rfc3550Ms: scan.jitterN === 0 ? NaN : scan.smoothedMs,
    jitterN,
    exact: older.untilMs === -Infinity,
  }
}

interface Counts { answered: number; lost: number; late: number; errors: number; awaited: number }
interface Scan { rtts: Float64Array; jitterSumMs: number; smoothedMs: number; jitterN: number }

function scanSeries(view: PingView, span: { fromMs: number; toMs: number }, counts: Counts): Scan {
  const { series } = view
  const rtts = new Float64Array(series.length)
  const tally = [0, 0, 0, 0, 0, 0, 0]
  let replies = 0
  let previous = NaN
  const scan = { rtts, jitterSumMs: 0, smoothedMs: 0, jitterN: 0 }
  for (let i = 0; i < series.length; i++) {
    const slot = series.slot(i)
    const sentAtMs = series.sentAtMs[slot] ?? NaN
    let rtt = NaN
    if (sentAtMs >= span.fromMs && sentAtMs < span.toMs) {
      const state = series.state[slot] ?? PROBE.none
      tally[state] = (tally[state] ?? 0) + 1
      if (state === PROBE.replied) rtt = series.rttMs[slot] ?? NaN
    }
    const difference = Math.abs(rtt - previous)
    previous = rtt
    if (rtt === rtt) rtts[replies++] = rtt
    if (difference === difference) {
      scan.jitterSumMs += difference
      scan.smoothedMs = rfc3550Step(scan.smoothedMs, difference)
      scan.jitterN++
    }
  }
  counts.answered += tally[PROBE.replied] ?? 0
  counts.lost += tally[PROBE.lost] ?? 0
  counts.late += tally[PROBE.late] ?? 0
  counts.errors += tally[PROBE.error] ?? 0
  counts.awaited += tally[PROBE.awaited] ?? 0
  scan.rtts = rtts.subarray(0, replies)
  return scan
}

type Figures = Pick<WindowStats, 'minMs' | 'p10Ms' | 'p25Ms' | 'p50Ms' | 'p75Ms' | 'p90Ms' | 'p95Ms' | 'p99Ms' | 'maxMs' | 'meanMs' | 'stdevMs'>

function named({ quantiles, mean: meanMs, m2, weight }: SampleFigures): Figures {
  const [minMs = NaN, p10Ms = NaN, p25Ms = NaN, p50Ms = NaN, p75Ms = NaN, p90Ms = NaN, p95Ms = NaN, p99Ms = NaN, maxMs = NaN] = quantiles
  return { minMs, p10Ms, p25Ms, p50Ms, p75Ms, p90Ms, p95Ms, p99Ms, maxMs, meanMs, stdevMs: Math.sqrt(m2 / weight) }
}
