/** D-DNSSEC: SERVFAIL, and an answer as soon as checking is disabled: the data are there, the signatures do not hold. */
import type { AsideView } from '#lib/tools/dns/view.ts'
import { ACCOUNTS } from '../causes.ts'
import type { Evidence, Finding } from '../finding.ts'
import { copyCommand, ticketOnly } from '../next.ts'
import { NOTHING, type DnsFacts, type DnsRule } from '../rule.ts'
import { listed } from '../shared.ts'
import { cellsOf, earliest, serversOf } from './cells.ts'
import { askedName, base, digCommand, edeRow, serverNames, shown, whoRow } from './words.ts'

const RULE = 'D-DNSSEC'

export const dnssec: DnsRule = (facts) => {
  const all = cellsOf(facts.dns)
  const cells = all.filter((one) => one.unchecked !== null && one.server.role !== 'authority')
  const [first] = cells
  const unchecked = first?.unchecked
  if (!first || !unchecked) return NOTHING
  const name = askedName(facts)
  const servers = serversOf(cells)
  const command = digCommand({ server: first.server, name, type: first.type, flags: '+cd +dnssec' })
  const text = `Check the signatures and the DS record of the zone, and the clock of ${serverNames(servers)}. Until they are mended, validating resolvers answer nobody.`
  const next = command === null ? ticketOnly(text) : copyCommand(text, 'Copy dig +cd', command)
  return [{
    rule: RULE, severity: 'crit', confidence: 'high', ...ACCOUNTS[RULE], ...base(facts, earliest(cells)),
    title: `The signatures of ${name} do not hold: ${serverNames(servers)} ${servers.length === 1 ? 'answers' : 'answer'} only with checking disabled.`,
    meaning: 'The zone’s data are there, and the resolver throws them away, because DNSSEC says that they are not to be trusted. Whoever asks a validating resolver gets nothing.',
    evidence: [
      whoRow('SERVFAIL', servers, serversOf(all).length),
      { label: 'With checking disabled', value: unchecked.reply.status === 'NOERROR' ? listed(unchecked.reply.answers.filter(({ type }) => type !== 'RRSIG').slice(0, 2).map(({ value }) => shown(value))) || 'NOERROR' : unchecked.reply.status, definition: 'The same question with +cd (RFC 4035).' },
      ...edeRow(cells.flatMap(({ cell }) => [cell.reply])), ...expiryRow(facts, cells.flatMap((one) => (one.unchecked ? [one.unchecked] : []))),
    ],
    otherwise: ['The clock of the resolver is wrong.', 'The DS record at the parent zone belongs to an old key.', 'Somebody on the way changes answers.'], next,
  } satisfies Finding]
}

/** Of RRSIG records in what came without checking: type covered, algorithm, labels, TTL, expiration, inception, key tag, signer. */
function expiryRow({ nowMs }: DnsFacts, asides: readonly AsideView[]): Evidence[] {
  const ends = asides.flatMap(({ reply }) => reply.answers.filter(({ type }) => type === 'RRSIG').map(({ value }) => stampMs(value.split(' ')[4] ?? '')))
  const past = ends.filter((end) => end < nowMs)
  return past.length === 0 ? [] : [{ label: 'Signature expired', value: new Date(Math.min(...past)).toISOString().slice(0, 16).replace('T', ' ').concat(' UTC'), detail: `${past.length} of ${ends.length}` }]
}

/** `20261101000000` (RFC 4034 section 3.2); NaN for anything else. */
function stampMs(text: string): number {
  const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(text) ?? []
  return y === undefined ? NaN : Date.UTC(Number(y), Number(mo) - 1, Number(d), Number(h), Number(mi), Number(s))
}
