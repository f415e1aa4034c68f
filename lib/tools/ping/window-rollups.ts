/** The part of a window that is older than the series, from the time buckets. */
import type { Weighted } from '#lib/stats/sample-figures.ts'
import type { Bucket, RollupLevel } from './view.ts'

/** What has a bounded series of probes and time buckets over the whole run: a ping run, or a hop of a path. */
export interface Sampled {
  series: { length: number; slot(i: number): number; sentAtMs: Float64Array }
  rollups: readonly RollupLevel[]
  firstSentMs: number
}

export interface OlderPart {
  counts: { answered: number; lost: number; late: number }
  points: Weighted[]
  jitterSumMs: number
  jitterCount: number
  /** The series is read from here on; -Infinity when it holds the whole window. */
  untilMs: number
}

/** A finer level than this many buckets costs more than it tells. */
const BUCKETS_MAX = 2000
/** Most values that a bucket is drawn as. */
const POINTS_MAX = 20

/** What the buckets tell of the window before the series begins. A bucket that the window cuts counts whole. */
export function sampleBuckets(view: Sampled, fromMs: number, toMs: number): OlderPart {
  const part: OlderPart = { counts: { answered: 0, lost: 0, late: 0 }, points: [], jitterSumMs: 0, jitterCount: 0, untilMs: -Infinity }
  const { series } = view
  const seriesFromMs = series.length === 0 ? NaN : (series.sentAtMs[series.slot(0)] ?? NaN)
  if (!(fromMs < seriesFromMs) || !(view.firstSentMs < seriesFromMs)) return part
  const level = levelFor(view.rollups, Math.max(fromMs, view.firstSentMs), Math.min(toMs, seriesFromMs))
  if (!level) return part
  part.untilMs = seriesFromMs
  for (const bucket of level.buckets) {
    if (bucket.startMs >= seriesFromMs) break
    if (bucket.startMs + level.widthMs <= fromMs || bucket.startMs >= toMs) continue
    addBucket(part, bucket)
    part.untilMs = Math.max(part.untilMs, bucket.startMs + level.widthMs)
  }
  return part
}

/** The finest that is not too long and goes back far enough. */
function levelFor(levels: readonly RollupLevel[], fromMs: number, toMs: number): RollupLevel | undefined {
  const reaches = (level: RollupLevel): boolean => (level.buckets[0]?.startMs ?? Infinity) <= fromMs
  return levels.find((level) => (toMs - fromMs) / level.widthMs <= BUCKETS_MAX && reaches(level)) ?? levels.at(-1)
}

/** Figures of a bucket as at most 20 points on its quantiles. */
export function pointsOf(bucket: Bucket): Weighted[] {
  if (bucket.answered === 0 || Number.isNaN(bucket.minMs)) return []
  const count = Math.min(bucket.answered, POINTS_MAX)
  return Array.from({ length: count }, (_, i) => ({ value: valueAt(bucket, count === 1 ? 0.5 : i / (count - 1)), weight: bucket.answered / count }))
}

function addBucket(part: OlderPart, bucket: Bucket): void {
  part.counts.answered += bucket.answered
  part.counts.lost += bucket.lost
  part.counts.late += bucket.late
  part.jitterSumMs += bucket.jitterSumMs
  part.jitterCount += bucket.jitterCount
  part.points.push(...pointsOf(bucket))
}

/** Straight lines between the quantiles that a bucket keeps. */
function valueAt(bucket: Bucket, p: number): number {
  const knots = [[0, bucket.minMs], [0.1, bucket.p10Ms], [0.25, bucket.p25Ms], [0.5, bucket.p50Ms], [0.75, bucket.p75Ms], [0.9, bucket.p90Ms], [1, bucket.maxMs]] as const
  const above = Math.max(1, knots.findIndex(([at]) => at >= p))
  const [p0, v0] = knots[above - 1] ?? [0, NaN]
  const [p1, v1] = knots[above] ?? [1, NaN]
  return v0 + ((p - p0) / (p1 - p0)) * (v1 - v0)
}
