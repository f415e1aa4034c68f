/** The link: framing under every cut, hostile peers, versions, reconnects, bounded queues. */
import { connect, createServer, type Server, type Socket } from 'node:net'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { LINK_FRAME_MAX, LINK_VERSION, LinkRequest, type LinkReply } from '#lib/protocol/link.ts'
import type { VantageFacts } from '#lib/protocol/vantage.ts'
import { openChannel } from '#server/link/channel.ts'
import { dialLink, type DialledLink } from '#server/link/dial.ts'
import { createFrameReader } from '#server/link/framing.ts'
import { listenForRunner, type LinkTimeouts } from '#server/link/listen.ts'
import { linkSocketPath } from '#server/link/socket-path.ts'
import type { Vantage } from '#server/link/vantage.ts'
import { until } from '../runner/support/fake.ts'

const FACTS: VantageFacts = {
  name: 'v', hostname: 'h', addresses: [], kernel: '6', node: 'v24', user: 'u', uid: 1, capabilities: [], noNewPrivileges: true, checkedAtMs: 0, tools: [],
}

let dir: string
let path: string
let vantage: Vantage
const logged: string[] = []
const sockets: Socket[] = []
const links: DialledLink[] = []
beforeEach(() => { dir = mkdtempSync(join(tmpdir(), 'hopscope-link-')); path = join(dir, 'link.sock'); logged.length = 0 })
afterEach(async () => {
  await Promise.all(links.splice(0).map((link) => link.close()))
  for (const socket of sockets.splice(0)) socket.destroy()
  await vantage?.close()
  rmSync(dir, { recursive: true, force: true })
})

async function listen(timeouts: Partial<LinkTimeouts> = {}): Promise<void> {
  const made = await listenForRunner({ path, log: (line) => logged.push(line), timeouts })
  if (!made.ok) throw new Error(made.error.message)
  vantage = made.value
}

/** A peer that says what it is told to, and counts what it hears. */
async function peer(...frames: (object | string | Buffer)[]): Promise<{ socket: Socket; heard: string[]; closed(): boolean; say(frame: object): void }> {
  const socket = connect(path)
  sockets.push(socket)
  const heard: string[] = []
  let closed = false
  socket.on('error', () => undefined)
  socket.on('close', () => { closed = true })
  const reader = createFrameReader({ maxBytes: LINK_FRAME_MAX, onFrame: (text) => heard.push(text), onFault: () => undefined })
  socket.on('data', (chunk: Buffer) => reader.push(chunk))
  await new Promise((resolve) => socket.once('connect', resolve))
  const say = (frame: object): void => { socket.write(`${JSON.stringify(frame)}\n`) }
  for (const frame of frames) {
    if (typeof frame === 'string' || Buffer.isBuffer(frame)) socket.write(frame)
    else say(frame)
  }
  return { socket, heard, closed: () => closed, say }
}
const hello = { type: 'hello', version: LINK_VERSION, facts: FACTS }

describe('framing', () => {
  test('any cutting of the bytes gives the same frames', () => {
    fc.assert(fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => text.replaceAll('\n', ' '))), fc.array(fc.integer({ min: 1, max: 17 })), (texts, sizes) => {
      const bytes = Buffer.from(texts.map((text) => `${text}\n`).join(''))
      const got: string[] = []
      const reader = createFrameReader({ maxBytes: 1000, onFrame: (text) => got.push(text), onFault: () => { throw new Error('fault') } })
      for (let at = 0, i = 0; at < bytes.length; i += 1) {
        const size = sizes[i % Math.max(1, sizes.length)] ?? 5
        reader.push(bytes.subarray(at, at + size))
        at += size
      }
      expect(got).toEqual(texts)
    }))
  })
  test.each([[1000, true], [1001, false]])('a frame of %i bytes under a cap of 1000: %s', (size, fits) => {
    const seen: string[] = []
    const reader = createFrameReader({ maxBytes: 1000, onFrame: () => seen.push('frame'), onFault: (fault) => seen.push(fault) })
    for (const part of [Buffer.alloc(size - 1, 97), Buffer.from('a\n'), Buffer.from('more\n')]) reader.push(part)
    expect(seen).toEqual(fits ? ['frame', 'frame'] : ['oversize'])
  })
  test('bytes that are not UTF-8 end it', () => {
    const seen: string[] = []
    const reader = createFrameReader({ maxBytes: 10, onFrame: (text) => seen.push(text), onFault: (fault) => seen.push(fault) })
    reader.push(Buffer.from([0xff, 0xfe, 0x0a]))
    reader.push(Buffer.from('ok\n'))
    expect(seen).toEqual(['not-utf8'])
  })
})

describe('web listens', () => {
  test('the socket has mode 0600, and a stale file of it is replaced', async () => {
    writeFileSync(path, '')
    await listen()
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })
  test('a second server on the same socket is refused', async () => {
    await listen()
    const second = await listenForRunner({ path, log: () => undefined })
    expect(second).toMatchObject({ ok: false, error: { code: 'conflict', message: expect.stringContaining('HOPSCOPE_RUN_DIR') } })
    expect((await peer(hello)).closed()).toBe(false)
  })
  test.each([
    ['no JSON', 'garbage\n'],
    ['an unknown frame', '{"type":"shell","cmd":"id"}\n'],
    ['bytes', Buffer.from([0x80, 0x0a])],
    ['an oversize frame', Buffer.alloc(LINK_FRAME_MAX + 2, 97)],
    ['a deep frame', `${'['.repeat(200_000)}\n`],
    ['events before hello', '{"type":"pulse","atMs":1,"loopLagMs":0,"runs":0}\n'],
    ['another version', `${JSON.stringify({ ...hello, version: LINK_VERSION + 1 })}\n`],
  ])('a peer that sends %s is cut off and never online', async (_name, bytes) => {
    await listen()
    const bad = await peer(bytes)
    await until('cut off', bad.closed)
    expect(vantage.online()).toBe(false)
    await peer(hello)
    await until('a good one is online', () => vantage.online())
  })
  test('garbage after hello takes it offline', async () => {
    await listen()
    const bad = await peer(hello)
    await until('online', () => vantage.online())
    bad.socket.write('{"type":"events","events":[{"kind":"made-up"}]}\n')
    await until('offline', () => !vantage.online())
    expect(vantage.facts()).toEqual(FACTS)
    expect(logged.join('\n')).toContain('does not decode')
  })
  test('a peer that says nothing is closed', async () => {
    await listen({ hello: 50 })
    await until('closed', (await peer()).closed)
  })
  test('a newer runner takes the place of the one before', async () => {
    await listen()
    const first = await peer(hello)
    await until('online', () => vantage.online())
    await peer({ ...hello, facts: { ...FACTS, name: 'second' } })
    await until('replaced', () => vantage.facts()?.name === 'second')
    await until('first closed', first.closed)
    expect(vantage.online()).toBe(true)
  })
})

describe('questions', () => {
  test('get the answer with their number, a time limit, and a word when the link is lost', async () => {
    await listen({ resolve: 80 })
    expect(await vantage.resolve('a.test')).toMatchObject({ ok: false, error: { code: 'vantage-offline' } })
    const runner = await peer(hello)
    await until('online', () => vantage.online())
    const call = async (host: string): Promise<number> => {
      const text = await until('the question', () => runner.heard.find((frame) => frame.includes(`"${host}"`)))
      const frame = LinkRequest.parse(JSON.parse(text))
      return frame.type === 'resolve' ? frame.call : 0
    }
    const [a, b] = [vantage.resolve('a.test'), vantage.resolve('b.test')]
    const resolution = (host: string): object => ({ host, addresses: [], by: 'hosts file', ms: 1 })
    runner.say({ type: 'resolved', call: await call('b.test'), resolution: resolution('b.test') })
    runner.say({ type: 'problem', call: await call('a.test'), code: 'target-unresolved', message: 'No.' })
    expect(await b).toMatchObject({ ok: true, value: { host: 'b.test' } })
    expect(await a).toEqual({ ok: false, error: { code: 'target-unresolved', message: 'No.' } })
    runner.say({ type: 'resolved', call: 99, resolution: resolution('nobody asked') })
    expect(await vantage.resolve('slow.test')).toMatchObject({ ok: false, error: { code: 'vantage-offline', message: expect.stringContaining('0.08 s') } })
    const lost = vantage.check()
    runner.socket.destroy()
    expect(await lost).toMatchObject({ ok: false, error: { code: 'vantage-offline' } })
  })
})

describe('the runner dials', () => {
  const dial = (more: Partial<Parameters<typeof dialLink>[0]> = {}): { link: DialledLink; ups: number[]; downs: string[] } => {
    const ups: number[] = []
    const downs: string[] = []
    const link = dialLink({ path, facts: () => FACTS, onRequest: () => undefined, onUp: () => ups.push(1), onDown: (reason) => downs.push(reason), log: (line) => logged.push(line), ...more })
    links.push(link)
    return { link, ups, downs }
  }
  test('before web is there, and again after web went away', async () => {
    const { link, ups, downs } = dial()
    expect(link.send({ type: 'pulse', atMs: 1, loopLagMs: 0, runs: 0 })).toBe(false)
    await listen()
    await until('up', () => link.up() && vantage.online())
    await vantage.close()
    await until('down', () => downs.length === 1)
    await listen()
    await until('up again', () => ups.length === 2 && vantage.online())
  })
  test('and refuses a web of another version', async () => {
    const web: Server = createServer((socket) => { sockets.push(socket); socket.on('error', () => undefined); socket.write(`${JSON.stringify({ type: 'hello', version: 99 })}\n`) })
    await new Promise<void>((resolve) => web.listen(path, resolve))
    const { link, ups } = dial()
    await until('said', () => logged.some((line) => line.includes('version 99')))
    expect(link.up()).toBe(false)
    expect(ups).toEqual([])
    await new Promise<void>((resolve) => { for (const socket of sockets) socket.destroy(); web.close(() => resolve()) })
  })
  test('events and transcript bytes arrive as they were sent', async () => {
    await listen()
    const { link } = dial()
    await until('up', () => link.up() && vantage.online())
    const got: unknown[] = []
    vantage.on('output', (output) => got.push({ ...output, transcript: [...output.transcript] }))
    const runId = 'run0000000000001'
    const frame = { type: 'events', runId, sessionId: 'sessionsessionAA', events: [{ kind: 'unrecognised', runId, line: 1, text: 'ü\u2028\u0000', atMs: 1.25 }], transcript: Buffer.from([0, 255, 10]).toString('base64') }
    expect(link.send(frame as LinkReply)).toBe(true)
    await until('output', () => got.length === 1)
    expect(got[0]).toEqual({ runId, sessionId: 'sessionsessionAA', events: frame.events, transcript: [0, 255, 10] })
  })
})

test('a peer that does not read is cut off before it costs much', async () => {
  const reasons: string[] = []
  const server = createServer((socket) => {
    sockets.push(socket)
    const channel = openChannel<LinkRequest, LinkReply>({ socket, decoder: LinkRequest, onFrame: () => undefined, onClose: (reason) => reasons.push(reason), maxQueuedBytes: 1_000_000 })
    const frame: LinkReply = { type: 'events', runId: 'run0000000000001' as never, sessionId: 'sessionsessionAA' as never, events: [], transcript: 'A'.repeat(100_000) }
    let sent = 0
    while (channel.send(frame)) sent += 1
    expect(sent).toBeLessThan(20)
  })
  await new Promise<void>((resolve) => server.listen(path, resolve))
  const idle = connect(path)
  sockets.push(idle)
  idle.on('error', () => undefined)
  await until('cut off', () => reasons.length === 1)
  expect(reasons[0]).toContain('unread')
  idle.destroy()
  await new Promise<void>((resolve) => server.close(() => resolve()))
})

test('a run folder too deep for a socket is named with its setting', () => {
  expect(linkSocketPath(`/${'d'.repeat(100)}`)).toMatchObject({ ok: false, error: { field: 'HOPSCOPE_RUN_DIR', message: expect.stringContaining('107') } })
  expect(linkSocketPath('/run/hopscope')).toEqual({ ok: true, value: '/run/hopscope/link.sock' })
})
