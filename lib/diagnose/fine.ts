/** "Checked and fine": negative results are half of a diagnosis. A check appears only once it had enough to go by. */
import { formatCount, formatMs } from '#lib/format/number.ts'
import { routersBack } from '#lib/tools/ping/hops.ts'
import type { Finding, FineCheck } from './finding.ts'
import type { PathFacts, PingFacts, PmtuFacts } from './rule.ts'

const PROBES_MIN = 10

/** Checks of one ping run that found nothing, with the value they were judged on. */
export function pingFine(facts: PingFacts, findings: readonly Finding[]): FineCheck[] {
  const { counts, rtt } = facts.ping
  if (counts.answered < PROBES_MIN) return []
  const found = new Set(findings.map((finding) => finding.rule))
  const subject = facts.run.runId
  const checks: (FineCheck | null)[] = [
    check(!found.has('P-LOSS') && counts.lost + counts.errors === 0, { rule: 'P-LOSS', subject, title: 'No loss', value: `0 of ${formatCount(counts.judged)}` }),
    check(!found.has('P-LAT-SHIFT') && rtt.n >= 20, { rule: 'P-LAT-SHIFT', subject, title: 'Latency steady', value: `± ${formatMs(rtt.stdevMs, 2)}` }),
    ttlCheck(facts, found),
    check(!found.has('P-JITTER') && facts.recent.jitterCount >= 20, { rule: 'P-JITTER', subject, title: 'Jitter low', value: formatMs(facts.recent.jitterMs, 2) }),
    check(!found.has('P-DUP') && !found.has('P-REORDER'), { rule: 'P-DUP', subject, title: 'No duplicates, in order', value: `${formatCount(counts.answered)} replies` }),
    check(!found.has('P-CORRUPT'), { rule: 'P-CORRUPT', subject, title: 'Payload intact', value: `${formatCount(counts.answered)} replies` }),
  ]
  return checks.filter((entry): entry is FineCheck => entry !== null)
}

const check = (fine: boolean, entry: FineCheck): FineCheck | null => (fine ? entry : null)

function ttlCheck(facts: PingFacts, found: ReadonlySet<string>): FineCheck | null {
  const span = facts.ping.ttls.at(-1)
  if (!span || found.has('P-TTL-CHANGE')) return null
  const back = routersBack(span.ttl)
  return { rule: 'P-HOPS', subject: facts.run.runId, title: 'Reply TTL steady', value: `${back.initial} \u2212 ${span.ttl} = ${back.routers} back` }
}

/** Checks of one path run that found nothing. */
export function pathFine(_facts: PathFacts, _findings: readonly Finding[]): FineCheck[] {
  return []
}

/** Checks of one path-MTU run that found nothing. */
export function pmtuFine(_facts: PmtuFacts, _findings: readonly Finding[]): FineCheck[] {
  return []
}
