/** P-SILENT-HOP: routers that never answer while later hops do. Normal. */
import { runNext, tcpPath, UDP_TRACE } from '../next.ts'
import { NOTHING, type PathRule } from '../rule.ts'
import { listed, plural } from '../shared.ts'
import { epochStartMs, hopSpan, responding } from './shared.ts'

const PROBES_MIN = 6

export const silentHop: PathRule = (facts) => {
  const lastTtl = responding(facts).at(-1)?.ttl ?? 0
  const silent = facts.hops.filter((hop) => hop.kind === 'silent' && hop.ttl < lastTtl && hop.judged >= PROBES_MIN)
  const next = facts.hops.find((hop) => hop.ttl > (silent.at(-1)?.ttl ?? Infinity) && hop.judged > hop.lost)
  if (silent.length === 0 || !next) return NOTHING
  const sinceMs = epochStartMs(facts)
  const one = silent.length === 1
  return [{
    rule: 'P-SILENT-HOP', subject: facts.run.runId, severity: 'ok', confidence: 'high',
    title: `${one ? 'Hop' : 'Hops'} ${listed(silent.map((hop) => String(hop.ttl)))} ${one ? 'does' : 'do'} not answer, and packets pass all the same.`,
    meaning: 'Some routers are set to say nothing about packets whose TTL ended at them. Later hops answer, so this is not loss.',
    evidence: [
      { label: 'Silent', value: plural(silent.length, 'hop'), detail: plural(silent.reduce((sum, hop) => sum + hop.judged, 0), 'probe') },
      { label: `Hop ${next.ttl} behind`, value: `${next.answered} answered`, detail: `of ${next.judged}` },
    ],
    otherwise: ['The way back from there to the vantage is missing.'],
    next: runNext(facts, 'Nothing has to be mended. Another protocol may draw an answer.', facts.path.protocol === 'udp' ? [tcpPath(facts), UDP_TRACE] : [UDP_TRACE, tcpPath(facts)]),
    sinceMs, span: hopSpan(facts, sinceMs, silent.map((hop) => hop.ttl)),
  }]
}
