/** R-REJECT: the connection is refused by somebody else than the target, or with an ICMP error in place of a reset: a firewall. */
import { latestPing } from '#lib/session/runs.ts'
import { formatMs } from '#lib/format/number.ts'
import { runNext, ICMP_PATH, type Offer } from '../next.ts'
import { NOTHING, type ReachRule } from '../rule.ts'
import { rejectedBy } from './blame.ts'
import { shown } from '../dns/words.ts'
import { base, blameRow, hostAt, mainShut, stateRows, tried } from './shared.ts'

export const reject: ReachRule = (facts) => {
  const one = mainShut(facts)
  const by = one ? rejectedBy(facts, one) : null
  if (!one || !by) return NOTHING
  const ping = latestPing(facts.session, one.address)
  const { port } = one
  const path: Offer = { label: `Run TCP path :${port}`, tool: 'traceroute', options: { protocol: 'tcp', port, queries: 5 } }
  const itself = by.by === one.address
  return [{
    rule: 'R-REJECT', severity: 'crit', confidence: by.by === null ? 'medium' : 'high', ...base(facts, one.sinceMs), about: one.address,
    title: by.by === null ? `Something before ${hostAt(facts, one.address)} refuses connections to port ${port} in its name.` : `${itself ? 'A firewall at ' : ''}${shown(by.by)} rejects connections to port ${port}${itself ? '' : ` of ${hostAt(facts, one.address)}`}.`,
    meaning: `${itself ? 'The host' : by.by === null ? 'The refusal comes back sooner than the host can be reached' : 'It is not the host itself that answers'}${itself ? ' answers with an ICMP error in place of a reset: a rule of its firewall, not a port that is closed.' : ': a firewall on the way has a rule against it.'}`,
    evidence: [...stateRows(tried(facts)), ...blameRow(one), { label: 'How', value: by.code }, ...(by.by === null && ping ? [{ label: 'Least ping', value: formatMs(ping.view.rtt.minMs), definition: 'No answer of the host itself can be faster.' }] : [])],
    otherwise: ['A load balancer or proxy answers for the host and has nothing to pass it on to.'],
    next: runNext(facts, 'See where the packets end, and ask whoever runs that device for the rule.', [path, ICMP_PATH]),
  }]
}
