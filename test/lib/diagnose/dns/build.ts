/** Writes the log of a names run by hand: servers, what each says round after round, what programs get, and everything asked beside. */
import type { DnsPurpose, DnsRole } from '#lib/tools/dns/events.ts'
import type { DnsRecord, DnsReply } from '#lib/tools/dns/reply.ts'
import type { EventOf } from '#lib/protocol/events.ts'
import { START_MS } from '#test/lib/session/history.ts'
import { opening, runIdOf, type RunOptions, type Timed } from '../path-history.ts'

export const NAME = 'www.example.test'
export const ZONE = 'example.test'
export const NEW = '203.0.113.24'
export const OLD = '203.0.113.9'
export const SIX = '2001:db8:1::24'

export const rr = (type: string, value: string, { name = NAME, ttl = 300 }: { name?: string; ttl?: number | null } = {}): DnsRecord => ({ name, type, ttl, value })

/** An answer over UDP with these records; `with` overrides anything. */
export const answer = (records: readonly DnsRecord[], more: Partial<DnsReply> = {}): DnsReply => ({
  status: 'NOERROR', server: { address: '10.0.0.53', port: 53 }, transport: 'udp', flags: ['qr', 'rd', 'ra'], authoritative: false, answers: [...records], authority: [], additional: [],
  queryMs: 1, bytes: 80, truncated: false, ede: [], ...more,
})
export const a = (...addresses: string[]): DnsReply => answer(addresses.map((address) => rr(address.includes(':') ? 'AAAA' : 'A', address)))
const soa = (zone = ZONE): DnsRecord => rr('SOA', `ns1.${zone} root.${zone} 7 3600 600 86400 60`, { name: zone })
export const NODATA: DnsReply = answer([], { authority: [soa()] })
export const NXDOMAIN: DnsReply = answer([], { status: 'NXDOMAIN', authority: [soa()] })
export const status = (word: string, more: Partial<DnsReply> = {}): DnsReply => answer([], { status: word, ...more })
export const SILENT: DnsReply = answer([], { status: 'TIMEOUT', server: null, transport: null, flags: [], authoritative: null, queryMs: null, bytes: null })
/** As one of the zone's own servers says it. */
export const aa = (reply: DnsReply): DnsReply => ({ ...reply, authoritative: true, flags: ['qr', 'aa', 'rd'] })

/** What a server says to a type in a round, from 1; null: it is not asked. */
export type Says = (type: string, round: number) => DnsReply | null

export interface Server { server: string; role?: DnsRole; name?: string | null; from?: string; refused?: string | null; says?: Says; /** Of the zone, asked in the first round. */ serial?: (round: number) => number | null }

export interface Aside { purpose: DnsPurpose; server?: string; name?: string; type: string; reply: DnsReply; round?: number }
export type Os = { addresses?: readonly string[]; status?: 'found' | 'not-found' | 'timeout' | 'error'; source?: string | null; ms?: number }
export type Port = { address: string; state: EventOf<'dns.port'>['state']; ms?: number | null; port?: number; text?: string }
export type Step = { zone: string; server: string; address?: string | null; reply: DnsReply | null; child?: { zone: string; ns: string[]; glue?: { name: string; address: string }[] } | null }

export interface NamesWorld extends Partial<RunOptions> {
  name?: string
  types?: readonly string[]
  servers: readonly Server[]
  rounds?: number
  asides?: readonly Aside[]
  os?: Os | null
  ports?: readonly Port[]
  walk?: readonly Step[]
  setup?: Partial<Pick<EventOf<'dns.setup'>, 'search' | 'ndots' | 'services' | 'hosts'>>
  /** The last round is not over. */
  open?: boolean
}

const ROUND_MS = 30_000

/** A healthy name: an IPv4 address, no IPv6, and servers that agree. */
export const clean: Says = (type) => (type === 'A' ? a(NEW) : NODATA)
export const cleanAuthority: Says = (type, round) => { const reply = clean(type, round); return reply && aa(reply) }
export const OWN: Server = { server: '10.0.0.53', role: 'own', from: '/etc/resolv.conf line 2', says: clean }
export const SECOND: Server = { server: '10.0.0.54', role: 'own', from: '/etc/resolv.conf line 3', says: clean }
export const PUBLIC: Server = { server: '8.8.8.8', role: 'public', name: 'dns.google', from: 'public resolver', says: clean }
export const NS1: Server = { server: '198.51.100.61', role: 'authority', name: `ns1.${ZONE}`, from: `NS of ${ZONE}`, says: cleanAuthority, serial: () => 2026112203 }
export const NS2: Server = { server: '198.51.100.62', role: 'authority', name: `ns2.${ZONE}`, from: `NS of ${ZONE}`, says: cleanAuthority, serial: () => 2026112203 }
export const ALL: readonly Server[] = [OWN, SECOND, NS1, NS2]

export function names(world: NamesWorld): Timed[] {
  const { id = 'dns', tool = 'dns', name = NAME, types = ['A', 'AAAA'], rounds = 3, servers, setup = {}, host = NAME, address = NEW, ...rest } = world
  const runId = runIdOf(id)
  const startMs = START_MS + (rest.atS ?? 0) * 1000
  const events: Timed[] = opening({ id, tool, host, address, ...rest })
  events.push({ atMs: startMs, body: { kind: 'dns.setup', runId, name, types: [...types], search: [], ndots: 1, services: ['files', 'dns'], servicesFrom: '/etc/nsswitch.conf line 12', hosts: [], ...setup } })
  for (const { server, role = 'own', name: called = null, from = 'chosen', refused = null } of servers) {
    const [at = '', port = '53'] = server.split('#')
    events.push({ atMs: startMs + 1, body: { kind: 'dns.server', runId, server, address: at, port: Number(port), role, name: called, from, refused } })
  }
  for (let round = 1; round <= rounds; round++) {
    const atMs = startMs + (round - 1) * ROUND_MS + 100
    events.push(...roundOf({ ...world, name, types }, { runId, round, atMs }))
    if (!(world.open === true && round === rounds)) events.push({ atMs: atMs + 900, body: { kind: 'dns.round', runId, round, nextInMs: round === rounds ? null : ROUND_MS - 1000 } })
  }
  return events
}

type At = { runId: ReturnType<typeof runIdOf>; round: number; atMs: number }

function roundOf(world: NamesWorld & { name: string; types: readonly string[] }, { runId, round, atMs }: At): Timed[] {
  const of = { runId, line: round, round }
  const timed = (body: Timed['body']): Timed => ({ atMs, body })
  const events: Timed[] = []
  for (const { server, refused, says = clean, serial } of world.servers) {
    if (refused) continue
    for (const type of world.types) {
      const reply = says(type, round)
      if (reply) events.push(timed({ kind: 'dns.answer', ...of, server, purpose: 'matrix', name: world.name, type, reply }))
    }
    const known = serial?.(round) ?? null
    if (known !== null) events.push(timed({ kind: 'dns.answer', ...of, server, purpose: 'zone', name: ZONE, type: 'SOA', reply: aa(answer([rr('SOA', `ns1.${ZONE} root.${ZONE} ${known} 10800 600 86400 60`, { name: ZONE })])) }))
  }
  if (world.os) {
    const { addresses = [], status: found = addresses.length > 0 ? 'found' : 'not-found', source = null, ms = 2 } = world.os
    events.push(timed({ kind: 'dns.os', ...of, name: world.name, status: found, addresses: [...addresses], ms, source }))
  }
  for (const { purpose, server = '10.0.0.53', name = world.name, type, reply, round: only } of world.asides ?? []) {
    if (only === undefined || only === round) events.push(timed({ kind: 'dns.answer', ...of, server, purpose, name, type, reply }))
  }
  for (const { address, state, ms = state === 'open' || state === 'refused' ? 12 : null, port = 443, text = state } of world.ports ?? []) events.push(timed({ kind: 'dns.port', ...of, address, port, state, ms, text }))
  if (round === 1) for (const { zone, server, address = '192.0.2.1', reply, child = null } of world.walk ?? []) events.push(timed({ kind: 'dns.delegation', runId, line: round, zone, serverName: server, address, reply, child: child && { glue: [], ...child }, refused: null }))
  return events
}
