/** P-JITTER: consecutive replies differ by more than interactive voice bears. */
import { formatCount, formatMs } from '#lib/format/number.ts'
import { NOTHING, type PingRule } from '../rule.ts'
import { ticketOnly } from '../next.ts'
import { spanSince } from '../shared.ts'

const RULE = 'P-JITTER'
/** Our own threshold: 30 ms is where voice suffers. Clears below two thirds of it. */
const WARN_MS = 30
const CLEAR_MS = 20
const DIFFERENCES_MIN = 20

export const jitter: PingRule = (facts) => {
  const { jitterMs, jitterCount, fromMs } = facts.recent
  const limit = facts.holds(RULE, facts.run.runId) ? CLEAR_MS : WARN_MS
  if (jitterCount < DIFFERENCES_MIN || !(jitterMs >= limit)) return NOTHING
  return [{
    rule: RULE, subject: facts.run.runId, severity: 'warn', confidence: jitterCount < 100 ? 'medium' : 'high',
    title: `Jitter is ${formatMs(jitterMs)}.`,
    meaning: 'Round trips of consecutive replies differ this much on average. Voice and video suffer above 30 ms.',
    evidence: [
      { label: 'Jitter', value: formatMs(jitterMs, 2), definition: 'Mean absolute difference of the round trips of consecutive probes that were both answered, last ten minutes.' },
      { label: 'Differences', value: formatCount(jitterCount) },
    ],
    otherwise: ['The target answers pings at low priority while it is busy.'],
    next: ticketOnly('Look for a queue that fills: a saturated link, Wi-Fi, or a busy target.'),
    sinceMs: fromMs, span: spanSince(facts, fromMs),
  }]
}
