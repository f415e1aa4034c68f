/** Answers of name servers and TCP handshakes as CSV: one row each, nothing of another run, and no cell that a spreadsheet takes for a formula (S53). */
import { expect, it } from 'vitest'
import type { Observed, SessionEvent } from '#lib/protocol/events.ts'
import { RunId } from '#lib/protocol/ids.ts'
import type { DnsReply } from '#lib/tools/dns/reply.ts'
import { dnsCsvExport } from '#server/web/exports/dns-csv.ts'
import { reachCsvExport } from '#server/web/exports/reach-csv.ts'
import type { Reading } from '#server/web/reading.ts'

const runId = RunId.parse('RRRRRRRRRRRRRRRR')
const other = RunId.parse('OOOOOOOOOOOOOOOO')
const t = 1_700_000_000_000
const at = '2023-11-14T22:13:20.000Z,1700000000000'
const of = { runId, line: 1, atMs: t }

async function rows(csv: typeof dnsCsvExport, bodies: readonly Observed[], page = 2): Promise<string[]> {
  const events = bodies.map((body, i): SessionEvent => ({ ...body, seq: i + 1 }))
  const reading: Pick<Reading, 'pages'> = { async *pages() { for (let i = 0; i < events.length; i += page) yield events.slice(i, i + page) } }
  let text = ''
  for await (const chunk of csv(reading, runId)) text += chunk
  return text.split('\r\n').slice(1, -1)
}

const reply = (change: Partial<DnsReply>): DnsReply => ({ status: 'NOERROR', server: null, transport: 'udp', flags: [], authoritative: true, answers: [], authority: [], additional: [], queryMs: 4, bytes: null, truncated: false, ede: [], ...change })
const answer = (change: Partial<DnsReply>, more: object = {}): Observed => ({ kind: 'dns.answer', ...of, round: 2, server: '10.0.0.53', purpose: 'matrix', name: 'a.example', type: 'A', reply: reply(change), ...more })

it('a row for each record, one for an answer without any, one for each address that getent gave', async () => {
  const record = { name: 'a.example', type: 'A', ttl: 60, value: '192.0.2.1' }
  expect(await rows(dnsCsvExport, [
    answer({ answers: [record], additional: [{ ...record, name: 'b.example', value: '192.0.2.2', ttl: null }] }),
    answer({ status: 'TIMEOUT', queryMs: null, transport: null, authoritative: null, text: 'no servers could be reached' }),
    answer({ status: 'SERVFAIL', ede: [{ code: 9, text: 'DNSKEY Missing' }] }), answer({}, { runId: other }),
    { kind: 'dns.os', ...of, round: 2, name: 'a.example', status: 'found', addresses: ['192.0.2.1', '2001:db8::1'], ms: 1.5, source: '/etc/hosts line 3' },
    { kind: 'dns.os', ...of, round: 3, name: 'a.example', status: 'not-found', addresses: [], ms: null, source: null, text: 'nothing' },
    { kind: 'dns.round', runId, atMs: t, round: 2, nextInMs: null },
  ])).toEqual([
    `${runId},2,${at},matrix,10.0.0.53,a.example,A,NOERROR,4,udp,true,answers,a.example,A,60,192.0.2.1,`,
    `${runId},2,${at},matrix,10.0.0.53,a.example,A,NOERROR,4,udp,true,additional,b.example,A,,192.0.2.2,`,
    `${runId},2,${at},matrix,10.0.0.53,a.example,A,TIMEOUT,,,,,,,,,no servers could be reached`,
    `${runId},2,${at},matrix,10.0.0.53,a.example,A,SERVFAIL,4,udp,true,,,,,,9 DNSKEY Missing`,
    `${runId},2,${at},os,/etc/hosts line 3,a.example,,found,1.5,,,,,,,192.0.2.1,`,
    `${runId},2,${at},os,/etc/hosts line 3,a.example,,found,1.5,,,,,,,2001:db8::1,`,
    `${runId},3,${at},os,,a.example,,not-found,,,,,,,,,nothing`,
  ])
})

it('nslookup: its answers and the servers that gave none', async () => {
  expect(await rows(dnsCsvExport, [
    { kind: 'nslookup.attempt', ...of, server: '10.0.0.53', error: 'timeout', text: 'timed out' },
    { kind: 'nslookup.reply', ...of, name: 'a.example', type: null, serverName: null, reply: reply({ server: { address: '10.0.0.54', port: 53 }, transport: null, queryMs: null, authoritative: false, status: 'NXDOMAIN' }) },
  ])).toEqual([
    `${runId},,${at},nslookup,10.0.0.53,,,timeout,,,,,,,,,timed out`,
    `${runId},,${at},nslookup,10.0.0.54,a.example,,NXDOMAIN,,,false,,,,,,`,
  ])
})

it('reach: a row for each handshake, look at TLS and HTTP, and redirect', async () => {
  const to = { address: '192.0.2.1', port: 443 }
  expect(await rows(reachCsvExport, [
    { kind: 'reach.connect', ...of, ...to, n: 1, sentAtMs: t, state: 'open', ms: 10.5, code: null },
    { kind: 'reach.connect', ...of, ...to, n: 2, sentAtMs: t, state: 'unreachable', ms: null, code: 'EHOSTUNREACH' },
    { kind: 'reach.connect', ...of, ...to, n: 2, sentAtMs: t, state: 'open', ms: 1, code: null, runId: other },
    { kind: 'reach.tls', ...of, ...to, serverName: 'a.example', shaken: true, ms: 20, version: 'TLSv1.3', cipher: null, alpn: null, reason: 'CERT_HAS_EXPIRED', reasonText: 'certificate has expired', chain: [] },
    { kind: 'reach.http', ...of, ...to, hop: 0, url: 'https://a.example/', status: 301, location: 'https://b.example/', server: null, phases: { dnsMs: 1, connectMs: 2, tlsMs: 3, firstByteMs: 4 }, problem: null },
    { kind: 'reach.redirect', ...of, hop: 1, url: 'https://b.example/', verdict: 'refused', address: '169.254.169.254', reason: 'rule 1' },
  ])).toEqual([
    `${runId},tcp,1,${at},192.0.2.1,443,open,10.5,,,`, `${runId},tcp,2,${at},192.0.2.1,443,unreachable,,EHOSTUNREACH,,`,
    `${runId},tls,,${at},192.0.2.1,443,CERT_HAS_EXPIRED,20,TLSv1.3,,certificate has expired`,
    `${runId},http,0,${at},192.0.2.1,443,301,4,,https://a.example/,https://b.example/`,
    `${runId},redirect,1,${at},169.254.169.254,,refused,,,https://b.example/,rule 1`,
  ])
})

it('what a server wrote is never a formula and never a second row', async () => {
  const evil = ['=HYPERLINK("http://x","y")', '+1', '-1', '@SUM(A1)', '\t=1', ' =1', '=1\r\n=2']
  const records = evil.map((value) => ({ name: value, type: 'TXT', ttl: 1, value }))
  const lines = await rows(dnsCsvExport, [answer({ answers: records })])
  const text = lines.join('\r\n')
  // RFC 4180: a cell is quoted (quotes doubled, any line ends within) or holds neither quote nor comma.
  const cells = [...text.matchAll(/(?:^|,|\r\n)(?:"((?:[^"]|"")*)"|([^",\r\n]*))/gy)].map(([, quoted, bare = '']) => quoted?.replaceAll('""', '"') ?? bare)
  expect(cells).toHaveLength(evil.length * 18)
  expect(cells.filter((cell) => /^\s*[=+@\t\r-]/.test(cell))).toEqual([])
  expect(text).toContain('"\'=HYPERLINK(""http://x"",""y"")"')
  const [line] = await rows(reachCsvExport, [{ kind: 'reach.http', ...of, address: '192.0.2.1', port: 80, hop: 0, url: '=cmd|x', status: null, location: '@evil', server: null, phases: { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null }, problem: null }])
  expect(line).toBe(`${runId},http,0,${at},192.0.2.1,80,,,,'=cmd|x,'@evil`)
})
