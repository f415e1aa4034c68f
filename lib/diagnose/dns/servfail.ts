/** D-SERVFAIL: a resolver could not finish. Where the reason is known, another rule tells it: signatures (D-DNSSEC), AAAA alone (D-AAAA-BROKEN), a lame server (D-LAME). */
import { listed } from '../shared.ts'
import { ACCOUNTS } from '../causes.ts'
import type { Finding } from '../finding.ts'
import { NOTHING, type DnsFacts, type DnsRule } from '../rule.ts'
import { cellsOf, earliest, isAnswer, serversOf, type Cell } from './cells.ts'
import { askedName, base, digCommand, edeRow, runAndCopy, serverName, serverNames, walkOffer, whoRow } from './words.ts'

const RULE = 'D-SERVFAIL'

export const servfail: DnsRule = (facts) => {
  const all = cellsOf(facts.dns)
  const failed = all.filter((one) => one.server.role !== 'authority' && (one.said === 'servfail' || one.said === 'other') && one.unchecked === null && !one.brokenAaaa && one.type !== 'ANY')
  return failed.length === 0 ? NOTHING : [finding(facts, failed, all)]
}

function finding(facts: DnsFacts, failed: readonly Cell[], all: readonly Cell[]): Finding {
  const name = askedName(facts)
  const servers = serversOf(failed)
  const resolvers = serversOf(all.filter(({ server }) => server.role !== 'authority'))
  const words = listed([...new Set(failed.map(({ cell }) => cell.reply.status))])
  const types = [...new Set(failed.map(({ type }) => type))]
  const fine = all.filter((one) => isAnswer(one) && types.includes(one.type))
  const [first] = failed
  const who = servers.length === 1 && servers[0] ? serverName(servers[0]) : servers.length === resolvers.length ? 'None of the resolvers' : serverNames(servers)
  return {
    rule: RULE, severity: 'warn', confidence: 'high', ...ACCOUNTS[RULE], ...base(facts, earliest(failed)),
    title: `${who} ${servers.length > 1 && servers.length === resolvers.length ? 'can' : 'cannot'} find out about ${name}: ${words}.`,
    meaning: fine.length > 0 ? `${serverNames(serversOf(fine))} can: so the fault lies with the ${servers.length === 1 ? 'resolver that fails' : 'resolvers that fail'}, or on ${servers.length === 1 ? 'its' : 'their'} way to the zone’s servers.`
      : 'The resolver was reached and gave up: the zone’s own servers do not answer it, or answer what it cannot use. This is not “no such name”.',
    evidence: [whoRow('Fail', servers, serversOf(all).length), { label: 'Asked for', value: listed(types) }, ...edeRow(failed.map(({ cell }) => cell.reply)),
      { label: 'With checking disabled', value: all.some(({ server, cell }) => hasCd(facts, server.server, cell.type)) ? 'fails too' : 'not asked', definition: 'The same question with +cd: an answer would show that only the signatures are wrong.' },
      ...(fine.length > 0 ? [{ label: 'Answer', value: serverNames(serversOf(fine)) }] : [])],
    otherwise: ['The zone’s servers are down or do not know the zone.', 'The resolver cannot reach the Internet.', ...(words.includes('SERVFAIL') ? ['The resolver remembers an earlier failure for some seconds.'] : [])],
    next: runAndCopy('See at which zone the way from the root ends, and tell whoever runs it.', walkOffer(facts), { label: 'Copy dig +cd', command: digCommand({ server: first?.server ?? null, name, type: first?.type ?? 'A', flags: '+cd' }) }),
  }
}

const hasCd = ({ dns }: DnsFacts, server: string, type: string): boolean => dns.asides.some((one) => one.purpose === 'cd' && one.server === server && one.type === type)
