/** R-FLAKY: some connections fail while others work. */
import { formatMs } from '#lib/format/number.ts'
import { wilson } from '#lib/stats/wilson.ts'
import { FEW_SAMPLES, isLossy, lossSeverity, stepDown } from '../loss-level.ts'
import { ICMP_PATH, PING_RUN, runNext } from '../next.ts'
import { NOTHING, type ReachFacts, type ReachRule } from '../rule.ts'
import { percent, plural } from '../shared.ts'
import { base, hostAt, isShut, tried, type Tried } from './shared.ts'

const RULE = 'R-FLAKY'
/** Once every connection worked for this long, it is over. */
const FINE_AFTER_MS = 600_000

export const flaky: ReachRule = (facts) => tried(facts).flatMap((one) => {
  const { counts } = one
  const judged = counts.open + counts.refused + counts.timeout + counts.unreachable + counts.error
  const failed = judged - counts.open
  if (counts.open === 0 || isShut(facts, one) || (one.last.state === 'open' && facts.nowMs - one.sinceMs >= FINE_AFTER_MS)) return NOTHING
  const subject = base(facts, NaN, one.address)
  if (!isLossy({ lost: failed, judged }, facts.holds(RULE, subject.subject))) return NOTHING
  return [finding(facts, one, { failed, judged })]
})

function finding(facts: ReachFacts, one: Tried, { failed, judged }: { failed: number; judged: number }): ReturnType<ReachRule>[number] {
  const { counts } = one
  const severity = lossSeverity({ lost: failed, judged })
  const refusing = counts.refused * 2 > failed
  const { low, high } = wilson(failed, judged)
  return {
    rule: RULE, severity: judged < FEW_SAMPLES ? stepDown(severity) : severity, confidence: judged < FEW_SAMPLES ? 'low' : 'high', ...base(facts, NaN, one.address), about: one.address,
    title: `${percent(failed, judged)} of the connections to port ${one.port} of ${hostAt(facts, one.address)} fail.`,
    meaning: refusing ? 'They are refused, so the packets arrive: the program restarts, or one of several machines behind the address does not run it.' : 'They get no answer in time although others do: packets are lost on the way, or the program accepts too slowly.',
    evidence: [
      { label: 'Failed', value: percent(failed, judged), detail: `${failed} of ${plural(judged, 'connection')}`, definition: `Connections that were not opened. The true share is between ${percent(Math.round(low * 10_000), 10_000)} and ${percent(Math.round(high * 10_000), 10_000)} (95 %).` },
      ...(counts.timeout > 0 ? [{ label: 'No answer', value: String(counts.timeout) }] : []), ...(counts.refused > 0 ? [{ label: 'Refused', value: String(counts.refused) }] : []),
      ...(counts.unreachable + counts.error > 0 ? [{ label: 'Errors', value: String(counts.unreachable + counts.error) }] : []),
      ...(one.last.state === 'open' && one.last.ms !== null ? [{ label: 'Newest', value: `open, ${formatMs(one.last.ms)}` }] : []),
    ],
    otherwise: [...(refusing ? ['A limit of connections per client.'] : ['The queue of connections of the program overflows now and then.', 'A limit of connections per client.'])],
    next: runNext(facts, refusing ? 'Look at the program and at the machines behind the balancer.' : 'See whether ping to the same address loses packets too.', [PING_RUN, ICMP_PATH]),
  }
}
