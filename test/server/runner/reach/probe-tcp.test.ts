/** The probe's command line and its TCP connections, against sockets of this machine. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { readTcpLine } from '#lib/tools/reach/lines.ts'
import { readOrder, UsageError } from '#server/runner/reach/words.mjs'
import { closedPort, listening, runProbe, startProbe } from './probe-run.ts'

const tcp = (port: number, more: readonly string[], addresses: readonly string[]): string[] => ['tcp', '--port', String(port), '--interval', '50', '--timeout', '1000', ...more, '--', ...addresses]

test('says its version, and shows that TCP works', async () => {
  expect((await startProbe(['--version']).ended).stdout).toBe('hopscope-reach 1\n')
  expect(await startProbe(['--self-test']).ended).toMatchObject({ stdout: 'ok\n', code: 0 })
})

test('connects to every address at each interval, and numbers the connections of each', async () => {
  const beganMs = Date.now()
  const peers: Promise<string>[] = []
  const server = createServer((peer) => { peers.push(farewellOf(peer)) })
  const port = await listening(server, '::')
  const { code, tcp: lines } = await runProbe(tcp(port, ['--count', '3', '--first', '7'], ['127.0.0.1', '::1']))
  expect(code).toBe(0)
  for (const address of ['127.0.0.1', '::1']) {
    const own = lines.filter((line) => line.address === address)
    expect(own.map(({ n, state, code: word }) => [n, state, word])).toEqual([[7, 'open', null], [8, 'open', null], [9, 'open', null]])
    for (const { ms, sentAtMs, port: at } of own) {
      expect(at).toBe(port)
      expect(ms).toBeGreaterThan(0)
      expect(sentAtMs).toBeGreaterThanOrEqual(beganMs - 2)
      expect(sentAtMs).toBeLessThanOrEqual(Date.now() + 2)
    }
  }
  // Each sees a client that leaves, none a reset.
  expect(await Promise.all(peers)).toEqual(Array.from({ length: 6 }, () => 'end'))
})

/** How a client went. */
const farewellOf = (peer: Socket): Promise<string> => new Promise((resolve) => {
  peer.on('error', (error) => resolve(String(error))).on('end', () => resolve('end')).write('220 hello\r\n')
})

test('a closed port is refused, and that is a round trip', async () => {
  const { tcp: [line], code } = await runProbe(tcp(await closedPort(createServer()), ['--count', '1'], ['127.0.0.1']))
  expect(line).toMatchObject({ state: 'refused', code: 'ECONNREFUSED', n: 1 })
  expect(line?.ms).toBeGreaterThan(0)
  expect(code).toBe(0)
})

/** Listens and never takes a connection: once its queue is full the kernel drops what asks for one. */
const DEAF = `require('net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, function () {
  require('fs').writeSync(1, String(this.address().port) + '\\n')
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
})`

test('silence is a timeout, and lasts as long as was waited', async () => {
  const deaf = spawn(process.execPath, ['-e', DEAF], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => { deaf.kill('SIGKILL') })
  const [first] = (await once(deaf.stdout, 'data')) as [Buffer]
  const { tcp: lines } = await runProbe(['tcp', '--port', first.toString().trim(), '--count', '8', '--interval', '50', '--timeout', '300', '--', '127.0.0.1'])
  expect(lines).toHaveLength(8)
  expect(lines.filter(({ state }) => state === 'open').length).toBeGreaterThan(0)
  const silent = lines.filter(({ state }) => state !== 'open')
  expect(silent.length).toBeGreaterThan(0)
  for (const { state, code, ms } of silent) {
    expect([state, code]).toEqual(['timeout', null])
    expect(ms).toBeGreaterThanOrEqual(299)
  }
})

test('a link that is not there is an error at once, and nothing goes over another one', async () => {
  const { tcp: lines } = await runProbe(tcp(80, ['--count', '1'], ['fe80::1%nosuchlink', 'fe80::1%lo0:1']))
  expect(lines.map(({ state, ms, code }) => [state, ms, code])).toEqual([['error', null, 'ENODEV'], ['error', null, 'ENODEV']])
})

test('ends cleanly when it is interrupted', async () => {
  const port = await listening(createServer((peer) => peer.on('error', () => undefined).end()))
  const run = startProbe(tcp(port, ['--count', '0'], ['127.0.0.1']))
  await new Promise<void>((resolve) => { run.child.stdout?.once('data', () => resolve()) })
  run.child.kill('SIGINT')
  const { code, signal, stdout, stderr } = await run.ended
  expect({ code, signal, stderr }).toEqual({ code: 0, signal: null, stderr: '' })
  for (const line of stdout.split('\n').slice(0, -1)) expect(readTcpLine(line)).not.toBeNull()
})

test('ends when nobody reads any more', async () => {
  const port = await listening(createServer((peer) => peer.on('error', () => undefined).end()))
  const run = startProbe(tcp(port, ['--count', '0'], ['127.0.0.1']))
  run.child.stdout?.destroy()
  expect((await run.ended).code).toBe(0)
})

test('tells by ending that an address is in trouble it was not in before', async () => {
  let count = 0
  const server = createServer((peer) => {
    peer.on('error', () => undefined).end()
    if (++count === 3) server.close()
  })
  const port = await listening(server)
  const { tcp: lines } = await runProbe(tcp(port, ['--count', '0', '--watch', '2'], ['127.0.0.1']))
  expect(lines.slice(0, 3).map(({ state }) => state)).toEqual(['open', 'open', 'open'])
  expect(lines.slice(-2).map(({ state }) => state)).toEqual(['refused', 'refused'])
})

test.each([
  [[]], [['tcp']], [['--version', 'x']], [['tcp', '--port', '80', '--count', '1', '--interval', '100', '--timeout', '100', '127.0.0.1']],
  [['tcp', '--port', '0', '--count', '1', '--interval', '100', '--timeout', '100', '--', '127.0.0.1']],
  [['tcp', '--port', '80', '--port', '80', '--count', '1', '--interval', '100', '--timeout', '100', '--', '127.0.0.1']],
  [['tcp', '--port', '80', '--count', '1e3', '--interval', '100', '--timeout', '100', '--', '127.0.0.1']],
  [tcp(80, ['--count', '1'], ['localhost'])], [tcp(80, ['--count', '1'], ['127.1'])], [tcp(80, ['--count', '1'], [])], [tcp(80, ['--count'], ['127.0.0.1'])],
  [tcp(80, ['--count', '1', '--exec', 'x'], ['127.0.0.1'])], [tcp(80, ['--count', '1'], Array.from({ length: 17 }, () => '127.0.0.1'))],
  [['check', '--port', '80', '--timeout', '100', '--depth', 'ftp', '--name', 'a', '--', '127.0.0.1']],
  [['check', '--port', '80', '--timeout', '100', '--depth', 'http', '--name', 'a b', '--', '127.0.0.1']],
  [['check', '--port', '80', '--timeout', '100', '--depth', 'http', '--name', 'a\r\nX: y', '--', '127.0.0.1']],
  [['check', '--port', '80', '--timeout', '100', '--depth', 'http', '--name', 'a', '--path', '/ HTTP/1.1', '--', '127.0.0.1']],
  [['check', '--port', '80', '--timeout', '100', '--depth', 'http', '--name', 'a', '--path', 'x', '--', '127.0.0.1']],
  [['check', '--port', '80', '--timeout', '100', '--depth', 'http', '--name', 'a', '--path', '/\u00e9', '--', '127.0.0.1']],
])('refuses %j before anything is sent', (words) => {
  expect(() => readOrder(words)).toThrow(UsageError)
})

test('a name is refused with exit code 2 and a sentence', async () => {
  const { code, stdout, stderr } = await startProbe(tcp(80, ['--count', '1'], ['example.com'])).ended
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain('“example.com” is not a literal address'.replace(/[“”]/g, (mark) => Buffer.from(mark).toString('latin1')))
})
