/** R-FILTERED: nothing comes back for a connection: dropped on the way, or the host is down. Silence is no proof of either. */
import { latestPing } from '#lib/session/runs.ts'
import { DEFAULT_TCP_PORT } from '#lib/tools/path/fields.ts'
import { reachesTarget } from '../reach.ts'
import { runNext, type Offer } from '../next.ts'
import { NOTHING, type ReachRule } from '../rule.ts'
import { base, blameRow, hostAt, mainShut, stateRows, tried } from './shared.ts'

export const filtered: ReachRule = (facts) => {
  const one = mainShut(facts)
  if (one?.last.state !== 'timeout') return NOTHING
  const { port } = one
  const ping = latestPing(facts.session, one.address)
  const alive = ping !== null && reachesTarget(ping)
  const path: Offer = { label: `Run TCP path :${port}`, tool: 'traceroute', options: { protocol: 'tcp', port, queries: 5 } }
  const other: Offer = { label: `Try port ${port === DEFAULT_TCP_PORT ? 80 : DEFAULT_TCP_PORT}`, tool: 'reach', options: { port: port === DEFAULT_TCP_PORT ? 80 : DEFAULT_TCP_PORT } }
  return [{
    rule: 'R-FILTERED', severity: 'warn', confidence: one.counts.timeout < 3 ? 'low' : alive ? 'high' : 'medium', ...base(facts, one.sinceMs), about: one.address,
    title: `Nothing answers at port ${port} of ${hostAt(facts, one.address)}.`,
    meaning: alive ? 'The host answers ping, so a firewall drops the packets to this port, at the host or before it. A port that is merely closed would say so.' : 'A firewall drops the packets, or the host is down or its address is not in use. A port that is merely closed would say so.',
    evidence: [...stateRows(tried(facts)), ...blameRow(one), ...(ping ? [{ label: 'Ping', value: alive ? 'answers' : 'no answer' }] : [])],
    otherwise: [...(alive ? [] : ['The host is down.']), 'The way back is broken.', 'The program’s queue of connections is full.'],
    next: runNext(facts, 'See how far the packets get, and ask whoever runs that hop for the rule.', [path, other]),
  }]
}
