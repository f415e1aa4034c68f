/** D-TRUNC: an answer does not fit a UDP packet, and TCP, which should carry it, brings none. */
import { formatCount } from '#lib/format/number.ts'
import { NOTHING, type DnsRule } from '../rule.ts'
import { listed } from '../shared.ts'
import { cellsOf, earliest, serversOf } from './cells.ts'
import { askedName, base, copyNext, digCommand, serverName, serverNames, whoRow } from './words.ts'

export const truncated: DnsRule = (facts) => {
  const all = cellsOf(facts.dns)
  const cells = all.filter((one) => one.said === 'cut')
  const [first] = cells
  if (!first) return NOTHING
  const servers = serversOf(cells)
  const bytes = Math.max(...cells.map(({ cell }) => cell.reply.bytes ?? 0))
  return [{
    rule: 'D-TRUNC', severity: 'warn', confidence: 'high', ...base(facts, earliest(cells)),
    title: `${servers.length === 1 ? serverName(first.server) : serverNames(servers)} ${servers.length === 1 ? 'cuts' : 'cut'} the answer short, and TCP port ${first.server.port} does not work.`,
    meaning: 'Large answers do not fit UDP, so the server says: ask over TCP. Nothing comes back there, so large answers fail and small ones pass.',
    evidence: [whoRow('Cut at', servers, serversOf(all).length), { label: 'Type', value: listed([...new Set(cells.map(({ type }) => type))]) }, { label: 'Over TCP', value: 'no reply' }, ...(bytes > 0 ? [{ label: 'Largest over UDP', value: `${formatCount(bytes)} bytes` }] : [])],
    otherwise: ['A firewall passes UDP port 53 and drops TCP port 53.', 'The server does not listen on TCP, which it has to (RFC 7766).', 'Packets of this size are lost on the way: measure the path MTU.'],
    next: copyNext('Let TCP port 53 pass as well as UDP.', 'Copy dig +tcp', digCommand({ server: first.server, name: askedName(facts), type: first.type, flags: '+tcp' })),
  }]
}
