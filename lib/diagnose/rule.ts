/** What a rule is given and what it may return: facts in, findings out, no state of its own. */
import type { DnsRun, NslookupRun, PathRun, PingRun, PmtuRun, ReachRun } from '#lib/session/runs.ts'
import type { SessionView } from '#lib/session/view.ts'
import type { DnsView } from '#lib/tools/dns/view.ts'
import type { NslookupView } from '#lib/tools/nslookup/view.ts'
import type { HopLoss, HopVerdict } from '#lib/tools/path/verdicts.ts'
import type { HopView, PathView } from '#lib/tools/path/view.ts'
import type { PingView } from '#lib/tools/ping/view.ts'
import type { PmtuView } from '#lib/tools/pmtu/view.ts'
import type { ReachView } from '#lib/tools/reach/view.ts'
import type { Finding } from './finding.ts'

/** Sums over the last ten minutes of event time (the whole run while it is shorter). */
export interface RecentProbes {
  fromMs: number
  /** Probes whose fate is known. */
  judged: number
  answered: number
  /** Silent or answered by an ICMP error; late ones are not in here. */
  lost: number
  late: number
  /** Mean absolute difference of consecutive replies, ms; NaN below 2. */
  jitterMs: number
  jitterCount: number
}

/** What every rule is given, whichever tool its run is of. */
export interface RunFacts {
  /** Time of the last event. */
  nowMs: number
  /** The whole session, for rules that need a second run beside theirs. Read only. */
  session: SessionView
  /** True while this rule's finding on `subject` is open: lets a rule clear later than it fires. */
  holds(rule: string, subject: string): boolean
}

/** One hop with its loss in the current epoch (at most the last ten minutes of it) and what that loss is. */
export interface JudgedHop extends HopLoss, HopVerdict { hop: HopView; late: number }

export interface PathFacts extends RunFacts {
  run: PathRun
  path: PathView
  /** End of the run, or of what is known of it. */
  refMs: number
  /** The loss below is of probes sent since then. */
  fromMs: number
  /** In the order of `path.hops`. */
  hops: readonly JudgedHop[]
  /** The one at the target's TTL; null until the target answered. */
  target: JudgedHop | null
}
export interface PmtuFacts extends RunFacts { run: PmtuRun; pmtu: PmtuView }
export interface DnsFacts extends RunFacts { run: DnsRun; dns: DnsView }
export interface NslookupFacts extends RunFacts { run: NslookupRun; nslookup: NslookupView }
export interface ReachFacts extends RunFacts { run: ReachRun; reach: ReachView }

export interface PingFacts extends RunFacts {
  run: PingRun
  ping: PingView
  recent: RecentProbes
  /** Steps of the vantage's clock seen while this run was on. */
  clockSteps: readonly { atMs: number; deltaMs: number }[]
}

/** Pure: the same facts give the same findings. Returns nothing while its condition does not hold. */
export type PingRule = (facts: PingFacts) => readonly Finding[]
export type PathRule = (facts: PathFacts) => readonly Finding[]
export type PmtuRule = (facts: PmtuFacts) => readonly Finding[]
export type DnsRule = (facts: DnsFacts) => readonly Finding[]
export type NslookupRule = (facts: NslookupFacts) => readonly Finding[]
export type ReachRule = (facts: ReachFacts) => readonly Finding[]

export const NOTHING: readonly Finding[] = []
