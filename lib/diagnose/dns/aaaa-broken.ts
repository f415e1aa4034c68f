/** D-AAAA-BROKEN: a server gives the IPv4 address and fails for IPv6, where it should say that there is none (RFC 4074). Every program that asks for both waits. */
import { statusWord } from '#lib/timeline/dns-text.ts'
import { isNoReply } from '#lib/tools/dns/status.ts'
import { ACCOUNTS } from '../causes.ts'
import { listed, plural } from '../shared.ts'
import { NOTHING, type DnsFacts, type DnsRule } from '../rule.ts'
import { cellsOf, earliest, serversOf, type Cell } from './cells.ts'
import { askedName, base, digCommand, edeRow, runAndCopy, serverName, serverNames, walkOffer, whoRow } from './words.ts'

const RULE = 'D-AAAA-BROKEN'
const TRIES_MIN = 2

export const aaaaBroken: DnsRule = (facts) => {
  const all = cellsOf(facts.dns)
  const cells = all.filter((one) => one.brokenAaaa)
  const tries = cells.reduce((sum, one) => sum + triesOf(facts, one), 0)
  const [first] = cells
  if (!first || tries < TRIES_MIN) return NOTHING
  const name = askedName(facts)
  const servers = serversOf(cells)
  const words = listed([...new Set(cells.map(({ cell }) => statusWord(cell.reply.status)))])
  return [{
    rule: RULE, severity: 'warn', confidence: 'high', ...ACCOUNTS[RULE], ...base(facts, earliest(cells)),
    title: `${servers.length === 1 ? serverName(first.server) : serverNames(servers)} ${servers.length === 1 ? 'gives' : 'give'} the A record of ${name} and ${servers.length === 1 ? 'fails' : 'fail'} for AAAA: ${words}.`,
    meaning: 'Programs ask for both and wait for both. A name without an IPv6 address must be answered with “no record”, not with silence or an error; so each connection begins with a delay.',
    evidence: [
      whoRow('AAAA fails at', servers, serversOf(all).length), { label: 'AAAA', value: words, detail: plural(tries, 'try', 'tries') }, { label: 'A', value: 'answers' },
      ...osTime(facts), ...edeRow(cells.map(({ cell }) => cell.reply)),
    ],
    otherwise: ['A load balancer that serves the zone knows only type A.', 'A firewall drops questions for AAAA.'],
    next: runAndCopy('Mend the zone’s server (or the balancer in its place). Until then, “options no-aaaa” in resolv.conf (glibc 2.36 on) spares this host the wait.', walkOffer(facts),
      { label: 'Copy dig AAAA', command: digCommand({ server: first.server, name, type: 'AAAA' }) }),
  }]
}

/** Questions in a row that failed, and the ones that were put again over TCP or without checking. */
function triesOf({ dns }: DnsFacts, { server, cell }: Cell): number {
  const again = dns.asides.filter((one) => (one.purpose === 'tcp' || one.purpose === 'cd') && one.server === server.server && one.type === 'AAAA' && one.round === cell.round)
  return cell.inARow + again.filter(({ reply }) => isNoReply(reply.status) || reply.status === cell.reply.status).length
}

const osTime = ({ dns }: DnsFacts): { label: string; value: string; definition: string }[] =>
  (dns.os === null || dns.os.ms === null || dns.os.ms < 1000 ? [] : [{ label: 'Programs wait', value: `${(dns.os.ms / 1000).toFixed(1)}\u00a0s`, definition: 'Time that getent ahosts took: it asks for both families.' }])
