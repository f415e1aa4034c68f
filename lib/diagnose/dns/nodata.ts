/** D-NODATA: the name exists and has nothing of what was asked for. An AAAA that is not there beside an A that is there is no finding. */
import { listed } from '../shared.ts'
import { NOTHING, type DnsRule } from '../rule.ts'
import { ADDRESS_TYPES, cellsOf, earliest, isAnswer, isLame, serversOf } from './cells.ts'
import { osRow } from './nxdomain.ts'
import { isReverse } from './reverse.ts'
import { askedName, base, copyNext, digCommand, whoRow } from './words.ts'

export const nodata: DnsRule = (facts) => {
  if (isReverse(facts)) return NOTHING
  const all = cellsOf(facts.dns)
  const answers = all.filter((one) => isAnswer(one) && !one.brokenAaaa && !isLame(one))
  // Of the types of a question, addresses are what programs need; without them, any record will do.
  const forAddresses = answers.some((one) => ADDRESS_TYPES.includes(one.type))
  const judged = forAddresses ? answers.filter((one) => ADDRESS_TYPES.includes(one.type)) : answers
  if (judged.length === 0 || judged.some((one) => one.said !== 'nodata')) return NOTHING
  const name = askedName(facts)
  const types = [...new Set(judged.map(({ type }) => type))]
  const [first] = judged
  const other = answers.find((one) => one.said === 'data')
  return [{
    rule: 'D-NODATA', severity: 'info', confidence: 'high', ...base(facts, earliest(judged)),
    title: forAddresses ? `${name} exists and has no address.` : `${name} exists and has no ${types.length === 1 ? types[0] ?? '' : 'such'} record.`,
    meaning: `The servers answer without an error and without a record of type ${listed(types)}: that is how DNS says that the name has other records, or names below it.`,
    evidence: [
      whoRow('Say so', serversOf(judged), serversOf(all).length),
      { label: 'Asked for', value: listed(types) },
      ...(other ? [{ label: 'Has', value: other.type, definition: 'A type that was asked for and is there.' }] : []), ...osRow(facts),
    ],
    otherwise: ['The record was removed, or is in another view.', ...(forAddresses ? ['The name is only a domain: the host is meant to be below it, such as www.'] : [])],
    next: copyNext('See what records the name has.', 'Copy dig', digCommand({ server: first?.server ?? null, name, type: forAddresses ? 'MX' : 'ANY' })),
  }]
}
