/** Lines of the probe, lines of traceroute, and addresses of redirects, read back. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readBlame } from '#lib/tools/reach/blame.ts'
import { readTcpLine } from '#lib/tools/reach/lines.ts'
import { RecordReader } from '#lib/tools/reach/records.ts'
import { resolveLocation, urlText, type HttpUrl } from '#lib/tools/reach/url.ts'

const states = ['open', 'refused', 'timeout', 'unreachable', 'denied', 'error'] as const

test('a line of a connection reads back as it was written', () => {
  const micros = fc.integer({ min: 1, max: 4_000_000_000_000_000 })
  fc.assert(fc.property(micros, fc.constantFrom(...states), fc.option(fc.integer({ min: 0, max: 10_000_000 })), fc.option(fc.constantFrom('ECONNREFUSED', 'EHOSTUNREACH')), fc.integer({ min: 1, max: 65_535 }), (at, state, us, code, port) => {
    const line = `${Math.floor(at / 1e6)}.${String(at % 1e6).padStart(6, '0')} tcp 2001:db8::1 ${port} 12 ${state} ${us === null ? '-' : (us / 1000).toFixed(3)} ${code ?? '-'}`
    expect(readTcpLine(line)).toEqual({ kind: 'tcp', sentAtMs: at / 1000, address: '2001:db8::1', port, n: 12, state, ms: us === null ? null : us / 1000, code })
  }))
})

test.each([
  '', ' 1795376829.605500 tcp 192.0.2.1 80 1 open 1.000 -', '1795376829.605500 tcp 192.0.2.1 80 1 opened 1.000 -', '1795376829.605500 tcp 192.0.2.1 80 1 open 1.000 - ',
  '1795376829.6055 tcp 192.0.2.1 80 1 open 1.000 -', '1795376829.605500 tcp 192.0.2.1 80 1 open -1 -', '1795376829.605500 tcp 192.0.2.1 80 1 open 1.000 econn', '1795376829.605500 tcp 192.0.2.1 80 1 open 1.000',
])('no line of a connection: %s', (line) => {
  expect(readTcpLine(line)).toBeNull()
})

const HTTP = { address: '192.0.2.1', port: 80, hop: 0, url: 'http://x/', status: 200, location: null, server: null, connectMs: 1, tlsMs: null, firstByteMs: 2, problem: null }
const TLS = { address: '192.0.2.1', port: 443, hop: 0, serverName: 'x', shaken: true, ms: 3, version: 'TLSv1.3', cipher: 'A', alpn: null, reason: null, reasonText: null, certificates: 1 }
const CERT = { address: '192.0.2.1', port: 443, hop: 0, i: 0, subject: 'CN=x', issuer: 'CN=y', names: ['x'], notBeforeMs: 1, notAfterMs: 2, serial: '01', sha256: 'aa', key: 'EC P-256', selfIssued: false }
const readAll = (lines: readonly string[]): unknown[] => {
  const reader = new RecordReader()
  return lines.map((line) => reader.read(line))
}

test('records go on over lines, and certificates wait for the line that concludes them', () => {
  const json = JSON.stringify(CERT)
  const { address, port, hop, i, ...certificate } = CERT
  const { certificates, ...told } = TLS
  expect([address, port, hop, i, certificates]).toEqual(['192.0.2.1', 443, 0, 0, 1])
  expect(readAll([`1.000001 http ${JSON.stringify(HTTP)}`, `2.000000 cert+ ${json.slice(0, 20)}`, `2.000000 cert+ ${json.slice(20, 40)}`, `2.000000 cert ${json.slice(40)}`, `2.000000 tls ${JSON.stringify(TLS)}`, `3.000000 tls ${JSON.stringify(TLS)}`])).toEqual([
    { kind: 'http', atMs: 1000.001, ...HTTP }, { kind: 'part' }, { kind: 'part' }, { kind: 'part' }, { kind: 'tls', atMs: 2000, ...told, chain: [certificate] }, { kind: 'tls', atMs: 3000, ...told, chain: [] },
  ])
})

test('what is no record, out of place or too long is none', () => {
  expect(readAll(['1.000000 http {', '1.000000 http null', '1.000000 http []', `1.000000 http ${JSON.stringify({ ...HTTP, status: '200' })}`, '1.000000 cert+ {', `1.000000 http ${JSON.stringify(HTTP)}`, `1.000000 cert ${JSON.stringify({ ...CERT, i: 1 })}`, 'x'])).toEqual([null, null, null, null, { kind: 'part' }, null, null, null])
  const reader = new RecordReader()
  const piece = `1.000000 cert+ ${'x'.repeat(4000)}`
  const told = Array.from({ length: 40 }, () => reader.read(piece))
  expect(told.filter((one) => one === null).length).toBeGreaterThan(0)
})

// Printed by traceroute 2.1.2 in a namespace where a router or the target dropped, refused or forbade (test/lab/reach-blame.test.ts makes them anew).
test.each([
  ['64  192.0.2.9 <rst,ack>  0.043 ms', 'refused', { by: '192.0.2.9', how: 'rst', icmp: null, ms: 0.043 }],
  ['64  2001:db8::9 <syn,ack>  0.074 ms', 'timeout', { by: '2001:db8::9', how: 'syn-ack', icmp: null, ms: 0.074 }],
  ['64  *', 'timeout', { by: null, how: 'silence', icmp: null, ms: null }],
  ['64  10.1.0.254  0.040 ms !X', 'unreachable', { by: '10.1.0.254', how: 'icmp', icmp: 'admin-prohibited', ms: 0.04 }],
  ['64  10.1.0.254  0.040 ms !H', 'unreachable', { by: '10.1.0.254', how: 'icmp', icmp: 'host-unreachable', ms: 0.04 }],
  ['64  fd01::ff  0.049 ms !H', 'unreachable', { by: 'fd01::ff', how: 'icmp', icmp: 'address-unreachable', ms: 0.049 }],
  ['64  fd01::ff  0.050 ms !N', 'unreachable', { by: 'fd01::ff', how: 'icmp', icmp: 'no-route', ms: 0.05 }],
  ['64  10.1.0.254  0.063 ms !<10>', 'unreachable', { by: '10.1.0.254', how: 'icmp', icmp: 'host-prohibited', ms: 0.063 }],
  ['64  10.1.0.254  0.063 ms', 'refused', { by: '10.1.0.254', how: 'icmp', icmp: 'port-unreachable', ms: 0.063 }],
  ['64  10.1.0.254  12.500 ms', 'timeout', { by: '10.1.0.254', how: 'icmp', icmp: 'ttl-exceeded', ms: 12.5 }],
  ['send: Operation not permitted', 'timeout', { by: null, how: 'local', icmp: null, ms: null }],
  ['connect: Permission denied', 'denied', { by: null, how: 'local', icmp: null, ms: null }],
  ['traceroute to 192.0.2.9 (192.0.2.9), 64 hops max, 60 byte packets', 'timeout', null],
  ['You do not have enough privileges to use this traceroute method.', 'timeout', null],
  ['socket: Operation not permitted', 'timeout', null],
  ['64  evil<script>  0.040 ms', 'timeout', null], ['', 'timeout', null],
] as const)('who: %s', (line, state, wanted) => {
  expect(readBlame(line, state)).toEqual(wanted)
})

const BASE: HttpUrl = { scheme: 'https', host: 'shop.example', port: 8443, path: '/a/b/c?q=1' }

test.each([
  ['https://other.example/x?y#z', 'https://other.example/x?y'], ['http://other.example', 'http://other.example/'], ['HTTP://OTHER.example:8080/P', 'http://other.example:8080/P'], ['//other.example/x', 'https://other.example/x'],
  ['/d', 'https://shop.example:8443/d'], ['d', 'https://shop.example:8443/a/b/d'], ['../d', 'https://shop.example:8443/a/d'], ['./', 'https://shop.example:8443/a/b/'], ['../../../../d', 'https://shop.example:8443/d'],
  ['?z', 'https://shop.example:8443/a/b/c?z'], ['', 'https://shop.example:8443/a/b/c?q=1'], ['#top', 'https://shop.example:8443/a/b/c?q=1'], ['https://[2001:db8::1]:444/', 'https://[2001:db8::1]:444/'],
  ['https://192.0.2.1/', 'https://192.0.2.1/'], ['/caf\u00e9', 'https://shop.example:8443/caf%E9'], ['https://other.example?q', 'https://other.example/?q'], ['https://other.example./x', 'https://other.example/x'],
])('%s leads to %s', (location, wanted) => {
  const led = resolveLocation(BASE, location)
  expect(led.kind === 'url' ? urlText(led.url) : led).toBe(wanted)
})

test.each([
  ['ftp://other.example/', 'not-http'], ['javascript:alert(1)', 'not-http'], ['mailto:a@b', 'not-http'], ['data:text/html,x', 'not-http'], ['file:///etc/passwd', 'not-http'],
  ['https:other.example', 'invalid'], ['https://user@other.example/', 'invalid'], ['https://a\\@b/', 'invalid'], ['/a b', 'invalid'], ['/a\r\nX: y', 'invalid'], ['/\u0000', 'invalid'],
  ['https://0x7f.1/', 'invalid'], ['https://127.1/', 'invalid'], ['https://%31.example/', 'invalid'], ['https://other.example:99999/', 'invalid'], ['https:///x', 'invalid'], [`/${'x'.repeat(3000)}`, 'invalid'], ['https://fe80::1/', 'invalid'],
])('%s is not followed: %s', (location, kind) => {
  expect(resolveLocation(BASE, location)).toMatchObject({ kind, reason: expect.stringMatching(/.\.$/) })
})

test('whatever a peer writes, the path that is sent is visible ASCII and begins with a slash', () => {
  fc.assert(fc.property(fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)), maxLength: 60 }), (location) => {
    const led = resolveLocation(BASE, location)
    if (led.kind === 'url') expect(led.url.path).toMatch(/^\/[!-~]*$/)
    if (led.kind === 'url') expect(led.url.path).not.toContain('#')
  }))
})
