/** P-LOSS: probes to the target go unanswered beyond doubt. Counts only probes whose timeout has passed. */
import { formatCount, formatMs } from '#lib/format/number.ts'
import { wilson } from '#lib/stats/wilson.ts'
import type { Severity } from '#lib/protocol/api.ts'
import { ACCOUNTS } from '../causes.ts'
import { NOTHING, type PingFacts, type PingRule } from '../rule.ts'
import { FEW_SAMPLES, isLossy, lossSeverity, stepDown } from '../loss-level.ts'
import { ICMP_PATH, PATHPING_RUN, runNext, tcpPath } from '../next.ts'
import { percent, runStartMs, spanSince } from '../shared.ts'

const RULE = 'P-LOSS'

export const loss: PingRule = (facts) => {
  const { lost, judged, late } = facts.recent
  if (judged === 0 || facts.ping.counts.answered === 0) return NOTHING
  if (!isLossy(facts.recent, facts.holds(RULE, facts.run.runId))) return NOTHING
  const bound = wilson(lost, judged)
  const few = judged < FEW_SAMPLES
  const sinceMs = sinceOf(facts)
  return [{
    rule: RULE, subject: facts.run.runId, severity: severityOf(facts.recent, few), confidence: few ? 'low' : judged < 100 ? 'medium' : 'high', ...ACCOUNTS[RULE],
    title: `${percent(lost, judged)} of probes to the target are lost.`,
    meaning: 'The probes or their replies do not come back within the timeout. Ping alone cannot say on which side of the path, nor in which direction.',
    evidence: [
      { label: 'Lost', detail: `${formatCount(lost)} of ${formatCount(judged)}`, value: percent(lost, judged), definition: `Probes without an answer ${formatMs(facts.ping.timeoutMs, 0)} after they were sent, of those whose timeout has passed, in the last ten minutes.` },
      { label: '95 % interval', value: `${(100 * bound.low).toFixed(1)} to ${(100 * bound.high).toFixed(1)}\u00a0%`, definition: 'Wilson score interval of the share.' },
      ...(few ? [{ label: 'Few samples', value: `${judged} probes` }] : []),
      ...(late > 0 ? [{ label: 'Late, not lost', value: formatCount(late) }] : []),
    ],
    otherwise: ['The target or a device in front of it limits ICMP echo and forwards other traffic.', 'The loss is on the way back only.'],
    next: runNext(facts, 'Trace the path to see at which hop the loss begins, and trace back from the far side.', [ICMP_PATH, tcpPath(facts), PATHPING_RUN]),
    sinceMs, span: spanSince(facts, sinceMs),
  }]
}

/** Few probes soften the worst verdict only: a twentieth lost of 29 is worth a look. */
function severityOf(share: { lost: number; judged: number }, few: boolean): Severity {
  const severity = lossSeverity(share)
  return few && severity === 'crit' ? stepDown(severity) : severity
}

/** Start of the first ten-second bucket in the window that lost a probe. */
function sinceOf(facts: PingFacts): number {
  const first = facts.ping.rollups[0]?.since(facts.recent.fromMs).find((bucket) => bucket.lost > 0)
  return Math.max(first?.startMs ?? facts.nowMs, runStartMs(facts))
}
