/** D-TTL: a time to live of nothing, of more than a day, or one that a resolver stretches. */
import type { Finding } from '../finding.ts'
import { NOTHING, type DnsFacts, type DnsRule } from '../rule.ts'
import { cellsOf, earliest, isLame, serversOf, type Cell } from './cells.ts'
import { askedName, base, copyNext, digCommand, serverNames, serverShort, ttlWords, valuesOf } from './words.ts'

const DAY_S = 86_400
/** Records about the zone itself rightly live long. */
const LONG_LIVED: ReadonlySet<string> = new Set(['NS', 'SOA', 'DS', 'DNSKEY', 'PTR', 'ANY'])
/** Two servers are asked within one round, not at one moment. */
const SLACK_S = 5

export const ttl: DnsRule = (facts) => {
  const cells = cellsOf(facts.dns).filter((one) => one.said === 'data' && !LONG_LIVED.has(one.type) && !isLame(one) && ttlOf(one) !== null)
  const official = cells.filter(({ server }) => server.role === 'authority')
  const judged = official.length > 0 ? official : cells
  const zero = judged.filter((one) => ttlOf(one) === 0)
  if (zero.length > 0 && (official.length > 0 || zero.every(({ cell }) => cell.asked > 1))) return [build(facts, zero, 'zero')]
  const long = judged.filter((one) => (ttlOf(one) ?? 0) > DAY_S)
  if (long.length > 0) return [build(facts, long, 'long')]
  const stretched = cells.filter((one) => one.server.role !== 'authority' && official.some((other) => other.type === one.type && isSameAnswer(one, other) && (ttlOf(one) ?? 0) > (ttlOf(other) ?? 0) + SLACK_S))
  return stretched.length > 0 ? [build(facts, stretched, 'stretched')] : NOTHING
}

/** Longest of the records of the type; null where the tool does not say. */
function ttlOf({ type, cell }: Cell): number | null {
  const known = cell.reply.answers.filter((record) => record.type === type).flatMap((record) => (record.ttl === null ? [] : [record.ttl]))
  return known.length === 0 ? null : Math.max(...known)
}

const isSameAnswer = (a: Cell, b: Cell): boolean => valuesOf(a.cell.reply, a.type).join('\n') === valuesOf(b.cell.reply, b.type).join('\n')

const WORDS = {
  zero: { meaning: 'Nothing may keep the answer, so every look-up goes all the way to the zone’s servers: slow, and as dependable as they are.', otherwise: 'Meant so, for fail-over by DNS.', text: 'Give it 30 to 300 s unless it must change at once.' },
  long: { meaning: 'A change takes that long to reach everybody.', otherwise: 'The address is never meant to change.', text: 'Lower it well before a change.' },
  stretched: { meaning: 'The resolver keeps answers longer than the zone allows, so a change reaches its clients late.', otherwise: 'The zone’s time to live was lowered a moment ago.', text: 'Look for a minimum time to live in the resolver’s configuration (unbound: cache-min-ttl).' },
} as const

function build(facts: DnsFacts, cells: readonly Cell[], kind: keyof typeof WORDS): Finding {
  const name = askedName(facts)
  const [first] = cells
  const most = Math.max(...cells.map((one) => ttlOf(one) ?? 0))
  const { meaning, otherwise, text } = WORDS[kind]
  const type = first?.type ?? ''
  return {
    rule: 'D-TTL', severity: 'info', confidence: kind === 'stretched' ? 'medium' : 'high', ...base(facts, earliest(cells), kind),
    title: kind === 'zero' ? `The ${type} record of ${name} may not be cached at all.` : kind === 'long' ? `The ${type} record of ${name} is cached for ${ttlWords(most)}.` : `${first ? serverShort(first.server) : ''} keeps the ${type} record of ${name} longer than the zone says.`,
    meaning,
    evidence: [
      { label: 'Time to live', value: kind === 'zero' ? '0 s' : ttlWords(most), detail: serverNames(serversOf(cells)), definition: 'How long a resolver may keep the answer.' },
      ...(kind === 'stretched' ? zoneRow(facts, type) : []),
    ],
    otherwise: [otherwise], next: copyNext(text, 'Copy dig', digCommand({ server: first?.server ?? null, name, type })),
  }
}

function zoneRow({ dns }: DnsFacts, type: string): Finding['evidence'] {
  const official = cellsOf(dns).filter((one) => one.server.role === 'authority' && one.type === type && one.said === 'data').map((one) => ttlOf(one) ?? 0)
  return official.length === 0 ? [] : [{ label: 'The zone says', value: ttlWords(Math.max(...official)) }]
}
