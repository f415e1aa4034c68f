/** What a ping run folds into. Accessors only: the fold owns the writing (fold.ts). */
import type { IcmpErrorKind, PingSummary } from './events.ts'

/**
 * State of one probe. `awaited` is not lost; `lost` only after the timeout; `late` answered after it; `error`: an ICMP error came back
 * for it; `refused`: the vantage's own kernel did not send it, so it says nothing about the path and counts nowhere.
 */
export const PROBE = { none: 0, awaited: 1, replied: 2, lost: 3, late: 4, error: 5, refused: 6 } as const
export type ProbeState = (typeof PROBE)[keyof typeof PROBE]

/**
 * The last 131,072 probes, in columns. Index i runs from 0 (probe `first`) to `length - 1` (newest); the arrays may be ring
 * shaped, so use `slot(i)` to reach them. For charts over 10^5 points read the columns directly.
 */
export interface ProbeSeries {
  /** Number of the oldest probe kept. */
  first: number
  length: number
  /** Position of probe `first + i` in the columns. */
  slot(i: number): number
  /** When it went out, epoch ms: reply stamp - rtt, or stamp of "no answer yet" - interval. NaN if unknown. */
  sentAtMs: Float64Array
  /** Round trip ms; NaN where there is none. A late reply keeps its value here with state `late`. */
  rttMs: Float64Array
  /** Reply TTL, 0 if none. */
  ttl: Uint8Array
  state: Uint8Array
}

/** One closed time bucket. RTT figures are over replies that came within the timeout; NaN if there were none. */
export interface Bucket {
  startMs: number
  sent: number
  answered: number
  lost: number
  late: number
  minMs: number
  p10Ms: number
  p25Ms: number
  p50Ms: number
  p75Ms: number
  p90Ms: number
  maxMs: number
  /** Sum and number of absolute differences of consecutive replies (see stats/jitter). */
  jitterSumMs: number
  jitterCount: number
}

/** Buckets of one width, oldest first, bounded. The last one may still be open. */
export interface RollupLevel {
  widthMs: number
  buckets: readonly Bucket[]
  /** Those that start at `fromMs` or later; costs what it returns. */
  since(fromMs: number): readonly Bucket[]
}

export interface LossBurst { firstProbe: number; lastProbe: number; startMs: number; endMs: number; count: number }
export interface TtlSpan { sinceMs: number; untilMs: number; ttl: number; from: string; replies: number }
export interface IcmpErrorTally { from: string; error: IcmpErrorKind; text: string; count: number; firstMs: number; lastMs: number; mtu?: number }
/** A lasting change of the median round trip (P-LAT-SHIFT), with the samples it was judged on. */
export interface LatencyShift { atMs: number; beforeMs: number; afterMs: number; madMs: number; samples: number }

export interface PingCounts {
  /** Probes known to have left the vantage. */
  sent: number
  /** Probes whose fate is known: answered + lost + late + error. The n in "lost of n". */
  judged: number
  answered: number
  lost: number
  late: number
  /** Sent, not answered, and the timeout has not passed. */
  awaited: number
  /** Probes answered only by an ICMP error. Counted in loss, and named. */
  errors: number
  duplicates: number
  reordered: number
  corrupt: number
  truncated: number
  otherSource: number
  localErrors: number
  /** Probes that the vantage's own kernel refused to send: neither sent nor lost. */
  refused: number
  clockSteps: number
}

export interface PingView {
  address: string
  intervalMs: number
  /** A probe is lost only after this. */
  timeoutMs: number
  counts: PingCounts
  series: ProbeSeries
  /** Widths 10 s, 60 s, 600 s. */
  rollups: readonly RollupLevel[]
  /** Whole run, replies within the timeout, duplicates excluded: Welford. NaN when n = 0. */
  rtt: { n: number; meanMs: number; stdevMs: number; minMs: number; maxMs: number; lastMs: number }
  /** Whole run: mean absolute difference and the RFC 3550 form, on RTT. NaN below 2 consecutive replies. */
  jitter: { meanAbsMs: number; rfc3550Ms: number; n: number }
  /** Reply TTL over time, bounded. */
  ttls: readonly TtlSpan[]
  /** Runs of >= 3 consecutive losses, newest last, bounded to 256. */
  bursts: readonly LossBurst[]
  icmpErrors: readonly IcmpErrorTally[]
  localErrors: readonly { error: string; text: string; count: number; firstMs: number; lastMs: number; mtu?: number }[]
  /** Answers from somebody else than the target. */
  otherSources: readonly { from: string; count: number; firstMs: number }[]
  shifts: readonly LatencyShift[]
  /** Rate really achieved over the last 60 s of sent probes, per second; NaN before two probes. */
  achievedPerS: number
  firstSentMs: number
  lastSentMs: number
  fatal: { error: string; text: string; atMs: number } | null
  summary: PingSummary | null
  /** Raised whenever a fact that a rule could read changed; rules are evaluated only then. */
  revision: number
}
