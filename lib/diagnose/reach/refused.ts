/** R-REFUSED: the host is there and nothing listens on the port: it answers with RST. */
import { runOrCopy } from '../next.ts'
import { NOTHING, type ReachRule } from '../rule.ts'
import { rejectedBy } from './blame.ts'
import { base, blameRow, hostAt, mainShut, stateRows, tried } from './shared.ts'

export const refused: ReachRule = (facts) => {
  const one = mainShut(facts)
  if (one?.last.state !== 'refused' || rejectedBy(facts, one)) return NOTHING
  const { port } = one
  const was = one.counts.open > 0
  return [{
    rule: 'R-REFUSED', severity: 'crit', confidence: one.blame?.how === 'rst' ? 'high' : 'medium', ...base(facts, one.sinceMs), about: one.address,
    title: `${hostAt(facts, one.address)} refuses connections to port ${port}: ${was ? 'nothing listens there any more' : 'nothing listens there'}.`,
    meaning: `The packets arrive and the host answers with a reset, so network and host are up. ${was ? 'The program that listened has stopped.' : 'The program is not running, or listens on another port or address.'}`,
    evidence: [...stateRows(tried(facts)), ...blameRow(one)],
    otherwise: ['A firewall resets connections in the host’s name.', 'The program listens on 127.0.0.1 only.'],
    next: runOrCopy('On the host, see what listens on the port; then start it, or correct its address or port.', { label: 'Run ping', tool: 'ping', options: {} }, { label: 'Copy ss', command: `ss -ltnp 'sport = :${port}'` }),
  }]
}
