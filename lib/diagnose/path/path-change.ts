/** P-PATH-CHANGE: the set of routers changed. Statistics start anew with it. */
import { ACCOUNTS } from '../causes.ts'
import { runNext, tcpPath, UDP_TRACE } from '../next.ts'
import { changeOf, whoAt } from '../route-change.ts'
import { NOTHING, type PathRule } from '../rule.ts'
import { hopSpan } from './shared.ts'

const HOPS_SHOWN = 4

export const pathChange: PathRule = (facts) => {
  const { path } = facts
  const epoch = path.epochs.at(-1)
  if (!epoch || epoch.n === 0) return NOTHING
  const before = path.epochs.at(-2)
  const { words, ttls } = changeOf(path, epoch, before)
  const moved = before && before.targetTtl !== null && epoch.targetTtl !== null && before.targetTtl !== epoch.targetTtl
  return [{
    rule: 'P-PATH-CHANGE', subject: `${facts.run.runId}/${epoch.n}`, severity: 'info', confidence: 'high', ...ACCOUNTS['P-PATH-CHANGE'],
    title: ttls.length === 0 ? 'The path changed.' : `The path changed: ${words}.`,
    meaning: 'Another set of routers answers than before. Statistics start anew here, so the old path and the new one are not mixed.',
    evidence: [
      ...ttls.slice(0, HOPS_SHOWN).map((ttl) => ({ label: `Hop ${ttl}`, value: `${whoAt(path, before, ttl)} to ${whoAt(path, epoch, ttl)}` })),
      ...(moved ? [{ label: 'Target', value: `hop ${before.targetTtl ?? ''} to hop ${epoch.targetTtl ?? ''}` }] : []),
      { label: 'Changes in this run', value: String(epoch.n) },
    ],
    otherwise: epoch.n > 3 ? ['Load balancing that moves flows now and then.'] : ['Maintenance on the way.'],
    next: runNext(facts, 'If it matters, ask the operator of the first hop that changed. Another protocol shows whether its path moved too.', [tcpPath(facts), UDP_TRACE]),
    sinceMs: epoch.sinceMs, span: hopSpan(facts, epoch.sinceMs, ttls),
  }]
}
