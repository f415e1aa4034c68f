/** P-ICMP-FILTERED of a reach run: what ping and traces do not reach accepts connections. The host is up. */
import { isPath, isPing } from '#lib/session/runs.ts'
import type { RunView } from '#lib/session/view.ts'
import { ACCOUNTS } from '../causes.ts'
import { PATHPING_RUN, runNext, UDP_TRACE } from '../next.ts'
import { reachesTarget, unansweredProbes } from '../reach.ts'
import { NOTHING, type ReachRule } from '../rule.ts'
import { plural, spanSince } from '../shared.ts'
import { isOpen, tried } from './shared.ts'

const RULE = 'P-ICMP-FILTERED'
const LOST_MIN = 3

export const reachIcmpFiltered: ReachRule = (facts) => tried(facts).filter(isOpen).flatMap((one) => {
  const others = facts.session.runs.filter((run) => run.target.address === one.address && isIcmp(run))
  if (others.some(reachesTarget) || others.every((run) => unansweredProbes(run) < LOST_MIN)) return NOTHING
  return [{
    rule: RULE, subject: one.address, about: one.address, severity: 'info', confidence: 'high', ...ACCOUNTS[RULE],
    title: `The target does not answer ICMP, but TCP port ${one.port} answers.`,
    meaning: 'The host is up and reachable; a filter on the way or on the host drops ICMP. Ping and ICMP traces say nothing about it.',
    evidence: [
      { label: 'TCP', value: plural(one.counts.open, 'connection'), detail: `port ${one.port}`, definition: 'Connections that were accepted.' },
      ...others.slice(0, 3).map((run, i) => ({ label: `${isPing(run) ? 'Ping' : `${run.tool} over ICMP`}${others.findIndex((other) => other.tool === run.tool) === i ? '' : ` (${i + 1})`}`, value: 'none', detail: `0 of ${plural(unansweredProbes(run), 'probe')}` })),
    ],
    otherwise: ['A proxy or load balancer accepts TCP in place of the target.'],
    next: runNext(facts, 'Go by its connections. If ICMP is dropped everywhere, watch the path MTU.', [{ label: `Run TCP path :${one.port}`, tool: 'traceroute', options: { protocol: 'tcp', port: one.port, queries: 5 } }, UDP_TRACE, PATHPING_RUN]),
    sinceMs: one.sinceMs, span: spanSince(facts, one.sinceMs),
  }]
})

const isIcmp = (run: RunView): boolean => isPing(run) || (isPath(run) && run.view.protocol === 'icmp')
