/** Names and reach as text for a ticket: what every server said, what stands in the way, and nothing that acts on a terminal. */
import { describe, expect, it } from 'vitest'
import { createClock } from '#lib/format/time.ts'
import type { RunId } from '#lib/protocol/ids.ts'
import type { DnsRun, NslookupRun } from '#lib/session/runs.ts'
import type { DnsReply } from '#lib/tools/dns/reply.ts'
import type { DnsCell, DnsServerView, DnsView } from '#lib/tools/dns/view.ts'
import { dnsLines, nslookupLines, reachLines } from '../../app/_lib/ticket-names.ts'
import { blame, http, NOW, reachAddress, reachRun, redirect, START, tls } from './reach-views.ts'

const clock = createClock('UTC')
const reply = (change: Partial<DnsReply> = {}): DnsReply => ({
  status: 'NOERROR', server: { address: '10.0.0.53', port: 53 }, transport: 'udp', flags: ['qr', 'rd', 'ra'], authoritative: false, answers: [], authority: [], additional: [], queryMs: 3, bytes: 81, truncated: false, ede: [], ...change,
})
const record = (type: string, value: string) => ({ name: 'a.example', type, ttl: 60, value })
const cell = (type: string, of: DnsReply): DnsCell => ({ type, reply: of, line: 1, atMs: NOW, round: 1, key: 'k', asked: 1, noReply: 0, inARow: 1, spans: [] })
const server = (id: string, cells: readonly DnsCell[], change: Partial<DnsServerView> = {}): DnsServerView => ({
  server: id, address: id, port: 53, role: 'own', name: null, from: '/etc/resolv.conf line 1', refused: null, cells: new Map(cells.map((one) => [one.type, one])), times: [], medianMs: Number.NaN, serial: null, ...change,
})

const { view: _, ...base } = reachRun([])
const dnsRun = (change: Partial<DnsView>): DnsRun => ({
  ...base, tool: 'dns', runId: 'run-dns-00000000' as RunId,
  view: { name: 'a.example', types: ['A', 'AAAA'], setup: null, servers: [], os: null, ports: [], walk: [], asides: [], rounds: 2, roundAtMs: NOW, nextAtMs: null, counts: { asked: 4, answered: 3, noReply: 1 }, fatal: null, ended: false, revision: 1, ...change },
})

describe('names', () => {
  it('say what each server answers, in the words of the protocol, and what programs get', () => {
    const lines = dnsLines(dnsRun({
      os: { line: 1, round: 1, atMs: NOW, name: 'a.example', status: 'found', addresses: ['192.0.2.9'], ms: 1, source: '/etc/hosts line 3', key: 'k', spans: [] },
      servers: [
        server('10.0.0.53', [cell('A', reply({ answers: [record('A', '192.0.2.7'), record('CNAME', 'b.example')] })), cell('AAAA', reply())]),
        server('10.0.0.54', [cell('A', reply({ status: 'TIMEOUT', server: null })), cell('AAAA', reply({ status: 'SERVFAIL' }))]),
        server('1.1.1.1', [], { refused: 'rule 9 refuses it' }),
      ],
      ports: [{ line: 1, round: 1, atMs: NOW, address: '192.0.2.7', port: 443, state: 'open', ms: 31.8, text: '' }],
    }))
    expect(lines).toEqual([
      '  a.example, A AAAA: 3 of 4 questions answered, 2 rounds; newest answers:',
      '  programs of this host: 192.0.2.9, from /etc/hosts line 3',
      '  10.0.0.53 (/etc/resolv.conf line 1): A 192.0.2.7; AAAA NODATA',
      '  10.0.0.54 (/etc/resolv.conf line 1): A no answer; AAAA SERVFAIL',
      '  1.1.1.1 (/etc/resolv.conf line 1): not asked, rule 9 refuses it',
      '  192.0.2.7:443 open in 31.8\u00a0ms',
    ])
  })
  it('before the first question say so', () => expect(dnsLines(dnsRun({ name: '' }))).toEqual(['  nothing asked yet']))
  it('stay on their line and act on nothing', () => {
    const hostile = 'x\n  10.0.0.1 (me): A 1.1.1.1\u001b[2J\u202e'
    const lines = [
      ...dnsLines(dnsRun({ servers: [server('10.0.0.53', [cell('A', reply({ answers: [record('A', hostile)] }))], { name: hostile })] })),
      ...nslookupLines({ ...base, tool: 'nslookup', runId: 'run-nslookup-000' as RunId, view: { replies: [{ line: 1, atMs: NOW, name: hostile, type: 'TXT', serverName: null, reply: reply({ answers: [record('TXT', hostile)] }) }], attempts: [{ line: 1, atMs: NOW, server: hostile, error: 'timeout', text: hostile }], fatal: null, revision: 1 } } satisfies NslookupRun),
      ...reachLines(reachRun([reachAddress('open', { http: [http({ url: hostile, status: null, problem: hostile })], redirects: [redirect({ url: hostile, reason: hostile })], tls: tls({ alpn: hostile, reason: 'X', reasonText: hostile }) })]), clock, NOW),
    ]
    for (const line of lines) expect([...line].filter((letter) => letter < ' ' || letter === '\u202e')).toEqual([])
  })
})

it('reach says of every address how it stands, who said so, and what TLS and HTTP come to', () => {
  const lines = reachLines(reachRun([
    reachAddress('open', { tls: tls(), http: [http({ status: 302 })], redirects: [redirect()] }),
    reachAddress('timeout', { address: '2001:db8::24', family: 6, blame: blame({ how: 'icmp', icmp: 'admin-prohibited', by: '192.0.2.9' }) }),
  ]), clock, NOW)
  expect(lines[0]).toBe(`  198.51.100.24:443 open since ${clock.hms(START)}; 118 of 120 open, 2 no answer`)
  expect(lines[1]).toMatch(/^ {4}connect time min .*; failed 0\.0\u00a0%, 0 of 120$/)
  expect(lines.slice(2, 5)).toEqual([
    '    TLSv1.3, ALPN h2, CN=checkout.example.com, 41 days left', '    GET https://checkout.example.com/: 302 Found',
    '    Not followed: the target policy refuses where it leads: https://10.0.0.7/. Rule 4 of the target policy refuses 10.0.0.0/8.',
  ])
  expect(lines[5]).toMatch(/^ {2}\[2001:db8::24\]:443 filtered, by 192\.0\.2\.9: admin prohibited since .*; 0 of 120 open, 120 no answer$/)
})
