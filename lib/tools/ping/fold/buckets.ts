/** Works one time bucket out of the probe series. */
import { quantileSorted } from '#lib/stats/quantile.ts'
import { Rollup, type BucketSpan } from '#lib/stats/rollups.ts'
import { PROBE, type Bucket } from '../view.ts'

/** Numbered probes with a time each, as much as a bucket needs of them. */
export interface BucketSource {
  /** Position of a probe in the columns; -1 if it is not kept. */
  slotOf(probe: number): number
  /** Where the probe in this slot lies in time, epoch ms; NaN: nowhere. */
  timeOf(slot: number): number
  state: Uint8Array
  /** Round trip that came in time; NaN otherwise. */
  sample(probe: number): number
}

/** Width in ms, and how many buckets of it are kept. */
export interface Levels {
  widths: readonly (readonly [widthMs: number, capacity: number])[]
  /** What is kept of a bucket once its probes leave the series; all of it if absent. */
  seal?: (bucket: Bucket) => Bucket
}

/** A day, and some to spare. */
const LEVELS: Levels = { widths: [[10_000, 8_700], [60_000, 1_500], [600_000, 200]] }

/** The levels over a series, finest first. */
export function newRollups(series: BucketSource, levels: Levels = LEVELS): Rollup<Bucket>[] {
  return levels.widths.map(([widthMs, capacity]) => new Rollup({ widthMs, capacity, build: (span) => buildBucket(series, span, widthMs), seal: levels.seal }))
}

/** A probe belongs to the bucket that its sent time lies in. `lost` holds the probes answered by an ICMP error as well. */
function buildBucket(series: BucketSource, span: BucketSpan, widthMs: number): Bucket {
  const bucket: Bucket = {
    startMs: span.index * widthMs, sent: 0, answered: 0, lost: 0, late: 0,
    minMs: NaN, p10Ms: NaN, p25Ms: NaN, p50Ms: NaN, p75Ms: NaN, p90Ms: NaN, maxMs: NaN, jitterSumMs: 0, jitterCount: 0,
  }
  const rtts = new Float64Array(span.maxItem - span.minItem + 1)
  let replies = 0
  for (let probe = span.minItem; probe <= span.maxItem; probe++) {
    const slot = series.slotOf(probe)
    if (slot < 0 || Math.floor(series.timeOf(slot) / widthMs) !== span.index) continue
    const state = series.state[slot] ?? PROBE.none
    if (state === PROBE.refused || state === PROBE.none) continue
    bucket.sent++
    countState(bucket, state)
    const rtt = series.sample(probe)
    if (Number.isNaN(rtt)) continue
    rtts[replies++] = rtt
    const difference = Math.abs(rtt - series.sample(probe - 1))
    if (Number.isNaN(difference)) continue
    bucket.jitterSumMs += difference
    bucket.jitterCount++
  }
  return withQuantiles(bucket, rtts.subarray(0, replies).sort())
}

function countState(bucket: Bucket, state: number): void {
  if (state === PROBE.replied) bucket.answered++
  else if (state === PROBE.late) bucket.late++
  else if (state === PROBE.lost || state === PROBE.error) bucket.lost++
}

function withQuantiles(bucket: Bucket, sorted: Float64Array): Bucket {
  bucket.minMs = quantileSorted(sorted, 0)
  bucket.p10Ms = quantileSorted(sorted, 0.1)
  bucket.p25Ms = quantileSorted(sorted, 0.25)
  bucket.p50Ms = quantileSorted(sorted, 0.5)
  bucket.p75Ms = quantileSorted(sorted, 0.75)
  bucket.p90Ms = quantileSorted(sorted, 0.9)
  bucket.maxMs = quantileSorted(sorted, 1)
  return bucket
}
