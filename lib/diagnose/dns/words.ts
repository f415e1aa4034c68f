/** How rules of names speak: of servers, of values out of answers (hostile: spelled out and short), and commands to copy. */
import { formatSpan } from '#lib/format/time.ts'
import type { DnsServerView } from '#lib/tools/dns/view.ts'
import type { DnsReply } from '#lib/tools/dns/reply.ts'
import { inert } from '#lib/timeline/dns-text.ts'
import type { Evidence, Finding, NextStep } from '../finding.ts'
import { copyCommand, runOrCopy, type Offer } from '../next.ts'
import type { DnsFacts } from '../rule.ts'
import { listed, plural, runStartMs, spanSince } from '../shared.ts'

const SHOWN = 64
/** Longer lists say how many more there are. */
const NAMED = 4

/** Out of answers, as it stands in a sentence: spelled out, short, runs of spaces as one; what leaves nothing to see is said too. */
export const shown = (text: string): string => shownTo(text, SHOWN)
export const shownTo = (text: string, most: number): string => inert(text, most).replace(/\s+/gu, ' ').trim() || '(blank)'

/** `ns2.example.com (203.0.113.53)`, `10.0.0.53`. */
export const serverName = ({ name, server, role }: DnsServerView): string => (name === null || role !== 'authority' ? server : `${shown(name)} (${server})`)
/** `ns2.example.com`, `10.0.0.53`: the zone's own servers are known by their names, resolvers by their addresses. */
export const serverShort = ({ name, server, role }: DnsServerView): string => (name === null || role !== 'authority' ? server : shown(name))

/** `a, b, c, d and 3 more`. */
export function some(items: readonly string[], most = NAMED): string {
  return items.length <= most ? listed(items) : `${items.slice(0, most).join(', ')} and ${items.length - most} more`
}
export const serverNames = (servers: readonly DnsServerView[]): string => some(servers.map(serverShort))

/** Records of the type, sorted, each once; as keys: names without case. */
export const valuesOf = ({ answers }: Pick<DnsReply, 'answers'>, type: string): readonly string[] =>
  [...new Set(answers.filter((record) => record.type === type).map((record) => record.value.toLowerCase()))].sort()

/** `48 min 34 s`. */
export const ttlWords = (seconds: number): string => formatSpan(seconds * 1000)

/** Rules of names are about the name as it was asked, whichever run asked it: a later run goes on with the same finding. */
export function base(facts: DnsFacts, sinceMs: number, detail = ''): Pick<Finding, 'subject' | 'sinceMs' | 'span'> {
  const since = Number.isFinite(sinceMs) ? sinceMs : runStartMs(facts)
  return { subject: `${askedName(facts)}${detail === '' ? '' : `/${detail}`}`, sinceMs: since, span: spanSince(facts, since) }
}

export const askedName = ({ dns, run }: DnsFacts): string => (dns.name === '' ? run.target.host : dns.name)

/** What a shell reads as it stands. Names out of answers are hostile, so only such names get into a command. */
const PLAIN = /^(?!-)[A-Za-z0-9._-]{1,253}$/
export const isPlain = (name: string): boolean => PLAIN.test(name)

/** Out of `@SERVER [-p PORT]`, flags, name and type; null where the name is not plain. */
export function digCommand({ server, name, type, flags = '' }: { server: Pick<DnsServerView, 'address' | 'port'> | null; name: string; type: string; flags?: string }): string | null {
  if (!isPlain(name)) return null
  const at = server === null ? [] : [`@${server.address}`, ...(server.port === 53 ? [] : ['-p', String(server.port)])]
  return ['dig', ...at, ...flags.split(' ').filter((flag) => flag !== ''), name, type].join(' ')
}

/** A command to copy and, where the name is not plain, the sentence alone. */
export function copyNext(text: string, label: string, command: string | null): NextStep {
  return command === null ? { text, actions: [{ kind: 'copy-ticket', label: 'Copy for a ticket' }] } : copyCommand(text, label, command)
}

/** A run that one click starts, with a command beside it where there is one. */
export function runAndCopy(text: string, offer: Offer, copy: { label: string; command: string | null }): NextStep {
  return copy.command === null ? { text, actions: [{ kind: 'run', ...offer }, { kind: 'copy-ticket', label: 'Copy for a ticket' }] } : runOrCopy(text, offer, { label: copy.label, command: copy.command })
}

/** The same question again with the whole way from the root. */
export const walkOffer = ({ run, dns }: DnsFacts): Offer => ({ label: 'Walk from the root', tool: 'dns', options: { ...asked(dns.types), ...port(run.options), walk: 'yes', rounds: 1 } })
/** The same question again beside the name servers of the zone. */
export const authoritiesOffer = ({ run, dns }: DnsFacts): Offer => ({ label: 'Ask the zone’s own servers', tool: 'dns', options: { ...asked(dns.types), ...port(run.options), authorities: 'yes' } })
/** The same question over TCP. */
export const tcpOffer = ({ run, dns }: DnsFacts): Offer => ({ label: 'Ask over TCP', tool: 'dns', options: { ...asked(dns.types), ...port(run.options), transport: 'tcp', rounds: 1 } })

const asked = (types: readonly string[]): Record<string, unknown> => (types.length === 0 || types.join(',') === 'PTR' ? {} : { recordType: types.join(',') })
const port = (options: Record<string, unknown>): Record<string, unknown> =>
  ({ ...(typeof options['server'] === 'string' && options['server'] !== '' ? { server: options['server'] } : {}), ...(typeof options['port'] === 'number' ? { port: options['port'] } : {}) })

/** `EDE 22: No Reachable Authority`, each once. */
export function edeRow(replies: readonly Pick<DnsReply, 'ede'>[]): Evidence[] {
  const said = [...new Set(replies.flatMap(({ ede }) => ede.map(({ code, text }) => `${code}${text === '' ? '' : `, ${shown(text)}`}`)))]
  return said.length === 0 ? [] : [{ label: 'Extended error', value: some(said, 2), definition: 'What the server says about the reason (RFC 8914).' }]
}

/** `10.0.0.53` / `2 of 4 servers`. */
export const whoRow = (label: string, servers: readonly DnsServerView[], total: number): Evidence =>
  ({ label, value: serverNames(servers), detail: `${servers.length} of ${plural(total, 'server')}` })
