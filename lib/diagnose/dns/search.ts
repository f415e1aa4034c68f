/** D-SEARCH: the search list decides: a bare name is found only with a domain behind it, or a full name is tried with one first. */
import { plural } from '../shared.ts'
import { NOTHING, type DnsFacts, type DnsRule } from '../rule.ts'
import { ACCOUNTS } from '../causes.ts'
import { cellsOf, isAnswer, isLame, sinceOf } from './cells.ts'
import { isReverse } from './reverse.ts'
import { askedName, base, copyNext, digCommand, shown, some, valuesOf } from './words.ts'

const RULE = 'D-SEARCH'

export const search: DnsRule = (facts) => {
  const { setup } = facts.dns
  if (!setup || isReverse(facts)) return NOTHING
  const found = facts.dns.asides.filter((one) => one.purpose === 'search' && one.reply.status === 'NOERROR' && valuesOf(one.reply, one.type).length > 0)
  const cells = cellsOf(facts.dns).filter((one) => isAnswer(one) && !isLame(one))
  const isBare = cells.length > 0 && cells.every((one) => one.said !== 'data')
  const [first] = found
  if (first && isBare) return [through(facts, found)]
  const dots = askedName(facts).split('.').length - 1
  return dots > 0 && setup.search.length > 0 && dots < setup.ndots ? [triedFirst(facts, dots)] : NOTHING
}

function through(facts: DnsFacts, found: DnsFacts['dns']['asides']): ReturnType<DnsRule>[number] {
  const name = askedName(facts)
  const names = [...new Set(found.map((one) => shown(one.name)))]
  const [first] = found
  return {
    rule: RULE, severity: 'info', confidence: 'high', ...ACCOUNTS[RULE], ...base(facts, first?.atMs ?? NaN),
    title: `${name} is found only as ${names[0] ?? ''}, through the search list.`,
    meaning: 'Programs on this host add the domain by themselves; dig and other hosts do not. Whoever has another search list gets nothing, or another host.',
    evidence: [
      { label: 'Found as', value: some(names, 2) }, { label: 'Address', value: some(found.flatMap(({ reply, type }) => valuesOf(reply, type)).map(shown), 3) },
      { label: 'Search list', value: some((facts.dns.setup?.search ?? []).map(shown)), detail: `ndots ${facts.dns.setup?.ndots ?? 1}`, definition: 'Domains that are added to a name with fewer dots than ndots (resolv.conf).' },
    ],
    otherwise: [],
    next: copyNext('Write the full name wherever it is meant for more than this host.', 'Copy dig', first ? digCommand({ server: null, name: first.name, type: first.type }) : null),
  }
}

function triedFirst(facts: DnsFacts, dots: number): ReturnType<DnsRule>[number] {
  const { search: domains = [], ndots = 1 } = facts.dns.setup ?? {}
  const name = askedName(facts)
  const since = Math.min(...cellsOf(facts.dns).map(sinceOf))
  return {
    rule: RULE, severity: 'info', confidence: 'high', ...base(facts, since, 'tried-first'),
    title: `Every look-up of ${name} asks for ${plural(domains.length, 'other name')} first.`,
    meaning: `It has fewer dots than ndots ${ndots}, so each domain of the search list is tried before the name itself: more questions, more waiting, and the name becomes known to the servers of those domains.`,
    evidence: [{ label: 'Search list', value: some(domains.map(shown)) }, { label: 'Dots', value: String(dots), detail: `ndots ${ndots}`, definition: 'A name with fewer dots than ndots is tried with the search list first (resolv.conf).' }],
    otherwise: ['It is meant so, as in a cluster with ndots 5.'],
    next: copyNext('End the name with a dot, or lower ndots, where it is used often.', 'Copy dig', digCommand({ server: null, name: `${name}.`, type: 'A' })),
  }
}
