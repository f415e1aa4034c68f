/** What a path run (traceroute, mtr, pathping) folds into. Accessors only: the fold owns the writing (fold.ts). */
import type { IcmpErrorKind } from '../ping/events.ts'
import type { RollupLevel } from '../ping/view.ts'

export type PathProtocol = 'icmp' | 'udp' | 'tcp'

/** The columns of a hop's probes use the states of `PROBE` (../ping/view.ts), without `error` and `refused`: an answer with a flag is an answer. */
export interface HopSeries {
  /** Number of the oldest probe kept. */
  first: number
  /** At most HOP_PROBES_KEPT. */
  length: number
  /** Position of probe `first + i` in the columns. */
  slot(i: number): number
  /** When probe `first + i` was sent, epoch ms; where the tool does not let us know (traceroute's `*`), the time of the line. */
  atMs(i: number): number
  /** Epoch ms; NaN where the tool does not let us know. */
  sentAtMs: Float64Array
  /** Round trip ms; NaN where there is none. */
  rttMs: Float64Array
  state: Uint8Array
  /** Index into `hop.responders` of who answered; 255: nobody, or the tool does not say who. Stable for the life of the run. */
  responder: Uint8Array
}

export interface HopCounts {
  /** Probes known to have left. */
  sent: number
  /** Fate known: answered + lost + late. The n in "lost of n". */
  judged: number
  answered: number
  lost: number
  late: number
  /** Sent, not answered, and the timeout has not passed. */
  awaited: number
}

/** Round trips that came in time: Welford. `stdevMs` is the sample's (n - 1), as mtr's StDev. NaN when n = 0 (stdev: n < 2). */
export interface RttFigures { n: number; meanMs: number; stdevMs: number; minMs: number; maxMs: number; lastMs: number }

export interface Responder {
  /** Its index in the series' `responder` column. */
  index: number
  address: string
  /** Answers since the current epoch began (late ones too); for a former one, in its last epoch. */
  answered: number
  rtt: RttFigures
  firstMs: number
  lastMs: number
  /** Part of the current epoch: null. Else the end of the last epoch it was part of. */
  untilMs: number | null
  /** Answers other than "time exceeded" and the target's own, by what they were. */
  flags: readonly { flag: string; error: IcmpErrorKind | null; mtu: number | null; count: number; firstMs: number; lastMs: number }[]
  labels: readonly { label: number; tc: number; bottom: number; ttl: number }[]
  /** AS numbers that the tool printed. */
  toolAsns: readonly string[]
}

/** mtr's own columns under mtr's names, with mtr's arithmetic corrected only where documented (docs/statistics.md). ms, NaN when unknown. */
export interface MtrColumns {
  Last: number; Avg: number; Best: number; Wrst: number
  StDev: number
  /** Geometric mean. */
  Gmean: number
  /** Difference of the last two round trips in order of arrival. */
  Jttr: number
  /** Mean of those differences (divided by the number of differences; mtr divides by one more). */
  Javg: number
  Jmax: number
  /** RFC 3550 form, on RTT (mtr prints 16 times this). */
  Jint: number
}

export interface HopView {
  ttl: number
  /** Since the current epoch began (or the statistics stage, if that is later). */
  counts: HopCounts
  /** Of the whole run. */
  total: HopCounts
  rtt: RttFigures
  /** Over consecutive probe numbers of this hop that both came in time: see lib/stats/jitter.ts. */
  jitter: { meanAbsMs: number; rfc3550Ms: number; maxMs: number; n: number }
  mtr: MtrColumns
  /** Current ones first, by share; then former ones, the latest end first. Bounded (RESPONDERS_KEPT). */
  responders: readonly Responder[]
  /** The target itself answered here in the current epoch. */
  isTarget: boolean
  series: HopSeries
  /** Widths 10 s, 60 s, 600 s, over the whole run. */
  rollups: readonly RollupLevel[]
}

/** A stretch of time over which the set of routers stayed the same. */
export interface PathEpoch {
  /** From 0. */
  n: number
  sinceMs: number
  /** Null: the current one. */
  untilMs: number | null
  /** Addresses that answered, by TTL from firstTtl, each sorted; [] = silent so far. */
  sets: readonly (readonly string[])[]
  /** TTLs at which this epoch differs from the one before; [] for the first. */
  changedTtls: readonly number[]
  targetTtl: number | null
}

export interface HostName {
  /** Null: looked up and it has none. */
  name: string | null
  asn: number | null
  asName: string | null
}

export interface PathView {
  address: string
  protocol: PathProtocol
  /** Destination port of UDP and TCP probes; null where the tool varies it or has none. */
  port: number | null
  /** Time between two probes to the same hop; null for a tool that sends once. */
  intervalMs: number | null
  /** A probe is lost only after this. */
  timeoutMs: number
  firstTtl: number
  maxTtl: number
  /** Over all hops, whole run. */
  counts: HopCounts
  /**
   * Dense from firstTtl. Ends at the target's TTL once it answered (what was sent beyond it is overshoot, counted in `overshoot` alone);
   * else at the highest TTL probed. A loop stays as it is: the same address may be at many TTLs.
   */
  hops: readonly HopView[]
  /** Lowest TTL at which the target itself answered in the current epoch; null until it did. */
  targetTtl: number | null
  /** Every TTL at which the target answered in the current epoch, in probes of the regular range (more than one: paths of unequal length). */
  targetTtls: readonly { ttl: number; answered: number }[]
  /** Probes beyond the target's TTL: mtr's first round, traceroute's probes in flight. */
  overshoot: number
  /** Oldest first, the last is the current one; bounded (EPOCHS_KEPT). */
  epochs: readonly PathEpoch[]
  names: ReadonlyMap<string, HostName>
  /** Of a composite run: what is going on, how far it is; null for the others. */
  stage: { stage: 'trace' | 'statistics'; sinceMs: number; hops: number | null; probesPerHop: number | null; expectedMs: number | null; done: number } | null
  notices: readonly { notice: string; text: string; count: number; firstMs: number; lastMs: number }[]
  fatal: { error: string; text: string; atMs: number } | null
  ended: boolean
  firstSentMs: number
  lastSentMs: number
  /** Raised whenever a fact that a rule could read changed. */
  revision: number
}

export const HOP_PROBES_KEPT = 8192
export const RESPONDERS_KEPT = 32
export const EPOCHS_KEPT = 64
