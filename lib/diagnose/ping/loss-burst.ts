/** P-LOSS-BURST: losses come in a row. That is an outage, a re-route or a full queue, not random noise. */
import { formatDuration } from '#lib/format/time.ts'
import { NOTHING, type PingFacts, type PingRule } from '../rule.ts'
import { ACCOUNTS } from '../causes.ts'
import { ICMP_PATH, PATHPING_RUN, runNext } from '../next.ts'
import { plural } from '../shared.ts'

export const lossBurst: PingRule = (facts) => {
  const { bursts, counts } = facts.ping
  const last = bursts.at(-1)
  if (!last || counts.answered === 0) return NOTHING
  const longest = bursts.reduce((a, b) => (b.count > a.count ? b : a))
  return [{
    rule: 'P-LOSS-BURST', subject: facts.run.runId, severity: 'warn', confidence: 'high', ...(areAllInBursts(facts) ? ACCOUNTS['P-LOSS-BURST'] : {}),
    title: bursts.length === 1 ? `${plural(last.count, 'probe')} in a row were lost.` : `Losses come in bursts: ${bursts.length} times three or more in a row.`,
    meaning: 'Random loss is scattered. A run of losses is an outage, a re-route or a queue that was full.',
    evidence: [
      { label: 'Longest', detail: formatDuration(longest.endMs - longest.startMs + facts.ping.intervalMs), value: plural(longest.count, 'probe') },
      ...(bursts.length > 1 ? [{ label: 'Latest', detail: formatDuration(last.endMs - last.startMs + facts.ping.intervalMs), value: plural(last.count, 'probe') }] : []),
      { label: 'Bursts of 3 or more', value: String(bursts.length) },
    ],
    otherwise: ['The target was restarted.', 'The vantage lost its own link for that time.'],
    next: runNext(facts, 'See where on the path it happens. Compare the times with maintenance notices and with the logs of routers and firewalls on the way.', [ICMP_PATH, PATHPING_RUN]),
    sinceMs: last.startMs, span: { runId: facts.run.runId, fromMs: last.startMs, toMs: last.endMs, probes: [last.firstProbe, last.lastProbe] },
  }]
}

/** Losses that were not part of a burst, so few that they are no finding of their own. */
const STRAY = 2

/** Is the loss of the last ten minutes that of its bursts? */
function areAllInBursts({ ping, recent }: PingFacts): boolean {
  const inBursts = ping.bursts.filter((burst) => burst.endMs >= recent.fromMs).reduce((sum, burst) => sum + burst.count, 0)
  return recent.lost <= inBursts + STRAY
}
