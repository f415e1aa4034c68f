/** Makes folded names views without the fold: every reply written out. For the tests and pictures of the DNS view. */
import { answerKey, osKey } from '#lib/tools/dns/answer-key.ts'
import type { DnsRole } from '#lib/tools/dns/events.ts'
import type { DnsRecord, DnsReply } from '#lib/tools/dns/reply.ts'
import type { AnswerSpan, AnswerTime, DelegationView, DnsCell, DnsServerView, DnsView, OsView, PortView } from '#lib/tools/dns/view.ts'

export const NOW = Date.UTC(2026, 10, 22, 13, 38, 2)
export const BEGAN = NOW - 42 * 60_000
export const NAME = 'checkout.example.com'

export const record = (type: string, value: string, ttl: number | null = 60): DnsRecord => ({ name: NAME, type, ttl, value })

export function reply(made: Partial<DnsReply> = {}): DnsReply {
  return { status: 'NOERROR', server: { address: '10.20.0.53', port: 53 }, transport: 'udp', flags: ['qr', 'rd', 'ra'], authoritative: false, answers: [], authority: [], additional: [], queryMs: 4, bytes: 113, truncated: false, ede: [], ...made }
}

export interface CellMade { type?: string; reply?: DnsReply; spans?: readonly AnswerSpan[]; atMs?: number; line?: number; asked?: number; noReply?: number }

export function cell({ type = 'A', reply: said = reply(), spans, atMs = NOW - 22_000, line = 3, asked = 20, noReply = 0 }: CellMade): DnsCell {
  const key = answerKey(said, type)
  return { type, reply: said, line, atMs, round: 20, key, asked, noReply, inARow: 1, spans: spans ?? [{ sinceMs: BEGAN, untilMs: atMs, key }] }
}

export interface ServerMade { address: string; role: DnsRole; name?: string | null; from?: string; refused?: string | null; cells?: readonly DnsCell[]; times?: readonly AnswerTime[]; serial?: string | null }

export function server({ address, role, name = null, from = '/etc/resolv.conf line 2', refused = null, cells = [], times = [], serial = null }: ServerMade): DnsServerView {
  return { server: address, address, port: 53, role, name, from, refused, cells: new Map(cells.map((one) => [one.type, one])), times, medianMs: NaN, serial }
}

export const os = (made: Partial<OsView> & { addresses: readonly string[] }): OsView => {
  const { addresses, ...rest } = made
  const key = osKey(rest.status ?? 'found', addresses)
  return { atMs: NOW - 22_000, line: 1, round: 20, name: NAME, status: 'found', ms: 0.4, source: null, key, spans: [{ sinceMs: BEGAN, untilMs: NOW - 22_000, key }], ...rest, addresses: [...addresses] }
}

export const port = (address: string, state: PortView['state'], ms: number | null = null): PortView => ({ atMs: NOW - 20_000, line: 40, round: 20, address, port: 443, state, ms, text: state })

export const step = (zone: string, serverName: string, made: Partial<DelegationView> = {}): DelegationView => ({ atMs: NOW - 18_000, line: 50, zone, serverName, address: '192.0.2.1', reply: reply(), child: null, refused: null, ...made })

export function makeView(made: Partial<DnsView> = {}): DnsView {
  const types = made.types ?? ['A', 'AAAA']
  return {
    name: NAME, types, servers: [], os: null, ports: [], walk: [], asides: [], rounds: 20, roundAtMs: NOW - 20_000, nextAtMs: NOW + 8000, counts: { asked: 40, answered: 40, noReply: 0 }, fatal: null, ended: false, revision: 7,
    setup: { atMs: BEGAN, name: NAME, types: [...types], search: ['corp.example'], ndots: 1, services: ['files', 'dns'], servicesFrom: '/etc/nsswitch.conf line 12', hosts: [] }, ...made,
  }
}

export const OLD = '198.51.100.9'
export const NEW = '198.51.100.24'
const V6 = '2001:db8:40:7::24'
const HTTPS = '1 . alpn=h2,h3'

interface Look { old: boolean; ttl: number; aa?: boolean; spans?: readonly AnswerSpan[]; bytes: number }

const A_KEY = (address: string): string => answerKey({ status: 'NOERROR', answers: [record('A', address)] }, 'A')

/** `at`: minutes after BEGAN at which another answer began. */
export const spansOf = (...changes: readonly (readonly [at: number, address: string | null])[]): AnswerSpan[] => changes.map(([at, address], i) => ({
  sinceMs: BEGAN + at * 60_000, untilMs: changes[i + 1] === undefined ? NOW - 22_000 : BEGAN + (changes[i + 1]?.[0] ?? 0) * 60_000 - 30_000, key: address === null ? 'TIMEOUT' : A_KEY(address),
}))

function cells({ old, ttl, aa = false, spans, bytes }: Look): DnsCell[] {
  const flags = aa ? ['qr', 'aa', 'rd'] : ['qr', 'rd', 'ra']
  const made = (type: string, value: string | null): DnsCell => cell({ type, ...(type === 'A' && spans !== undefined && { spans }), reply: reply({ flags, authoritative: aa, bytes: type === 'A' ? bytes : bytes - 1, answers: value === null ? [] : [record(type, value, ttl)] }) })
  return [made('A', old ? OLD : NEW), made('AAAA', old ? null : V6), made('HTTPS', old ? null : HTTPS)]
}

/** Twenty questions around a median, the first not cached. */
const timesOf = (first: number, around: number): AnswerTime[] => Array.from({ length: 20 }, (_, i) => ({ atMs: BEGAN + i * 120_000, ms: i === 0 ? first : around * (0.8 + ((i * 37) % 20) / 40), first: i === 0 }))

const ns = (address: string, name: string, look: Look, rest: Partial<ServerMade>): DnsServerView => server({ address, role: 'authority', name, from: 'NS of example.com', cells: cells({ ...look, aa: true }), ...rest })

/** The picture of the design: half the resolvers still hand out the old address, and one of the zone's own servers too. */
export function designView(made: Partial<DnsView> = {}): DnsView {
  const held = 48 * 60 + 34 + 22
  return makeView({
    types: ['A', 'AAAA', 'HTTPS'], counts: { asked: 360, answered: 359, noReply: 1 },
    os: os({ addresses: [OLD], source: null, ms: 1.2 }),
    servers: [
      server({ address: '127.0.0.53', role: 'own', name: 'stub', cells: cells({ old: true, ttl: held, bytes: 57 }), times: timesOf(3.1, 0.16) }),
      server({ address: '10.20.0.53', role: 'upstream', name: 'corp', from: 'systemd-resolved', cells: cells({ old: true, ttl: held, bytes: 69 }), times: timesOf(2.9, 0.58) }),
      server({ address: '1.1.1.1', role: 'public', from: 'public', serial: '2026112203', cells: cells({ old: false, ttl: 63, bytes: 113, spans: spansOf([0, OLD], [6.9, NEW], [25.6, null], [26, NEW]) }), times: timesOf(19.4, 4.4) }),
      server({ address: '8.8.8.8', role: 'public', from: 'public', serial: '2026112203', cells: cells({ old: false, ttl: 34, bytes: 113, spans: spansOf([0, OLD], [8.8, NEW], [16, OLD], [16.5, NEW], [23.1, OLD], [23.6, NEW]) }), times: timesOf(23.8, 6.6) }),
      ns('198.51.100.2', 'ns1.example.com', { old: false, ttl: 60, bytes: 141, spans: spansOf([0, OLD], [6.1, NEW]) }, { serial: '2026112203', times: timesOf(18.6, 19.5) }),
      ns('203.0.113.53', 'ns2.example.com', { old: true, ttl: 3600, bytes: 98 }, { serial: '2026112201', times: timesOf(28.2, 28.7) }),
    ],
    ports: [port(OLD, 'refused', 31), port(NEW, 'open', 31.8), port(V6, 'open', 32.4)],
    walk: [
      step('.', 'a.root-servers.net', { reply: reply({ queryMs: 12.4 }), child: { zone: 'com', ns: ['a.gtld-servers.net', 'b.gtld-servers.net', 'c.gtld-servers.net'], glue: [] } }),
      step('com', 'b.gtld-servers.net', { reply: reply({ queryMs: 19.1 }), child: { zone: 'example.com', ns: ['ns1.example.com', 'ns2.example.com'], glue: [] } }),
      step('example.com', 'ns1.example.com', { reply: reply({ queryMs: 18.6, authoritative: true, answers: [record('A', NEW, 60)] }) }),
      step('example.com', 'ns2.example.com', { reply: reply({ queryMs: 27.9, authoritative: true, answers: [record('A', OLD, 3600)] }) }),
    ],
    ...made,
  })
}
