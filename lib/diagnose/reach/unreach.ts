/** R-UNREACH: somebody says that there is no way, with an ICMP error; or the vantage itself has none. */
import { runNext, runOrCopy, PING_RUN, ICMP_PATH } from '../next.ts'
import { ACCOUNTS } from '../causes.ts'
import { NOTHING, type ReachRule } from '../rule.ts'
import { isNoWay, rejectedBy } from './blame.ts'
import { shown } from '../dns/words.ts'
import { base, blameRow, hostAt, mainShut, stateRows, tried } from './shared.ts'

const RULE = 'R-UNREACH'

export const unreach: ReachRule = (facts) => {
  const one = mainShut(facts)
  if (one?.last.state !== 'unreachable' || rejectedBy(facts, one)) return NOTHING
  const { blame, address } = one
  const by = blame?.how === 'icmp' ? blame.by : null
  const own = isNoWay(one) || (by !== null && facts.run.sources.includes(by))
  const filter = /prohibit|policy|filter/.test(blame?.icmp ?? '')
  const words = blame?.icmp?.replaceAll('-', ' ')
  return [{
    rule: RULE, severity: 'crit', confidence: by !== null || own ? 'high' : 'medium', ...ACCOUNTS[RULE], ...base(facts, one.sinceMs), about: one.address,
    title: own ? `The vantage has no way to ${address}.` : by !== null ? `${shown(by)} turns connections to ${hostAt(facts, address)} away${words === undefined ? '' : `: ${shown(words)}`}.` : `${hostAt(facts, address)} is unreachable.`,
    meaning: own ? 'Its own kernel knows no route, or nobody on the local link answers for the next hop: nothing was sent.' : filter ? 'A filter on the way rejects the packets and says so.' : 'A router on the way knows no path to the target, or nobody answers for its address on the last link.',
    evidence: [...stateRows(tried(facts)), ...blameRow(one)],
    otherwise: own ? ['The host on the local link is switched off.'] : [filter ? 'Only this port, or this vantage, is rejected.' : 'The route comes back by itself after a change.'],
    next: own ? runOrCopy('Look at the route and the neighbour table of the vantage.', PING_RUN, { label: 'Copy ip route get', command: `ip route get ${address}; ip neigh show` })
      : runNext(facts, `Send the address${by === null ? '' : ` ${shown(by)}`}, the code and the time to whoever runs that device.`, [ICMP_PATH, PING_RUN]),
  }]
}
