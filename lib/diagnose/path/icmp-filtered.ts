/** P-ICMP-FILTERED: what ICMP does not reach, TCP does. The host is up. */
import { isPath, isPing } from '#lib/session/runs.ts'
import type { RunView } from '#lib/session/view.ts'
import { ACCOUNTS } from '../causes.ts'
import { PATHPING_RUN, PING_RUN, runNext, UDP_TRACE } from '../next.ts'
import { NOTHING, type PathRule } from '../rule.ts'
import { reachesTarget, unansweredProbes } from '../reach.ts'
import { plural } from '../shared.ts'
import { epochStartMs, hopSpan } from './shared.ts'

const RULE = 'P-ICMP-FILTERED'
const LOST_MIN = 3

export const icmpFiltered: PathRule = (facts) => {
  const { path, run, session, target } = facts
  if (path.protocol !== 'tcp' || !target || target.answered === 0) return NOTHING
  const others = session.runs.filter((other) => other.runId !== run.runId && other.target.address === run.target.address && isIcmp(other))
  if (others.some(reachesTarget) || others.every((other) => unansweredProbes(other) < LOST_MIN)) return NOTHING
  const sinceMs = epochStartMs(facts)
  const port = path.port === null ? 'TCP' : `TCP port ${path.port}`
  return [{
    rule: RULE, subject: run.target.address, severity: 'info', confidence: 'high', ...ACCOUNTS[RULE],
    title: `The target does not answer ICMP, but ${port} answers.`,
    meaning: 'The host is up and reachable; a filter on the way or on the host drops ICMP. Ping and ICMP traces say nothing about it.',
    evidence: [
      { label: 'TCP', value: plural(target.answered, 'answer'), detail: `hop ${target.ttl}`, definition: 'A connection accepted or refused: either way the target itself spoke.' },
      ...others.slice(0, 3).map((other) => ({ label: other.tool === 'ping' ? 'Ping' : `${other.tool} over ICMP`, value: 'none', detail: `0 of ${plural(unansweredProbes(other), 'probe')}` })),
    ],
    otherwise: ['A proxy or load balancer accepts TCP in place of the target.'],
    next: runNext(facts, 'Judge the path by its TCP run. If ICMP is dropped everywhere, watch the path MTU.', others.length === 0 ? [PING_RUN] : [UDP_TRACE, PATHPING_RUN]),
    sinceMs, span: hopSpan(facts, sinceMs, [target.ttl]),
  }]
}

const isIcmp = (run: RunView): boolean => isPing(run) || (isPath(run) && run.view.protocol === 'icmp')
