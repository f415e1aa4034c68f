/** "Checked and fine": negative results are half of a diagnosis. A check appears only once it had enough to go by. */
import { formatCount, formatMs } from '#lib/format/number.ts'
import { routersBack } from '#lib/tools/ping/hops.ts'
import type { Finding, FineCheck } from './finding.ts'
import { lengthsOf } from './path/asym.ts'
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

/** Checks of one path run that found nothing: only once the target was reached, or nothing could be said of the path. */
export function pathFine(facts: PathFacts, findings: readonly Finding[]): FineCheck[] {
  const { target, path } = facts
  if (!target || target.judged < PROBES_MIN || target.answered === 0) return []
  const found = new Set(findings.map((finding) => finding.rule))
  const subject = facts.run.runId
  const lengths = lengthsOf(facts)
  const checks: (FineCheck | null)[] = [
    check(target.lost === 0 && !found.has('P-LOSS-ONSET'), { rule: 'P-LOSS-ONSET', subject, title: 'No loss on the path', value: `0 of ${formatCount(target.judged)}` }),
    check(path.epochs.length === 1 && path.intervalMs !== null && !found.has('P-LOOP'), { rule: 'P-PATH-CHANGE', subject, title: 'Path stable', value: `${target.ttl} ${target.ttl === 1 ? 'hop' : 'hops'}` }),
    check(!found.has('P-ECMP') && !found.has('P-UNEQUAL') && path.intervalMs !== null, { rule: 'P-ECMP', subject, title: 'One path, no branches', value: `${formatCount(target.answered)} answers` }),
    check(!found.has('P-BLOAT') && !found.has('P-LAT-SHIFT') && target.hop.rtt.n >= 20, { rule: 'P-BLOAT', subject, title: 'No signs of queueing', value: `± ${formatMs(target.hop.rtt.stdevMs, 2)}` }),
    lengths && lengths.out === lengths.back ? { rule: 'P-ASYM', subject, title: 'Same length out and back', value: `${lengths.out} ${lengths.out === 1 ? 'router' : 'routers'}` } : null,
  ]
  return checks.filter((entry): entry is FineCheck => entry !== null)
}

/** Checks of one path-MTU run that found nothing. */
export function pmtuFine(facts: PmtuFacts, _findings: readonly Finding[]): FineCheck[] {
  const { result } = facts.pmtu
  if (!result || result.mtu === null || result.failsFrom !== null) return []
  return [{ rule: 'P-MTU', subject: facts.run.runId, title: 'Path MTU', value: String(result.mtu) }]
}
