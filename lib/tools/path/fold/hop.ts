/** One hop with what its fold needs to go on. */
import { rfc3550Step } from '#lib/stats/jitter.ts'
import type { Rollup } from '#lib/stats/rollups.ts'
import { newRollups, type Levels } from '../../ping/fold/buckets.ts'
import type { Bucket } from '../../ping/view.ts'
import type { HopCounts, HopView, MtrColumns } from '../view.ts'
import { HopColumns } from './columns.ts'
import { RttSample } from '#lib/stats/rtt-figures.ts'
import { mtrColumns, newArrivals, newPairs } from './figures.ts'
import { shownResponders, type ResponderState } from './responders.ts'

/** 2 hours, a day, a week. */
const LEVELS: Levels = { widths: [[10_000, 720], [60_000, 1440], [600_000, 1008]], seal: rounded }
/** Differences that the smoothed jitter reaches back: what is older weighs (15/16)^1024, which is below the precision of a double. */
const SMOOTHED_OVER = 1024

export const newCounts = (): HopCounts => ({ sent: 0, judged: 0, answered: 0, lost: 0, late: 0, awaited: 0 })

/** What tells routers that take turns from a change of route; see change.ts. */
export interface ChangeWatch {
  /** Answers of the epoch, up to where the streak began. */
  settled: number
  /** Newest probe that was looked at. */
  lastProbe: number
  /** Answers in a row from outside the epoch's set, the first probe of them, and their only sender (-1: several). */
  streak: number
  firstProbe: number
  sender: number
}

export const newWatch = (): ChangeWatch => ({ settled: 0, lastProbe: 0, streak: 0, firstProbe: 0, sender: -1 })

export class HopState implements HopView {
  readonly ttl: number
  readonly series = new HopColumns()
  readonly rollups: readonly Rollup<Bucket>[] = newRollups(this.series, LEVELS)
  counts = newCounts()
  total = newCounts()
  rtt = new RttSample()
  arrivals = newArrivals()
  pairs = newPairs()
  table: ResponderState[] = []
  /** First probe of the epoch, and of the statistics stage. */
  epochFrom = 1
  stageFrom = 1
  /** No probe below this is awaited. */
  pendingFrom = 1
  /** Answers of the epoch from the target itself, and from somebody else known by address. */
  targetAnswers = 0
  otherAnswers = 0
  watch = newWatch()

  constructor(ttl: number) {
    this.ttl = ttl
  }

  /** Statistics are over the probes from this one on. */
  get statsFrom(): number {
    return Math.max(this.epochFrom, this.stageFrom)
  }

  get isTarget(): boolean {
    return this.targetAnswers > 0
  }

  get responders(): readonly ResponderState[] {
    return shownResponders(this.table)
  }

  get mtr(): MtrColumns {
    return mtrColumns(this.rtt, this.arrivals)
  }

  get jitter(): HopView['jitter'] {
    const { n, sumMs, maxMs } = this.pairs
    return { meanAbsMs: n === 0 ? NaN : sumMs / n, rfc3550Ms: n === 0 ? NaN : this.#smoothed(), maxMs, n }
  }

  #smoothed(): number {
    const { series } = this
    let smoothed = 0
    let previous = NaN
    for (let probe = Math.max(this.statsFrom, series.first, series.highest - SMOOTHED_OVER); probe <= series.highest; probe++) {
      const rtt = series.sample(probe)
      if (!Number.isNaN(rtt - previous)) smoothed = rfc3550Step(smoothed, rtt - previous)
      previous = rtt
    }
    return smoothed
  }

  /** Round trip that counts in the statistics; NaN otherwise. */
  sample(probe: number): number {
    return probe < this.statsFrom ? NaN : this.series.sample(probe)
  }

  /** Back to no statistics; the series and the totals stay. */
  restartFigures(): void {
    this.counts = newCounts()
    this.rtt = new RttSample()
    this.arrivals = newArrivals()
    this.pairs = newPairs()
  }

  copy(): HopState {
    const copy = new HopState(this.ttl)
    copy.series.copyFrom(this.series)
    copy.rollups.forEach((level, at) => {
      const from = this.rollups[at]
      if (from) level.copyFrom(from)
    })
    const { epochFrom, stageFrom, pendingFrom, targetAnswers, otherAnswers } = this
    Object.assign(copy, { epochFrom, stageFrom, pendingFrom, targetAnswers, otherAnswers })
    copy.counts = { ...this.counts }
    copy.total = { ...this.total }
    this.rtt.copyTo(copy.rtt)
    copy.arrivals = { ...this.arrivals }
    copy.pairs = { ...this.pairs }
    copy.watch = { ...this.watch }
    copy.table = this.table.map((responder) => responder.copy())
    return copy
  }
}

/** Times to 0.01 ms: what is worked out between two round trips has no end of digits, and a day of 30 hops is kept in memory and on disk. */
function rounded(bucket: Bucket): Bucket {
  const { startMs, sent, answered, lost, late, jitterCount } = bucket
  return {
    startMs, sent, answered, lost, late, minMs: hundredth(bucket.minMs), p10Ms: hundredth(bucket.p10Ms), p25Ms: hundredth(bucket.p25Ms), p50Ms: hundredth(bucket.p50Ms),
    p75Ms: hundredth(bucket.p75Ms), p90Ms: hundredth(bucket.p90Ms), maxMs: hundredth(bucket.maxMs), jitterSumMs: hundredth(bucket.jitterSumMs), jitterCount,
  }
}

const hundredth = (ms: number): number => Math.round(ms * 100) / 100
