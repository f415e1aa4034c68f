/** P-OTHER-SRC: somebody else than the target answers. */
import { formatCount } from '#lib/format/number.ts'
import { NOTHING, type PingRule } from '../rule.ts'
import { ticketOnly } from '../next.ts'
import { spanSince } from '../shared.ts'

const SOURCES_SHOWN = 4

export const otherSource: PingRule = (facts) => {
  const first = facts.ping.otherSources[0]
  if (!first) return NOTHING
  return [{
    rule: 'P-OTHER-SRC', subject: facts.run.runId, severity: 'warn', confidence: 'medium',
    title: `${first.from} answers for ${facts.run.target.address}.`,
    meaning: 'The reply does not come from the address that was probed: address translation, an anycast or multihomed host, or a forged answer.',
    evidence: facts.ping.otherSources.slice(0, SOURCES_SHOWN).map((source) => ({ label: source.from, value: `${formatCount(source.count)} replies` })),
    otherwise: ['The target has several interfaces and answers from another one.'],
    next: ticketOnly('Find out who owns the answering address before you trust the round trip.'),
    sinceMs: first.firstMs, span: spanSince(facts, first.firstMs),
  }]
}
