/** What a rule is given and what it may return: facts in, findings out, no state of its own. */
import type { RunOf } from '#lib/session/view.ts'
import type { PingView } from '#lib/tools/ping/view.ts'
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

export interface PingFacts {
  run: RunOf<'ping'>
  ping: PingView
  /** Time of the last event. */
  nowMs: number
  recent: RecentProbes
  /** Steps of the vantage's clock seen while this run was on. */
  clockSteps: readonly { atMs: number; deltaMs: number }[]
  /** True while this rule's finding on `subject` is open: lets a rule clear later than it fires. */
  holds(rule: string, subject: string): boolean
}

/** Pure: the same facts give the same findings. Returns nothing while its condition does not hold. */
export type PingRule = (facts: PingFacts) => readonly Finding[]

export const NOTHING: readonly Finding[] = []
