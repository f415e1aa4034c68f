/** D-REFUSED: a server that was asked does not serve us. A server that our own policy refuses was not asked, and is no finding. */
import { NOTHING, type DnsRule } from '../rule.ts'
import { answersOf, cellsOf, earliest, serversOf } from './cells.ts'
import { askedName, base, copyNext, digCommand, edeRow, serverName, serverNames, whoRow } from './words.ts'

export const refused: DnsRule = (facts) => {
  const all = cellsOf(facts.dns)
  const cells = all.filter((one) => one.said === 'refused' && one.server.role !== 'authority' && !one.brokenAaaa && one.type !== 'ANY')
  const servers = serversOf(cells)
  const [first] = cells
  if (!first) return NOTHING
  const own = servers.some(({ role }) => role === 'own')
  return [{
    rule: 'D-REFUSED', severity: 'warn', confidence: 'high', ...base(facts, earliest(cells)),
    title: `${servers.length === 1 ? serverName(first.server) : serverNames(servers)} ${servers.length === 1 ? 'refuses' : 'refuse'} to answer ${answersOf(all, first.server.server) ? 'some questions' : 'this vantage'}.`,
    meaning: `A server refuses whom it does not serve: an access list without this address, or a name server of other zones that looks up nothing for others. ${own ? 'It stands in this host’s own configuration, so programs lose time or fail.' : 'Most likely this is not a resolver for us.'}`,
    evidence: [whoRow('Refuse', servers, serversOf(all).length), ...servers.slice(0, 3).map((server) => ({ label: `Why ${server.server} was asked`, value: server.from })), ...edeRow(cells.map(({ cell }) => cell.reply))],
    otherwise: ['The server limits how often it is asked.', 'It refuses this one name or type, by a block list.'],
    next: copyNext(own ? `Let the server serve this vantage, or take it out of ${servers.find(({ role }) => role === 'own')?.from ?? 'the configuration'}.` : 'Ask whoever runs it whether this vantage may use it.', 'Copy dig',
      digCommand({ server: first.server, name: askedName(facts), type: first.type })),
  }]
}
