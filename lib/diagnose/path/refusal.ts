/** P-NOROUTE, P-CANTPROBE, P-MTU: what the vantage's own kernel said about a path tool's probes. */
import type { Finding } from '../finding.ts'
import { PMTU_RUN, runNext, tcpPath } from '../next.ts'
import { cannotProbe, fatalTrouble, noRoute } from '../refusal.ts'
import type { PathFacts, PathRule } from '../rule.ts'
import { hopSpan } from './shared.ts'

export const pathRefusal: PathRule = (facts) => [
  ...fatalTrouble(facts, facts.path.fatal),
  ...facts.path.notices.flatMap((notice) => noticeTrouble(facts, notice)),
]

function noticeTrouble(facts: PathFacts, notice: PathFacts['path']['notices'][number]): Finding[] {
  if (facts.path.fatal) return []
  switch (notice.notice) {
    case 'no-route': return [noRoute(facts, notice)]
    case 'permission': return [cannotProbe(facts, notice)]
    case 'message-too-long': return [tooLong(facts, notice)]
    default: return []
  }
}

function tooLong(facts: PathFacts, notice: PathFacts['path']['notices'][number]): Finding {
  return {
    rule: 'P-MTU', subject: `${facts.run.runId}/local-mtu`, severity: 'info', confidence: 'high',
    title: 'The probes are too large to leave the vantage.',
    meaning: 'Its own interface, or a path MTU it learned before, is smaller than the probe.',
    evidence: [{ label: 'In its words', value: notice.text }],
    otherwise: [], next: runNext(facts, 'Measure the path MTU, then use smaller probes.', [PMTU_RUN, tcpPath(facts)]),
    sinceMs: notice.firstMs, span: hopSpan(facts, notice.firstMs, []),
  }
}
