/** The probe's look at HTTP: heads of every kind, all of them bounded. */
import { createServer as createHttp } from 'node:http'
import { createServer, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { readHead } from '#server/runner/reach/head.mjs'
import { drip, endlessly, talker } from './hostile-servers.ts'
import { closedPort, listening, runProbe } from './probe-run.ts'

const check = (port: number, more: readonly string[] = [], addresses: readonly string[] = ['127.0.0.1']): string[] =>
  ['check', '--port', String(port), '--timeout', '400', '--depth', 'http', '--name', 'shop.example', ...more, '--', ...addresses]

test('asks for the page of a name at an address, without a body, and reads its head', async () => {
  const asked: string[] = []
  const server = createHttp((request, response) => {
    asked.push(`${request.method} ${request.url} ${JSON.stringify(request.headers)}`)
    response.writeHead(301, { location: 'https://shop.example/there', server: 'nginx' }).end('a body that nobody reads')
  })
  const port = await listening(server)
  const { http, tcp, tls, code } = await runProbe(check(port, ['--path', '/a?b=c', '--hop', '2']))
  expect(asked).toEqual([`GET /a?b=c ${JSON.stringify({ host: `shop.example:${port}`, 'user-agent': 'hopscope-reach', accept: '*/*', connection: 'close' })}`])
  expect(http).toEqual([expect.objectContaining({ address: '127.0.0.1', port, hop: 2, url: `http://shop.example:${port}/a?b=c`, status: 301, location: 'https://shop.example/there', server: 'nginx', tlsMs: null, problem: null })])
  expect(http[0]?.connectMs).toBe(tcp[0]?.ms)
  expect(http[0]?.firstByteMs).toBeGreaterThan(0)
  expect([tls, code]).toEqual([[], 0])
})

test('looks at several addresses side by side, an IPv6 name in brackets', async () => {
  const hosts: (string | undefined)[] = []
  const port = await listening(createHttp((request, response) => { hosts.push(request.headers.host); response.end() }), '::')
  const { http } = await runProbe(['check', '--port', String(port), '--timeout', '400', '--depth', 'http', '--name', '::1', '--', '127.0.0.1', '::1'])
  expect(new Map(http.map(({ address, status }) => [address, status]))).toEqual(new Map([['127.0.0.1', 200], ['::1', 200]]))
  expect(hosts).toEqual([`[::1]:${port}`, `[::1]:${port}`])
})

test('a port that takes no connection has a line for each', async () => {
  const { http, tcp } = await runProbe(check(await closedPort(createServer())))
  expect(tcp[0]?.state).toBe('refused')
  expect(http[0]).toMatchObject({ status: null, problem: 'No connection: it was refused. (ECONNREFUSED)', connectMs: null, firstByteMs: null })
})

const OK = 'HTTP/1.1 200 OK\r\n'
const cases: [string, (peer: Socket) => void, object][] = [
  ['a close without an answer', (peer) => peer.end(), { status: null, problem: 'The server closed the connection without an answer.' }],
  ['a reset', (peer) => peer.resetAndDestroy(), { status: null, problem: 'The server closed the connection without an answer.' }],
  ['silence', () => undefined, { status: null, firstByteMs: null, problem: 'The server took the request and did not answer in time.' }],
  ['a head that drips', (peer) => drip(peer, `${OK}X: y\r\n`, 20), { problem: 'The head of the answer did not end in time.' }],
  ['headers without end', (peer) => { peer.write(OK); endlessly(peer, 'X-Filler: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n') }, { status: 200, problem: 'The head of the answer is longer than 16 KiB; the rest was not read.' }],
  ['one header of a megabyte', (peer) => peer.write(`${OK}Server: before\r\nX: ${'a'.repeat(1024 * 1024)}\r\nLocation: /late\r\n\r\n`), { status: 200, server: 'before', location: null, problem: 'The head of the answer is longer than 16 KiB; the rest was not read.' }],
  ['a line without end', (peer) => endlessly(peer, 'a'.repeat(65_536)), { status: null, problem: expect.stringContaining('is not HTTP; it begins “aaaa') }],
  ['noise', (peer) => peer.write(Buffer.from([0, 255, 27, 91, 51, 49, 109, 10, 13, 0])), { status: null, problem: 'What the server answered is not HTTP; it begins “...[31m...”.' }],
  ['another protocol', (peer) => peer.write('SSH-2.0-OpenSSH_9.9\r\n'), { status: null, problem: 'What the server answered is not HTTP; it begins “SSH-2.0-OpenSSH_9.9..”.' }],
  ['an alert of TLS', (peer) => peer.end(Buffer.from('15030100020246', 'hex')), { status: null, problem: 'The server answered the plain request in TLS: this port speaks HTTPS.' }],
  ['a close in the middle', (peer) => peer.end(`${OK}Server: half`), { status: 200, server: null, problem: 'The server closed the connection in the middle of the head.' }],
  ['interim answers', (peer) => peer.write(`HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 204 No Content\r\nServer: end\r\n\r\n`), { status: 204, server: 'end', problem: null }],
  ['interim answers without end', (peer) => endlessly(peer, 'HTTP/1.1 100 Continue\r\n\r\n'), { status: null, problem: expect.stringContaining('longer than 16 KiB') }],
  ['line feeds alone', (peer) => peer.write('HTTP/1.0 302 Found\nLocation: /x\n\n'), { status: 302, location: '/x', problem: null }],
  ['a location that is too long', (peer) => peer.write(`HTTP/1.1 302 Found\r\nLocation: /${'x'.repeat(5000)}\r\n\r\n`), { status: 302, location: `/${'x'.repeat(1999)}…` }],
  ['a location of controls and high bytes', (peer) => peer.write(Buffer.from('HTTP/1.1 302 Found\r\nLocation: /\x1b[31m\xff"\\\x9b\r\n\r\n', 'latin1')), { status: 302, location: '/\x1b[31m\u00ff"\\\x9b' }],
]

test.each(cases)('%s is told within bounds', async (_name, say, wanted) => {
  const { http, code, stdout } = await runProbe(check(await listening(talker(say))))
  expect(http[0]).toMatchObject(wanted)
  expect(http).toHaveLength(1)
  expect(code).toBe(0)
  expect(stdout.length).toBeLessThan(24_000)
})

test('reads a head whatever it holds', () => {
  const nothing = { status: null, location: null, server: null }
  expect(readHead('', null)).toEqual({ ...nothing, problem: 'The server closed the connection without an answer.' })
  expect(readHead('HTTP/1.1 200\r\n\r\n', null)).toEqual({ status: 200, location: null, server: null, problem: null })
  expect(readHead('HTTP/1.1 200 OK\r\nlocation : /no\r\nLOCATION:\t/yes \r\nLocation: /second\r\n\r\nServer: in the body\r\n', null)).toEqual({ status: 200, location: '/yes', server: null, problem: null })
  expect(readHead('HTTP/2 200\r\n\r\n', null)).toMatchObject({ status: null })
  expect(readHead('HTTP/1.1 99 x\r\n\r\n', null)).toMatchObject({ status: null })
})
