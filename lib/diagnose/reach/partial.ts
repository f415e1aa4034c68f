/** R-PARTIAL: one address of the host accepts connections and another does not. Whether it works is then a matter of which one a program picks. */
import { ACCOUNTS } from '../causes.ts'
import type { Finding } from '../finding.ts'
import { copyCommand, runOrCopy } from '../next.ts'
import { NOTHING, type ReachFacts, type ReachRule } from '../rule.ts'
import { some } from '../dns/words.ts'
import { isNoWay } from './blame.ts'
import { base, blameRow, isOpen, isShut, stateRows, tried, type Tried } from './shared.ts'

const RULE = 'R-PARTIAL'

export const partial: ReachRule = (facts) => {
  const all = tried(facts)
  const open = all.filter(isOpen)
  const shut = all.filter((one) => isShut(facts, one) && one.last.state !== 'denied')
  const [first] = shut
  if (!first || open.length === 0) return NOTHING
  return [finding(facts, { first, open, shut })]
}

interface Found { first: Tried; open: readonly Tried[]; shut: readonly Tried[] }

function finding(facts: ReachFacts, { first, open, shut }: Found): Finding {
  const six = shut.every(({ family }) => family === 6) && open.some(({ family }) => family === 4) && !open.some(({ family }) => family === 6)
  const noIpv6 = six && shut.every(isNoWay)
  const { host } = facts.run.target
  const { port } = first
  const addresses = some(shut.map(({ address }) => address), 2)
  return {
    rule: RULE, severity: noIpv6 ? 'info' : 'warn', confidence: 'high', ...(six ? ACCOUNTS[RULE] : {}), ...base(facts, Math.min(...shut.map(({ sinceMs }) => sinceMs))),
    title: noIpv6 ? `This vantage has no IPv6, and ${host} has an IPv6 address.` : six ? `Port ${port} of ${host} is open over IPv4 and not over IPv6.` : `Port ${port} of ${host} is open at ${some(open.map(({ address }) => address), 2)} and not at ${addresses}.`,
    meaning: noIpv6 ? 'Its programs go straight to IPv4: nothing is lost, and nothing is known about IPv6 of that host.' : six ? `Programs try IPv6 first and wait for ${addresses}, or fail. Browsers hide it by trying IPv4 beside it.` : 'Programs pick one of the addresses, so the same request works or fails by chance.',
    evidence: [...stateRows([...shut.slice(0, 2), ...open.slice(0, 2)]), ...blameRow(first)],
    otherwise: noIpv6 ? ['IPv6 is switched off on this vantage on purpose.'] : six ? ['The AAAA record is stale.', 'A firewall passes IPv4 and drops IPv6.', 'The vantage itself has no working IPv6.'] : ['One of several machines is down.', 'The address is left over in DNS from before a move.'],
    next: noIpv6 ? copyCommand('Look from a vantage that has IPv6.', 'Copy ip -6 route', `ip -6 route get ${first.address}`)
      : runOrCopy(six ? 'Mend IPv6, or take the AAAA record out of DNS.' : 'Mend that machine, or take its address out of DNS.', { label: 'Who gives that address?', tool: 'dns', options: { checkPort: port } }, { label: 'Copy curl', command: curl(first) }),
  }
}

const curl = ({ address, port }: Tried): string => `curl -v --connect-timeout 5 telnet://${address.includes(':') ? `[${address}]` : address}:${port}`
