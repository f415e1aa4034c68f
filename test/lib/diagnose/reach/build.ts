/** Writes the log of a reach run by hand: connections, who stands in the way, certificates, HTTP and redirects. */
import type { EventOf } from '#lib/protocol/events.ts'
import { START_MS } from '#test/lib/session/history.ts'
import { opening, runIdOf, type RunOptions, type Timed } from '../path-history.ts'

export const HOST = 'www.example.test'
export const FOUR = '203.0.113.24'
export const FOUR2 = '203.0.113.25'
export const SIX = '2001:db8:1::24'
export const DAY = 86_400_000

type Connect = EventOf<'reach.connect'>
export type Fate = { state: Connect['state']; ms: number | null; code?: string | null }
export const open = (ms = 12): Fate => ({ state: 'open', ms })
export const REFUSED: Fate = { state: 'refused', ms: 12, code: 'ECONNREFUSED' }
export const SILENT: Fate = { state: 'timeout', ms: 3000, code: 'ETIMEDOUT' }
export const NO_ROUTE: Fate = { state: 'unreachable', ms: null, code: 'ENETUNREACH' }
export const UNREACHABLE: Fate = { state: 'unreachable', ms: 12, code: 'EHOSTUNREACH' }
export const DENIED: Fate = { state: 'denied', ms: null, code: 'EPERM' }

type Certificate = EventOf<'reach.tls'>['chain'][number]
export const certificate = (more: Partial<Certificate> = {}): Certificate => ({
  subject: `CN=${HOST}`, issuer: 'CN=Test CA', names: [HOST], notBeforeMs: START_MS - 30 * DAY, notAfterMs: START_MS + 60 * DAY, serial: '01', sha256: 'AA:BB:CC:DD:EE:FF:00:11', key: 'EC P-256', selfIssued: false, ...more,
})
export type Tls = Partial<Pick<EventOf<'reach.tls'>, 'shaken' | 'reason' | 'reasonText' | 'chain' | 'serverName' | 'ms' | 'version'>>
export type Http = Partial<Omit<EventOf<'reach.http'>, 'kind' | 'runId' | 'seq' | 'atMs' | 'line'>>
export type Redirect = Partial<Omit<EventOf<'reach.redirect'>, 'kind' | 'runId' | 'seq' | 'atMs' | 'line'>> & Pick<EventOf<'reach.redirect'>, 'url' | 'verdict'>

export interface Site {
  address: string
  /** By number, from 1. */
  fate: (n: number) => Fate
  blame?: Partial<Pick<EventOf<'reach.blame'>, 'by' | 'how' | 'icmp'>>
  tls?: Tls
  http?: readonly Http[]
  redirects?: readonly Redirect[]
}

export interface ReachWorld extends Partial<RunOptions> { sites: readonly Site[]; times?: number; port?: number }

export function reach({ sites, times = 20, port = 443, id = 'reach', tool = 'reach', ...rest }: ReachWorld): Timed[] {
  const runId = runIdOf(id)
  const startMs = START_MS + (rest.atS ?? 0) * 1000
  const addresses = sites.map(({ address }) => address)
  const events = opening({ id, tool, host: HOST, address: addresses[0] ?? FOUR, addresses, options: { port }, ...rest })
  for (const { address, fate, blame, tls, http = [], redirects = [] } of sites) {
    for (let n = 1; n <= times; n++) {
      const sentAtMs = startMs + (n - 1) * 1000
      const { state, ms, code = null } = fate(n)
      events.push({ atMs: sentAtMs + (ms ?? 0) + 1, body: { kind: 'reach.connect', runId, line: n, address, port, n, sentAtMs, state, ms, code } })
    }
    const of = { runId, line: 1, address, port }
    const later = (body: Timed['body']): void => { events.push({ atMs: startMs + 4000, body }) }
    if (blame) later({ kind: 'reach.blame', ...of, by: address, how: 'unknown', icmp: null, ms: 12, ...blame })
    if (tls) later({ kind: 'reach.tls', ...of, serverName: HOST, shaken: true, ms: 30, version: 'TLSv1.3', cipher: 'TLS_AES_128_GCM_SHA256', alpn: 'h2', reason: null, reasonText: null, chain: [certificate()], ...tls })
    http.forEach((one, hop) => later({ kind: 'reach.http', ...of, hop, begins: [address], url: `https://${HOST}/`, status: 200, location: null, server: null, phases: { dnsMs: null, connectMs: 12, tlsMs: 30, firstByteMs: 20 }, problem: null, ...one }))
    redirects.forEach((one, i) => later({ kind: 'reach.redirect', runId, line: 1, hop: i + 1, begins: [address], address: null, reason: null, ...one }))
  }
  // Rules look again when time has passed, which only an event can tell: here, a line that is not understood.
  events.push({ atMs: startMs + times * 1000 + 11_000, body: { kind: 'unrecognised', runId, line: times + 1, text: '' } })
  return events
}

/** A site where all is well. */
export const GOOD: Site = { address: FOUR, fate: () => open(), tls: {}, http: [{}] }
