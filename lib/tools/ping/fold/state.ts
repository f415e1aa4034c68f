/** The ping view with what its fold needs to go on. Written by the fold alone. */
import type { Rollup } from '#lib/stats/rollups.ts'
import { ShiftDetector } from '#lib/stats/shift.ts'
import { RttFigures } from '#lib/stats/rtt-figures.ts'
import { emptyWelford } from '#lib/stats/welford.ts'
import type { ParserContext } from '../../tool.ts'
import type { PingSummary } from '../events.ts'
import type { PingOptions } from '../options.ts'
import type {
  Bucket, IcmpErrorTally, LatencyShift, LossBurst, PingCounts, PingView, TtlSpan,
} from '../view.ts'
import { newRollups } from './buckets.ts'
import { JitterTrail } from './jitter-trail.ts'
import { ProbeColumns } from './series.ts'

/** Span over which the achieved rate is taken. */
const RATE_SPAN_MS = 60_000

/** What the fold remembers between events beside the view itself. NaN and -1: nothing yet. */
export interface FoldWork {
  /** Number of the first probe: 1, or 0 for tools that count from 0. */
  base: number
  /** No probe below this is awaited. */
  pendingFrom: number
  /** Highest probe answered: a lower one that answers now was overtaken. */
  highestReplied: number
  /** When the tool began, for probes that only the totals tell of. */
  startMs: number
  /** Newest stamp of the tool's own. */
  stampMs: number
  /** A step back seen in the stamps before it was reported. */
  guessedStepMs: number
  guessedAtMs: number
  /** Probes up to this one were under way when the clock moved: their times mean nothing. */
  stepFence: number
  /** Refusals of the vantage's kernel whose probe has not turned up yet. */
  refusals: number
  /** The reply just read, if its time went into the figures, and the figures before it: it may turn out damaged. */
  lastProbe: number
  lastRttMs: number
  lastSentMs: number
}

export const newWork = (): FoldWork => ({
  base: -1, pendingFrom: 0, highestReplied: -1, startMs: NaN, stampMs: NaN, guessedStepMs: 0, guessedAtMs: NaN, stepFence: -1, refusals: 0,
  lastProbe: -1, lastRttMs: NaN, lastSentMs: NaN,
})

export const newCounts = (): PingCounts => ({
  sent: 0, judged: 0, answered: 0, lost: 0, late: 0, awaited: 0, errors: 0, duplicates: 0, reordered: 0,
  corrupt: 0, truncated: 0, otherSource: 0, localErrors: 0, refused: 0, clockSteps: 0,
})

/** As much of the run's context as the fold reads. */
export interface StateContext {
  target: Pick<ParserContext<PingOptions>['target'], 'address'>
  options: Pick<PingOptions, 'intervalMs' | 'timeoutMs' | 'deadlineS'>
}

export class PingState implements PingView {
  readonly address: string
  readonly intervalMs: number
  readonly timeoutMs: number
  /** The tool ends at its deadline without waiting for what is under way. */
  readonly hasDeadline: boolean
  counts = newCounts()
  readonly series = new ProbeColumns()
  readonly rollups: readonly Rollup<Bucket>[] = newRollups(this.series)
  readonly rtt = new RttFigures()
  readonly jitter = new JitterTrail(this.series)
  ttls: TtlSpan[] = []
  bursts: LossBurst[] = []
  icmpErrors: IcmpErrorTally[] = []
  localErrors: { error: string; text: string; count: number; firstMs: number; lastMs: number; mtu?: number }[] = []
  otherSources: { from: string; count: number; firstMs: number }[] = []
  shifts: LatencyShift[] = []
  fatal: { error: string; text: string; atMs: number } | null = null
  summary: PingSummary | null = null
  revision = 0
  work = newWork()
  /** Figures before the last sample. */
  readonly rttBefore = emptyWelford()
  readonly shiftDetector = new ShiftDetector()
  /** Sent time of the first probe of the run, which the series may have dropped. */
  firstSentMs = NaN

  constructor({ target, options }: StateContext) {
    this.address = target.address
    this.intervalMs = options.intervalMs
    this.timeoutMs = options.timeoutMs
    this.hasDeadline = options.deadlineS !== null
  }

  /** What another state of the same run is made with. */
  get context(): StateContext {
    const { address, intervalMs, timeoutMs, hasDeadline } = this
    return { target: { address }, options: { intervalMs, timeoutMs, deadlineS: hasDeadline ? 0 : null } }
  }

  get lastSentMs(): number {
    const { series } = this
    return series.length === 0 ? NaN : (series.sentAtMs[series.slot(series.length - 1)] ?? NaN)
  }

  /** Gaps between probes sent within the last 60 s, per second of them. */
  get achievedPerS(): number {
    const { series, lastSentMs } = this
    let earliest = lastSentMs
    let gaps = 0
    for (let i = series.length - 2; i >= 0; i--) {
      const sentMs = series.sentAtMs[series.slot(i)] ?? NaN
      if (!(sentMs >= lastSentMs - RATE_SPAN_MS && sentMs <= lastSentMs)) break
      earliest = sentMs
      gaps++
    }
    return gaps === 0 || earliest === lastSentMs ? NaN : (gaps * 1000) / (lastSentMs - earliest)
  }
}
