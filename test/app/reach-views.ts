/** Makes folded reach views without the fold, for what is drawn and written from them. */
import type { RunId } from '#lib/protocol/ids.ts'
import type { ReachRun } from '#lib/session/runs.ts'
import type { Certificate, ConnectState } from '#lib/tools/reach/events.ts'
import type { ReachAddress } from '#lib/tools/reach/view.ts'
import { makePingView } from '#test/fixtures/ping-view.ts'

export const START = Date.UTC(2026, 10, 22, 13, 27, 38)
export const NOW = START + 120_000
const DAY = 86_400_000

export const certificate = (change: Partial<Certificate> = {}): Certificate => ({
  subject: 'CN=checkout.example.com', issuer: 'CN=Example CA', names: ['checkout.example.com'], notBeforeMs: NOW - 49 * DAY, notAfterMs: NOW + 41 * DAY, serial: '01', sha256: 'ab'.repeat(32), key: 'EC P-256', selfIssued: false, ...change,
})

type Tls = NonNullable<ReachAddress['tls']>
type Http = ReachAddress['http'][number]
type Redirect = ReachAddress['redirects'][number]
type Blame = NonNullable<ReachAddress['blame']>

export const at = { address: '198.51.100.24', port: 443, line: 9, atMs: NOW }

export const tls = (change: Partial<Tls> = {}): Tls => ({
  ...at, serverName: 'checkout.example.com', shaken: true, ms: 61.4, version: 'TLSv1.3', cipher: 'TLS_AES_128_GCM_SHA256', alpn: 'h2', reason: null, reasonText: null, chain: [certificate(), certificate({ subject: 'CN=Example CA', names: [], selfIssued: true })], ...change,
})

export const http = (change: Partial<Http> = {}): Http => ({
  ...at, hop: 0, url: 'https://checkout.example.com/', status: 200, location: null, server: 'nginx', phases: { dnsMs: null, connectMs: 31.2, tlsMs: 61.4, firstByteMs: 40.1 }, problem: null, ...change,
})

export const redirect = (change: Partial<Redirect> = {}): Redirect => ({ line: 12, atMs: NOW, hop: 1, url: 'https://10.0.0.7/', verdict: 'refused', address: '10.0.0.7', reason: 'Rule 4 of the target policy refuses 10.0.0.0/8.', ...change })

export const blame = (change: Partial<Blame> = {}): Blame => ({ ...at, by: '198.51.100.24', how: 'rst', icmp: null, ms: 30, ...change })

/** An address whose last handshakes all ended in `state`; 118 of 120 were open unless the state says otherwise. */
export function reachAddress(state: ConnectState | null, change: Partial<ReachAddress> = {}): ReachAddress {
  const none = { open: 0, refused: 0, timeout: 0, unreachable: 0, denied: 0, error: 0 }
  const answers = state === 'open' || state === 'refused'
  return {
    address: '198.51.100.24', family: 4, port: 443,
    last: state === null ? null : { state, ms: answers ? 31.2 : 3000, code: null, atMs: NOW, line: 240 },
    counts: state === null ? { ...none, sent: 0 } : state === 'open' ? { ...none, open: 118, timeout: 2, sent: 120 } : { ...none, [state]: 120, sent: 120 },
    inARow: 60, sinceMs: START, series: { ...makePingView({ seed: 3, probes: state === null ? 0 : 120, scenario: answers ? 'calm' : 'silent', startMs: START }), ttls: [] },
    blame: null, tls: null, http: [], redirects: [], ...change,
  }
}

export function reachRun(addresses: readonly ReachAddress[], change: Partial<ReachRun> = {}): ReachRun {
  return {
    runId: 'run-reach-000000' as RunId, tool: 'reach', target: { host: 'checkout.example.com', address: '198.51.100.24', family: 4, addresses: ['198.51.100.24'] }, options: { depth: 'auto', intervalMs: 1000, checkS: 60 }, by: 'mo', policyId: 'p1',
    state: 'running', queuedAtMs: START, startedAtMs: START, endedAtMs: null, argv: ['/usr/bin/node', 'probe.mjs'], pid: 7, user: 'hopscope', deadlineMs: null, sources: [], outcome: null, unrecognised: 0, truncatedBytes: 0, steps: [], overlaps: [],
    view: { host: 'checkout.example.com', port: 443, addresses, checked: true, fatal: null, ended: false, revision: 1 }, ...change,
  }
}
