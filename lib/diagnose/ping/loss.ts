/** P-LOSS: probes to the target go unanswered beyond doubt. Counts only probes whose timeout has passed. */
import { formatCount, formatMs } from '#lib/format/number.ts'
import { wilson } from '#lib/stats/wilson.ts'
import type { Severity } from '#lib/protocol/api.ts'
import { NOTHING, type PingFacts, type PingRule } from '../rule.ts'
import { copyCommand, percent, runStartMs, spanSince } from './shared.ts'

const RULE = 'P-LOSS'
/** A single lost probe is not a finding; nor is a share that could be chance below half a percent. */
const LOST_MIN = 3
const SURE_ABOVE = 0.005
/** Target loss over ten minutes: netdata's 5 % and 10 %, and 1 % as a note. */
const INFO = 0.01
const WARN = 0.05
const CRIT = 0.1
const FEW_SAMPLES = 30

export const loss: PingRule = (facts) => {
  const { lost, judged, late } = facts.recent
  if (judged === 0 || facts.ping.counts.answered === 0) return NOTHING
  const share = lost / judged
  const bound = wilson(lost, judged)
  const open = facts.holds(RULE, facts.run.runId)
  if (open ? share < INFO / 2 : lost < LOST_MIN || share < INFO || bound.low <= SURE_ABOVE) return NOTHING
  const few = judged < FEW_SAMPLES
  const sinceMs = sinceOf(facts)
  return [{
    rule: RULE, subject: facts.run.runId, severity: severityOf(share, few), confidence: few ? 'low' : judged < 100 ? 'medium' : 'high',
    title: `${percent(lost, judged)} of probes to the target are lost.`,
    meaning: 'The probes or their replies do not come back within the timeout. Ping alone cannot say on which side of the path, nor in which direction.',
    evidence: [
      { label: 'Lost', detail: `${formatCount(lost)} of ${formatCount(judged)}`, value: percent(lost, judged), definition: `Probes without an answer ${formatMs(facts.ping.timeoutMs, 0)} after they were sent, of those whose timeout has passed, in the last ten minutes.` },
      { label: '95 % interval', value: `${(100 * bound.low).toFixed(1)} to ${(100 * bound.high).toFixed(1)}\u00a0%`, definition: 'Wilson score interval of the share.' },
      ...(few ? [{ label: 'Few samples', value: `${judged} probes` }] : []),
      ...(late > 0 ? [{ label: 'Late, not lost', value: formatCount(late) }] : []),
    ],
    otherwise: ['The target or a device in front of it limits ICMP echo and forwards other traffic.', 'The loss is on the way back only.'],
    next: copyCommand('Trace the path to see at which hop the loss begins, and trace back from the far side.', 'Copy mtr command', `mtr -n -c 100 ${facts.run.target.address}`),
    sinceMs, span: spanSince(facts, sinceMs),
  }]
}

function severityOf(share: number, few: boolean): Severity {
  if (share >= CRIT) return few ? 'warn' : 'crit'
  return share >= WARN ? 'warn' : 'info'
}

/** Start of the first ten-second bucket in the window that lost a probe. */
function sinceOf(facts: PingFacts): number {
  const first = facts.ping.rollups[0]?.since(facts.recent.fromMs).find((bucket) => bucket.lost > 0)
  return Math.max(first?.startMs ?? facts.nowMs, runStartMs(facts))
}
