/** D-NXDOMAIN: whoever answers says that there is no such name. */
import { listed } from '../shared.ts'
import type { Evidence, Finding } from '../finding.ts'
import { NOTHING, type DnsFacts, type DnsRule } from '../rule.ts'
import { answersOf, cellsOf, earliest, isAnswer, isLame, serversOf, type Cell } from './cells.ts'
import { isReverse } from './reverse.ts'
import { aliasEnd } from './chain.ts'
import { askedName, base, copyNext, digCommand, runAndCopy, shown, some, walkOffer, whoRow } from './words.ts'

const RULE = 'D-NXDOMAIN'

export const nxdomain: DnsRule = (facts) => {
  if (isReverse(facts)) return NOTHING
  const cells = cellsOf(facts.dns)
  const answers = cells.filter((one) => isAnswer(one) && !one.brokenAaaa && !isLame(one))
  if (answers.length === 0 || answers.some((one) => one.said !== 'nxdomain')) return NOTHING
  return [finding(facts, answers, cells)]
}

function finding(facts: DnsFacts, answers: readonly Cell[], cells: readonly Cell[]): Finding {
  const name = askedName(facts)
  const all = serversOf(cells)
  const servers = all.filter(({ server }) => answersOf(answers, server))
  const [first] = answers
  const end = first ? aliasEnd(name, first.cell.reply) : null
  const local = facts.dns.os?.status === 'found'
  return {
    rule: RULE, severity: 'info', confidence: servers.length === all.length ? 'high' : 'medium', ...base(facts, earliest(answers)),
    title: end === null ? `${name} does not exist: ${servers.length === 1 ? 'the server that answers says so' : 'every server that answers says so'}.` : `${name} is an alias of ${shown(end)}, which does not exist.`,
    meaning: `${end === null ? 'There is no record of any type under this name.' : 'The alias is left over, or its target was removed.'} ${local ? 'This host knows it all the same, from somewhere else than DNS.' : 'No program on this host gets an address for it.'}`,
    evidence: [whoRow('Say so', servers, all.length), ...zoneRow(answers), ...osRow(facts)],
    otherwise: ['The name is misspelled, or lacks its domain.', 'It exists in another view only, such as inside a company network.'],
    next: next(facts, end ?? name, first),
  }
}

function next(facts: DnsFacts, name: string, first: Cell | undefined): Finding['next'] {
  const command = digCommand({ server: first?.server ?? null, name, type: first?.type ?? 'A' })
  const text = 'Check the spelling. If it was created just now, the word that there is none is kept as long as the zone’s SOA says.'
  return facts.run.options['walk'] === 'yes' ? copyNext(text, 'Copy dig', command) : runAndCopy(text, walkOffer(facts), { label: 'Copy dig', command })
}

/** The zone that says so: owner of the SOA beside the answer, and for how long resolvers may keep it. */
function zoneRow(answers: readonly Cell[]): Evidence[] {
  const soas = answers.flatMap(({ cell }) => cell.reply.authority.filter((record) => record.type === 'SOA'))
  const zones = [...new Set(soas.map(({ name }) => (name === '' || name === '.' ? 'the root' : name.toLowerCase())))]
  return zones.length === 0 ? [] : [{ label: 'In the name of', value: some(zones.map(shown), 2), definition: 'The zone whose SOA stands beside the answer (RFC 2308).' }]
}

export function osRow({ dns }: DnsFacts): Evidence[] {
  if (dns.os === null) return []
  const { status, addresses, source } = dns.os
  const value = status === 'found' ? listed(addresses.slice(0, 3)) : status === 'not-found' ? 'nothing' : status === 'timeout' ? 'no answer in time' : 'an error'
  return [{ label: 'Programs get', value, ...(source === null ? {} : { detail: shown(source) }), definition: 'getent ahosts: what programs of this host get through nsswitch.' }]
}
