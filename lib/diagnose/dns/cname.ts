/** D-CNAME: a chain of aliases that is too long, that runs in a circle, or an alias beside other records. */
import { ACCOUNTS } from '../causes.ts'
import type { Finding } from '../finding.ts'
import { NOTHING, type DnsFacts, type DnsRule } from '../rule.ts'
import { plural } from '../shared.ts'
import { cellsOf, earliest, serversOf, type Cell } from './cells.ts'
import { chainOf } from './chain.ts'
import { askedName, base, copyNext, digCommand, serverNames, shown } from './words.ts'

const RULE = 'D-CNAME'
const LINKS_MOST = 5

type Trouble = { kind: 'loop'; names: readonly string[] } | { kind: 'long'; names: readonly string[] } | { kind: 'beside'; owner: string; types: readonly string[] }

export const cname: DnsRule = (facts) => {
  const name = askedName(facts)
  const found = cellsOf(facts.dns).flatMap((one) => { const trouble = troubleOf(name, one); return trouble ? [{ one, trouble }] : [] })
  const [first] = [...found.filter(({ trouble }) => trouble.kind === 'loop'), ...found]
  if (!first) return NOTHING
  return [finding(facts, first.trouble, found.filter(({ trouble }) => trouble.kind === first.trouble.kind).map(({ one }) => one))]
}

function troubleOf(name: string, { cell, type }: Cell): Trouble | null {
  const { names, loopsAt } = chainOf(name, cell.reply)
  if (loopsAt !== null) return { kind: 'loop', names }
  if (names.length - 1 > LINKS_MOST) return { kind: 'long', names }
  if (type === 'CNAME' || type === 'ANY') return null
  for (const alias of cell.reply.answers.filter((record) => record.type === 'CNAME')) {
    const beside = cell.reply.answers.filter((record) => record.name.toLowerCase() === alias.name.toLowerCase() && record !== alias && !['RRSIG', 'NSEC'].includes(record.type) && !(record.type === 'CNAME' && record.value.toLowerCase() === alias.value.toLowerCase()))
    if (beside.length > 0) return { kind: 'beside', owner: alias.name, types: [...new Set(beside.map((record) => record.type))] }
  }
  return null
}

function finding(facts: DnsFacts, trouble: Trouble, cells: readonly Cell[]): Finding {
  const name = askedName(facts)
  const [first] = cells
  const links = trouble.kind === 'beside' ? 0 : trouble.names.length - 1
  return {
    rule: RULE, severity: 'warn', confidence: 'high', ...(trouble.kind === 'loop' ? ACCOUNTS[RULE] : {}), ...base(facts, earliest(cells)),
    title: trouble.kind === 'loop' ? `The aliases of ${name} run in a circle.` : trouble.kind === 'long' ? `${name} is an alias of an alias, ${plural(links, 'step')} deep.` : `${shown(trouble.owner)} is an alias and has other records too.`,
    meaning: trouble.kind === 'loop' ? 'Following them never ends at a record, so nobody gets an answer.' : trouble.kind === 'long' ? 'Each step may cost another look-up in another zone, and any of them can fail; some resolvers give up.' : 'An alias must stand alone (RFC 1034): which of the records a resolver hands out is chance.',
    evidence: [
      trouble.kind === 'beside' ? { label: 'Beside the alias', value: trouble.types.join(', ') } : { label: 'Chain', value: chainWords(trouble.names), detail: plural(links, 'step') },
      { label: 'Seen at', value: serverNames(serversOf(cells)) },
    ],
    otherwise: trouble.kind === 'long' ? ['Content networks chain several aliases on purpose.'] : [],
    next: copyNext(trouble.kind === 'loop' ? 'Point one of the aliases at an address.' : trouble.kind === 'long' ? 'Point the name closer to where it ends.' : 'Remove the alias, or the records beside it.', 'Copy dig', digCommand({ server: first?.server ?? null, name, type: first?.type ?? 'A' })),
  }
}

/** At most four names: the first two and the last two. */
function chainWords(names: readonly string[]): string {
  const kept = names.length <= 4 ? names : [...names.slice(0, 2), '…', ...names.slice(-2)]
  return kept.map(shown).join(' → ')
}
