/** The probe's look at TLS: certificates of every kind, and peers that speak something else. */
import { X509Certificate } from 'node:crypto'
import { createSecureServer } from 'node:http2'
import { createServer as createHttp } from 'node:http'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer as createTls } from 'node:tls'
import { afterAll, expect, test } from 'vitest'
import { readNames } from '#server/runner/reach/certificates.mjs'
import { makeCertificate, makeSites, type SiteName } from '#test/support/certificates.ts'
import { drip, endlessly, page, talker, tlsTalker } from './hostile-servers.ts'
import { listening, runProbe, type Read } from './probe-run.ts'

const { authority, sites } = makeSites({ names: ['shop.example', '*.shop.example'], addresses: ['127.0.0.1', '::1'] })
const folder = mkdtempSync(join(tmpdir(), 'reach-'))
const trusted = join(folder, 'authority.pem')
writeFileSync(trusted, authority)
afterAll(() => rmSync(folder, { recursive: true }))

interface Wanted { depth?: 'tls' | 'https'; name?: string; timeoutMs?: number }
const check = (port: number, { depth = 'tls', name = 'shop.example', timeoutMs = 1500 }: Wanted = {}): Promise<Read> =>
  runProbe(['check', '--port', String(port), '--timeout', String(timeoutMs), '--depth', depth, '--name', name, '--', '127.0.0.1'], { env: { NODE_EXTRA_CA_CERTS: trusted } })

test('a good site: version, names, dates, chain as it was sent, and nothing to refuse', async () => {
  const asked: string[] = []
  const { tls, http, code } = await check(await listening(page(sites.good, asked)), { depth: 'https' })
  const x509 = new X509Certificate(sites.good.cert)
  expect(tls).toHaveLength(1)
  expect(tls[0]).toMatchObject({ serverName: 'shop.example', shaken: true, version: 'TLSv1.3', cipher: expect.stringMatching(/^TLS_/), alpn: 'http/1.1', reason: null, reasonText: null, hop: 0 })
  expect(tls[0]?.chain).toEqual([
    {
      subject: 'CN=shop.example', issuer: 'CN=Test Issuing', names: ['shop.example', '*.shop.example', '127.0.0.1', '::1'], notBeforeMs: Date.parse(x509.validFrom), notAfterMs: Date.parse(x509.validTo),
      serial: x509.serialNumber, sha256: x509.fingerprint256.replaceAll(':', '').toLowerCase(), key: 'EC P-256', selfIssued: false,
    },
    expect.objectContaining({ subject: 'CN=Test Issuing', issuer: 'CN=Test Root', names: [], selfIssued: false }),
  ])
  expect(http).toEqual([expect.objectContaining({ status: 200, server: 'test', problem: null })])
  for (const ms of [http[0]?.connectMs, http[0]?.tlsMs, http[0]?.firstByteMs]) expect(ms).toBeGreaterThan(0)
  expect(asked).toEqual([expect.stringMatching(/^GET \/ shop\.example:\d+ no length hopscope-reach 1\.1$/)])
  expect(code).toBe(0)
})

test.each<[SiteName, string, RegExp]>([
  ['expired', 'CERT_HAS_EXPIRED', /^It expired on \d{4}-\d\d-\d\d, 3 days ago\.$/],
  ['not-yet', 'CERT_NOT_YET_VALID', /^It is valid from \d{4}-\d\d-\d\d on, 2 days from now by this vantage's clock\.$/],
  ['wrong-name', 'ERR_TLS_CERT_ALTNAME_INVALID', /^It is for elsewhere\.example, not for the name shop\.example\.$/],
  ['self-signed', 'DEPTH_ZERO_SELF_SIGNED_CERT', /^It is signed by itself, not by an authority\.$/],
  ['missing-intermediate', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', /sent its own certificate alone/],
])('%s: the reason, and the page all the same', async (site, reason, text) => {
  const { tls, http } = await check(await listening(page(sites[site], [])), { depth: 'https' })
  expect(tls[0]).toMatchObject({ shaken: true, reason, reasonText: expect.stringMatching(text) })
  expect(http[0]).toMatchObject({ status: 200, problem: null })
})

test('of several reasons the one that says what to do comes first, and all are told', async () => {
  const { keyPem, certPem } = makeCertificate({ names: ['a.example', 'b.example', 'c.example', 'd.example'], notBeforeMs: Date.now() - 9e9, notAfterMs: Date.now() - 3.6e6 })
  const { tls } = await check(await listening(createTls({ key: keyPem, cert: certPem })))
  expect(tls[0]).toMatchObject({ reason: 'CERT_HAS_EXPIRED', reasonText: expect.stringMatching(/less than a day ago\. It is for a\.example, b\.example and 2 more, not for the name shop\.example\. It is signed by itself/) })
})

test('an expired issuer is named', async () => {
  const root = makeCertificate({ commonName: 'Old Root', isAuthority: true })
  const issuer = makeCertificate({ commonName: 'Old Issuing', isAuthority: true, issuer: root, notBeforeMs: Date.now() - 9e9, notAfterMs: Date.now() - 2 * 86_400_000 })
  const leaf = makeCertificate({ names: ['shop.example'], issuer })
  const file = join(folder, 'old.pem')
  writeFileSync(file, root.certPem)
  const port = await listening(createTls({ key: leaf.keyPem, cert: leaf.certPem + issuer.certPem }))
  const { tls } = await runProbe(['check', '--port', String(port), '--timeout', '1500', '--depth', 'tls', '--name', 'shop.example', '--', '127.0.0.1'], { env: { NODE_EXTRA_CA_CERTS: file } })
  expect(tls[0]).toMatchObject({ reason: 'CERT_HAS_EXPIRED', reasonText: expect.stringMatching(/^“CN=Old Issuing” in its chain expired on .* 2 days ago\.$/) })
})

test('an address has no server name, and must be in the certificate', async () => {
  const names: string[] = []
  const server = createTls({ ...sites.good, SNICallback: (name, done) => { names.push(name); done(null) } })
  const port = await listening(server)
  expect((await check(port, { name: '127.0.0.1' })).tls[0]).toMatchObject({ serverName: null, reason: null })
  expect((await check(port, { name: '127.0.0.2' })).tls[0]).toMatchObject({ reason: 'ERR_TLS_CERT_ALTNAME_INVALID', reasonText: expect.stringContaining('not for the address 127.0.0.2') })
  expect(names).toEqual([])
  expect((await check(port, { name: 'www.shop.example' })).tls[0]).toMatchObject({ serverName: 'www.shop.example', reason: null })
  expect(names).toEqual(['www.shop.example'])
})

test('HTTP/2 is learnt, and the page is read over HTTP/1.1', async () => {
  const server = createSecureServer({ ...sites.good, allowHTTP1: true }, (_request, response) => { response.writeHead(204).end() })
  const { tls, http, tcp } = await check(await listening(server), { depth: 'https' })
  expect(tls[0]).toMatchObject({ alpn: 'h2', shaken: true })
  expect(http[0]).toMatchObject({ status: 204, problem: null })
  expect(tcp).toHaveLength(1)
})

test('a server that speaks HTTP/2 alone is told as that', async () => {
  const server = createTls({ ...sites.good, ALPNProtocols: ['h2'] }, (peer) => peer.on('error', () => undefined))
  server.on('tlsClientError', () => undefined)
  const { tls, http } = await check(await listening(server), { depth: 'https' })
  expect(tls[0]).toMatchObject({ alpn: 'h2' })
  expect(http[0]).toMatchObject({ status: null, problem: 'The server speaks only HTTP/2, which is not read here.' })
})

test('an old version of TLS alone is refused with its reason', async () => {
  const server = createTls({ ...sites.good, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' })
  server.on('tlsClientError', () => undefined)
  const { tls, http } = await check(await listening(server), { depth: 'https' })
  expect(tls[0]).toMatchObject({ shaken: false, version: null, chain: [], reason: expect.stringMatching(/PROTOCOL/), reasonText: expect.stringMatching(/older than 1\.2|protocol version/) })
  expect(http[0]).toMatchObject({ status: null, problem: expect.stringMatching(/^No TLS: /) })
})

test('a server that wants a certificate of the client', async () => {
  const server = createTls({ ...sites.good, maxVersion: 'TLSv1.2', requestCert: true, rejectUnauthorized: true, ca: authority })
  server.on('tlsClientError', () => undefined)
  const { tls, code } = await check(await listening(server), { depth: 'https' })
  expect(code).toBe(0)
  expect(tls).toHaveLength(1)
})

const others: [string, (peer: Socket) => void, { greet?: boolean }, object][] = [
  ['SMTP', (peer) => peer.write('220 mail.example ESMTP\r\n'), { greet: true }, { reasonText: 'The server speaks SMTP without TLS on this port.' }],
  ['SSH', (peer) => peer.write('SSH-2.0-x\r\n'), { greet: true }, { reasonText: 'The server speaks SSH without TLS on this port.' }],
  ['noise', (peer) => peer.write('\x00\x01\x02garbage\x1b[31m'), {}, { reasonText: 'What the server sent is not TLS; it begins “...garbage.[31m”.' }],
  ['noise without end', (peer) => endlessly(peer, 'x'.repeat(65_536)), {}, { reasonText: expect.stringContaining('not TLS') }],
  ['a close', (peer) => peer.end(), {}, { reasonText: 'The server closed the connection during the TLS handshake.' }],
  ['a reset', (peer) => peer.resetAndDestroy(), {}, { reason: 'ECONNRESET', reasonText: 'The connection was reset during the TLS handshake.' }],
  ['silence', () => undefined, {}, { reason: 'TIMEOUT', reasonText: 'The server took the connection and did not finish the TLS handshake in time.' }],
  ['a record that drips', (peer) => drip(peer, '\x16\x03\x03\x3f\xff', 20), {}, { reason: 'TIMEOUT' }],
  ['an alert', (peer) => peer.end(Buffer.from('15030300020228', 'hex')), {}, { reasonText: 'The server refused the handshake with the alert “handshake failure”.' }],
]

test.each(others)('%s in place of TLS is told within bounds', async (_name, say, options, wanted) => {
  const { tls, http, code, stdout } = await check(await listening(talker(say, options)), { depth: 'https', timeoutMs: 400 })
  expect(tls).toEqual([expect.objectContaining({ shaken: false, version: null, chain: [], ...wanted })])
  expect(http).toEqual([expect.objectContaining({ status: null, problem: expect.stringMatching(/^No TLS: /) })])
  expect(code).toBe(0)
  expect(stdout.length).toBeLessThan(4000)
})

test('HTTP on a port of TLS', async () => {
  const { tls } = await check(await listening(createHttp((_request, response) => response.end())))
  expect(tls[0]).toMatchObject({ shaken: false, reasonText: 'The server speaks HTTP without TLS on this port.' })
})

test('TLS that then says nothing, or says it for ever', async () => {
  const silent = await check(await listening(tlsTalker(sites.good, () => undefined)), { depth: 'https', timeoutMs: 400 })
  expect(silent.http[0]).toMatchObject({ status: null, problem: 'The server took the request and did not answer in time.' })
  const endless = await check(await listening(tlsTalker(sites.good, (peer) => endlessly(peer, 'HTTP/1.1 100 x\r\n\r\n'))), { depth: 'https', timeoutMs: 400 })
  expect(endless.http[0]).toMatchObject({ status: null, problem: expect.stringContaining('16 KiB') })
})

const manyNames = (count: number): string[] => Array.from({ length: count }, (_, at) => `host-${at}.example`)

test('a certificate of thousands of names is cut, and the rest counted', async () => {
  const { keyPem, certPem } = makeCertificate({ names: manyNames(3000) })
  const { tls } = await check(await listening(createTls({ key: keyPem, cert: certPem })), { name: 'host-2999.example' })
  expect(tls[0]?.chain[0]).toMatchObject({ namesCut: 2900 })
  expect(tls[0]?.chain[0]?.names).toEqual(manyNames(100))
  expect(tls[0]?.reason).toBe('DEPTH_ZERO_SELF_SIGNED_CERT')
})

test('a certificate of ten thousand names is too large for a client', async () => {
  const { keyPem, certPem } = makeCertificate({ names: manyNames(10_000) })
  const { tls } = await check(await listening(tlsTalker({ key: keyPem, cert: certPem }, () => undefined)))
  expect(tls[0]).toMatchObject({ shaken: false, chain: [], reasonText: 'The server sent a certificate larger than clients take.' })
})

test('hostile names are data', async () => {
  const evil = '<img src=x>\u001b[31m"\\,\u202e'
  const { keyPem, certPem } = makeCertificate({ commonName: `${evil}${'x'.repeat(2000)}`, names: ['a, DNS:fake.example', '\x1b]0;x\x07', '\xff\xfe'] })
  const { tls, stdout } = await check(await listening(createTls({ key: keyPem, cert: certPem })))
  expect(stdout).not.toContain('\u001b')
  expect(tls[0]?.chain[0]?.subject).toHaveLength(301)
  expect(tls[0]?.chain[0]?.names).toHaveLength(3)
  expect(tls[0]?.chain[0]?.names).toContain('a, DNS:fake.example')
})

test('names as node:crypto writes them', () => {
  expect(readNames('DNS:a.example, IP Address:192.0.2.1, IP Address:2001:DB8:0:0:0:0:0:1, URI:https://x, DNS:"b, c", DNS:d', 3)).toEqual({ names: ['a.example', '192.0.2.1', '2001:db8::1'], count: 5 })
  expect(readNames('DNS:"b, c"', 3)).toEqual({ names: ['b, c'], count: 1 })
  expect(readNames('', 3)).toEqual({ names: [], count: 0 })
})
