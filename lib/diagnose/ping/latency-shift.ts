/** P-LAT-SHIFT: the median round trip moved and stayed moved. With a TTL change: a re-route; without: load. */
import { formatMs } from '#lib/format/number.ts'
import { ACCOUNTS } from '../causes.ts'
import type { Finding } from '../finding.ts'
import { NOTHING, type PingFacts, type PingRule } from '../rule.ts'
import type { LatencyShift } from '#lib/tools/ping/view.ts'
import { ICMP_PATH, PATHPING_RUN, runNext } from '../next.ts'
import { routeChangeNear } from '../route-change.ts'

const SHIFTS_SHOWN = 5
/** A reply TTL that changed this close to the shift belongs to it. */
const TOGETHER_MS = 15_000

export const latencyShift: PingRule = (facts) => {
  if (facts.ping.shifts.length === 0) return NOTHING
  return facts.ping.shifts.slice(-SHIFTS_SHOWN).map((shift) => findingOf(facts, shift))
}

function findingOf(facts: PingFacts, shift: LatencyShift): Finding {
  const rose = shift.afterMs > shift.beforeMs
  const rerouted = facts.ping.ttls.some((span, i) => i > 0 && Math.abs(span.sinceMs - shift.atMs) <= TOGETHER_MS)
  const change = routeChangeNear(facts.session, facts.run.target.address, shift.atMs)
  const { explains, settles } = ACCOUNTS['P-LAT-SHIFT']
  const by = formatMs(Math.abs(shift.afterMs - shift.beforeMs))
  return {
    rule: 'P-LAT-SHIFT', subject: `${facts.run.runId}/${Math.round(shift.atMs)}`, severity: rose ? 'warn' : 'info', confidence: 'high', settles, ...(change ? { explains } : {}),
    title: `Latency ${rose ? 'rose' : 'fell'} ${by}${change ? ` when ${change.words}` : rerouted ? ' when the return path changed' : ''}.`,
    meaning: change ? 'The path changed at the same time, so packets take another way from then on.' : rerouted ? 'The reply TTL changed at the same time, so packets took another path from then on.'
      : 'The reply TTL did not change, so the path is as long as before: congestion or load is the likely cause.',
    evidence: [
      { label: 'Median', value: `${formatMs(shift.beforeMs)} to ${formatMs(shift.afterMs)}`, definition: `Medians of the ${shift.samples} replies before and after.` },
      { label: 'Usual spread', value: formatMs(shift.madMs, 2), definition: 'The larger of the median absolute deviation and half the interquartile range, before or after; a shift must exceed the larger of 5 ms and 4 times this.' },
      { label: 'Reply TTL', value: rerouted ? 'changed too' : 'unchanged' },
      ...(change ? [{ label: 'Path', value: change.words }] : []),
    ],
    otherwise: rerouted || change ? ['Another machine answers for this address.'] : ['A path of the same length replaced the old one.', 'The target itself became slow to answer.'],
    next: runNext(facts, rerouted || change ? 'Ask the operators on the way about a routing change at that moment.' : 'Look at the load of links and of the target at that moment.', [ICMP_PATH, PATHPING_RUN]),
    sinceMs: shift.atMs, span: { runId: facts.run.runId, fromMs: shift.atMs - 60_000, toMs: shift.atMs + 60_000 },
  }
}
