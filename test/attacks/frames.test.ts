/** Hostile Socket.IO frames, raw, as a signed-in viewer: at worst this socket is closed; the server lives, forgets, and tells nothing of other sessions. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connected, startTestWeb, type Client, type TestWeb } from '#test/server/web/helpers.ts'
import { openRawSocket, type RawSocket } from '#test/server/web/raw-socket.ts'
import { makeWorld, roomyPolicy, type World } from '#test/server/web/worlds.ts'
import { expand, frames, usedMb } from './corpus.ts'

let site: TestWeb
let victim: World
let bystander: Client
let attacker: { cookie: string }
let address = 0
beforeAll(async () => {
  site = await startTestWeb({ proxied: true, policy: roomyPolicy() })
  victim = await makeWorld(site, { visibility: 'private' })
  attacker = await site.person('viewer')
  bystander = site.connect({ cookie: site.admin.cookie })
  await connected(bystander)
})
afterAll(async () => { await site.close() })

async function attack(): Promise<RawSocket> {
  address += 1
  const socket = await openRawSocket(site.port, { headers: { cookie: attacker.cookie, origin: site.origin, 'x-forwarded-for': `203.0.113.${address}` } })
  socket.text('40')
  await socket.next((text) => text.startsWith('40'))
  return socket
}

/** Sent byte for byte; a trailing xN means N times, as fast as the socket takes them. */
function hurl(socket: RawSocket, frame: string): void {
  const text = frame.replaceAll('{EV}', 'session:subscribe').replaceAll('{SID}', victim.sessionId)
  const times = /^(.*)x(\d+)$/s.exec(text)
  for (let i = 0; i < Number(times?.[2] ?? 1) && !socket.stream.destroyed; i += 1) socket.text(expand(times?.[1] ?? text))
}

test.each(frames())('$id $note', async ({ frame }) => {
  const before = usedMb()
  const socket = await attack()
  hurl(socket, frame)
  socket.text('4299["clock",{}]')
  await Promise.race([socket.next((text) => text.startsWith('4399')), socket.closed])
  expect(socket.received.filter((text) => text.includes('session:events') || text.includes('"ok":true,"value":{"sessionId"'))).toEqual([])
  socket.stream.destroy()
  await socket.closed
  expect((await bystander.emitWithAck('clock', {})).ok).toBe(true)
  expect(({} as Record<string, unknown>)['role']).toBeUndefined()
  await expect.poll(() => site.gateway.figures().sockets).toBe(1)
  await expect.poll(() => usedMb() - before, { timeout: 20_000 }).toBeLessThan(20)
  // The bystander may speak 20 times a second.
  await new Promise((resolve) => setTimeout(resolve, 60))
})

test('binary frames, fragments, unmasked lengths and floods of pings leave the server as it was', async () => {
  const socket = await attack()
  socket.frame(2, Buffer.alloc(1000))
  socket.frame(0, Buffer.from('continuation of nothing'))
  await socket.closed
  const flood = await attack()
  for (let i = 0; i < 20_000; i += 1) flood.frame(9, Buffer.from('ping'))
  flood.stream.destroy()
  expect((await bystander.emitWithAck('clock', {})).ok).toBe(true)
})

test('the whole corpus, three times, while ten runs are live: same answers, memory back', async () => {
  const worlds = await Promise.all(Array.from({ length: 10 }, () => makeWorld(site)))
  const before = usedMb()
  for (let round = 0; round < 3; round += 1) {
    for (const { frame } of frames()) {
      const socket = await attack()
      hurl(socket, frame)
      for (const world of worlds) site.vantage.reply(world.runId)
      socket.stream.end()
      await socket.closed
    }
    address = 0
    await new Promise((resolve) => setTimeout(resolve, 0))
  }
  await expect.poll(() => site.gateway.figures().sockets, { timeout: 20_000 }).toBe(1)
  for (const world of worlds) expect(site.web.runs.live.get(world.runId)).not.toBeNull()
  await expect.poll(() => usedMb() - before, { timeout: 30_000 }).toBeLessThan(20)
  expect((await site.ask({ path: '/healthz' })).json).toMatchObject({ status: 'ok' })
  expect(site.logLines.filter((line) => line.includes('error:'))).toEqual([])
})
