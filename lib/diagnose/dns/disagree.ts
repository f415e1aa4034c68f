/** D-DISAGREE: servers give different answers to one question. Who is right, who is not, for how long, and whether the wrong answer still works. */
import type { DnsServerView } from '#lib/tools/dns/view.ts'
import { ACCOUNTS } from '../causes.ts'
import type { Evidence, Finding, NextStep } from '../finding.ts'
import { NOTHING, type DnsFacts, type DnsRule } from '../rule.ts'
import { isPrivate } from './private.ts'
import { portOf, portRow } from './ports.ts'
import { apartSince, disagreements, type AnswerSet, type Disagreement } from './sets.ts'
import { ADDRESS_TYPES, serversOf, type Cell } from './cells.ts'
import { askedName, authoritiesOffer, base, copyNext, digCommand, isPlain, runAndCopy, serverNames, serverShort, shown, some, ttlWords } from './words.ts'

const RULE = 'D-DISAGREE'
const SETS_SHOWN = 3

export const disagree: DnsRule = (facts) => {
  const [first, ...others] = disagreements(facts)
  if (!first) return NOTHING
  return isSplit(first) ? [split(facts, first)] : [finding(facts, first, others)]
}

const wrongOf = ({ sets, right }: Disagreement): readonly AnswerSet[] => sets.filter((set) => set !== right)
const cellsIn = (sets: readonly AnswerSet[]): readonly Cell[] => sets.flatMap((set) => set.cells)

const isInside = (set: AnswerSet): boolean => set.said === 'data' && set.values.every(isPrivate)

/** Inside another address than outside, on purpose: private addresses from servers near us, and something else from those outside. */
function isSplit({ type, sets }: Disagreement): boolean {
  if (!ADDRESS_TYPES.includes(type)) return false
  const inside = sets.filter(isInside)
  const outside = sets.filter((set) => !inside.includes(set))
  const near = ({ server }: Cell): boolean => server.role !== 'public' && server.role !== 'authority'
  return inside.length === 1 && outside.length > 0 && cellsIn(inside).every(near) && cellsIn(outside).every((one) => !near(one))
}

function split(facts: DnsFacts, found: Disagreement): Finding {
  const servers = serversOf(cellsIn(found.sets.filter(isInside)))
  return {
    rule: RULE, severity: 'info', confidence: 'medium', ...base(facts, apartSince(found)),
    title: `${askedName(facts)} leads elsewhere inside than outside.`,
    meaning: `${serverNames(servers)} ${servers.length === 1 ? 'gives' : 'give'} private addresses that the public zone does not have: a split horizon, usually on purpose.`,
    evidence: found.sets.slice(0, SETS_SHOWN).map((set) => setRow(set, isInside(set) ? 'Inside' : 'Outside')).toSorted((a, b) => (a.label < b.label ? -1 : 1)),
    otherwise: ['A resolver rewrites answers, such as a captive portal.'],
    next: copyNext('Nothing has to be mended if that is meant.', 'Copy dig', digCommand({ server: servers[0] ?? null, name: askedName(facts), type: found.type })),
  }
}

function finding(facts: DnsFacts, found: Disagreement, others: readonly Disagreement[]): Finding {
  const wrong = wrongOf(found)
  const isOld = found.by === 'moved'
  const hurts = wrong.some((set) => set.values.some((address) => portOf(facts, address) === 'closed'))
  return {
    rule: RULE, severity: found.sure && !worksAnyway(facts, found) ? 'warn' : 'info', confidence: found.right === null ? 'medium' : 'high',
    ...(hurts ? ACCOUNTS[RULE] : { explains: LAG_ONLY }), ...base(facts, apartSince(found)),
    title: titleOf(facts, found), meaning: meaningOf(found, isOld),
    evidence: [...setRows(facts, found), ...cachedRow(wrong), ...(others.length > 0 ? [{ label: 'Also differ', value: others.map(({ type }) => type).join(', ') }] : [])],
    otherwise: [
      ...(isOld ? [] : ['A resolver still has an answer from before a change.', 'The zone answers by where it is asked from (a content network).']),
      'A split horizon: the servers are meant to differ.', 'Somebody changes answers on the way.',
    ],
    next: nextOf(facts, found),
  }
}

const LAG_ONLY: readonly string[] = ['D-LAG']

/** More than two different answers, and every address of them works: a content network rather than a mistake. */
function worksAnyway(facts: DnsFacts, { sets, by }: Disagreement): boolean {
  const addresses = sets.flatMap(({ values }) => values)
  return by !== 'moved' && sets.length > 2 && addresses.length > 0 && addresses.every((address) => portOf(facts, address) === 'open')
}

function titleOf(facts: DnsFacts, found: Disagreement): string {
  const name = askedName(facts)
  const { type, right, by, sets } = found
  if (right === null) return `The name servers do not agree on the ${type} record of ${name}.`
  const wrong = wrongOf(found)
  const servers = serversOf(cellsIn(wrong))
  const who = shareOf(servers, serversOf(cellsIn(sets)).length)
  const one = servers.length === 1
  if (wrong.every((set) => set.said === 'nxdomain')) return `${who} ${one ? 'says' : 'say'} that ${name} does not exist, and it does.`
  if (right.said === 'nxdomain') return `${who} still ${one ? 'gives' : 'give'} an answer for ${name}, which does not exist any more.`
  if (by === 'moved' && ADDRESS_TYPES.includes(type) && wrong.every((set) => set.said === 'data')) return `${who} still ${one ? 'sends' : 'send'} clients to the old address.`
  return `${who} ${one ? 'does' : 'do'} not give the ${type} record that the zone has for ${name}.`
}

function shareOf(servers: readonly DnsServerView[], total: number): string {
  const [only] = servers
  if (servers.length === 1 && only) return serverShort(only)
  return servers.length * 2 === total ? 'Half the resolvers' : `${servers.length} of ${total} resolvers`
}

function meaningOf(found: Disagreement, isOld: boolean): string {
  if (found.right === null) return 'What a program gets depends on whom it asks. None of the zone’s own servers was there to say who is right.'
  const official = cellsIn(wrongOf(found)).some(({ server }) => server.role === 'authority')
  if (official) return 'The zone’s own servers do not agree: whichever a resolver happens to ask decides what its clients get, and for how long.'
  return isOld ? 'The record was changed, and these servers keep the answer from before until its time to live is over.' : 'The zone’s own servers say otherwise. What a program gets depends on whom it asks.'
}

function setRows(facts: DnsFacts, found: Disagreement): Evidence[] {
  const ordered = [...wrongOf(found), ...(found.right ? [found.right] : [])]
  const words = (set: AnswerSet, i: number): string => (found.right === null ? `Answer ${i + 1}` : set === found.right ? (found.by === 'moved' ? 'New' : 'Zone') : found.by === 'moved' ? 'Old' : 'Other')
  const shownSets = [...ordered.slice(0, SETS_SHOWN - 1), ...ordered.slice(SETS_SHOWN - 1).slice(-1)]
  const labels = shownSets.map((set, i) => words(set, i))
  return [
    ...shownSets.map((set, i) => setRow(set, labels[i] ?? '')),
    ...shownSets.flatMap((set, i) => portRow(facts, set.values, `${labels[i] ?? ''}${shownSets.length > 2 ? ` ${i + 1}` : ''}`)),
  ].map((row, i, rows) => (rows.findIndex((other) => other.label === row.label) === i ? row : { ...row, label: `${row.label} (${i + 1})` }))
}

/** `Old, 198.51.100.9` | `stub, corp, ns2`. */
const setRow = (set: AnswerSet, label: string): Evidence => ({ label: `${label}, ${wordsOf(set)}`, value: some(serversOf(set.cells).map(serverShort)) })
const wordsOf = ({ said, values }: AnswerSet): string => (said === 'data' ? some(values.map(shown), 2) : said === 'nodata' ? 'no record' : 'no such name')

/** How long resolvers may go on giving the wrong answer. The zone's own servers count nothing down. */
function cachedRow(wrong: readonly AnswerSet[]): Evidence[] {
  const left = cellsIn(wrong).filter(({ server }) => server.role !== 'authority').flatMap(({ type, cell }) => cell.reply.answers.filter((record) => record.type === type).flatMap(({ ttl }) => (ttl === null ? [] : [ttl])))
  return left.length === 0 ? [] : [{ label: 'Cached for another', value: ttlWords(Math.max(...left)), definition: 'Longest time to live left among these answers when they came last.' }]
}

function nextOf(facts: DnsFacts, found: Disagreement): NextStep {
  const name = askedName(facts)
  const wrong = serversOf(cellsIn(found.right === null ? found.sets : wrongOf(found)))
  const dig = digCommand({ server: wrong[0] ?? null, name, type: found.type })
  if (found.right === null) return runAndCopy('Ask the zone’s own servers: they decide who is right.', authoritiesOffer(facts), { label: 'Copy dig', command: dig })
  const ours = wrong.filter(({ role }) => role === 'own' || role === 'upstream' || role === 'chosen')
  const [server] = ours
  if (server && isPlain(name)) {
    const stub = server.address.startsWith('127.0.0.5')
    return copyNext(`Flush the name on ${serverNames(ours)}.`, 'Copy flush', stub ? 'resolvectl flush-caches' : `unbound-control flush ${name}`)
  }
  return copyNext(wrong.some(({ role }) => role === 'authority') ? `Bring ${serverNames(wrong.filter(({ role }) => role === 'authority'))} to the zone’s newest version.` : 'Wait until the time to live is over; a public resolver has a page to flush a name.', 'Copy dig', dig)
}
