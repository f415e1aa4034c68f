/** P-ECMP, P-UNEQUAL: several routers answer at one TTL, or the target answers at several: packets are spread over paths. */
import type { HopView, Responder } from '#lib/tools/path/view.ts'
import { ACCOUNTS } from '../causes.ts'
import { runNext, tcpPath, UDP_TRACE } from '../next.ts'
import { NOTHING, type PathFacts, type PathRule } from '../rule.ts'
import { listed, percent, plural } from '../shared.ts'
import { epochStartMs, hopSpan, hostOf } from './shared.ts'

const ANSWERS_MIN = 3
const HOPS_SHOWN = 3

interface Spread { hop: HopView; sharers: readonly Responder[] }

const spreadOf = (facts: PathFacts): Spread[] => facts.path.hops
  .map((hop) => ({ hop, sharers: hop.responders.filter((one) => one.untilMs === null && one.answered >= ANSWERS_MIN && one.address !== facts.path.address) }))
  .filter(({ sharers }) => sharers.length > 1)

export const ecmp: PathRule = (facts) => {
  const spread = spreadOf(facts)
  if (spread.length === 0) return NOTHING
  const sinceMs = epochStartMs(facts)
  return [{
    rule: 'P-ECMP', subject: facts.run.runId, severity: 'info', confidence: 'high', ...ACCOUNTS['P-ECMP'],
    title: spread.length === 1 && spread[0] ? `Packets are spread over ${plural(spread[0].sharers.length, 'router')} at hop ${spread[0].hop.ttl}.`
      : `Packets are spread over several routers at hops ${listed(spread.map(({ hop }) => String(hop.ttl)))}.`,
    meaning: 'Load balancing over paths of equal cost: each flow keeps one way. An unanswered probe belongs to none of them, so loss is told for the hop and not for a branch.',
    evidence: spread.slice(0, HOPS_SHOWN).flatMap(({ hop, sharers }) => sharers.map((one) => ({
      label: `Hop ${hop.ttl}, ${hostOf(facts.path, one.address)}`, detail: plural(one.answered, 'answer'), value: percent(one.answered, sharers.reduce((sum, other) => sum + other.answered, 0)),
      definition: 'Share of the hop’s answers since the path last changed.',
    }))),
    otherwise: ['The route flaps between them.'],
    next: runNext(facts, 'To follow one branch, keep the flow the same: one protocol, the same ports.', [UDP_TRACE, tcpPath(facts)]),
    sinceMs, span: hopSpan(facts, sinceMs, spread.map(({ hop }) => hop.ttl)),
  }]
}

export const unequal: PathRule = (facts) => {
  const places = facts.path.targetTtls.filter(({ answered }) => answered >= ANSWERS_MIN)
  const [first, last] = [places[0], places.at(-1)]
  if (!first || !last || first === last) return NOTHING
  const sinceMs = epochStartMs(facts)
  return [{
    rule: 'P-UNEQUAL', subject: facts.run.runId, severity: 'info', confidence: 'high',
    title: `The target is ${listed(places.map(({ ttl }) => String(ttl)))} hops away, depending on the path.`,
    meaning: 'Packets are spread over paths of unequal length. What looks unanswered beyond the shortest one may be probes that had already arrived.',
    evidence: places.map(({ ttl, answered }) => ({ label: `At hop ${ttl}`, value: plural(answered, 'answer') })),
    otherwise: ['Several machines answer for this address (anycast, load balancer).'],
    next: runNext(facts, 'Keep the flow the same to see one path at a time.', [tcpPath(facts), UDP_TRACE]),
    sinceMs, span: hopSpan(facts, sinceMs, places.map(({ ttl }) => ttl)),
  }]
}
