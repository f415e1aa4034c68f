/** Viewers that stop reading: bounded memory, told that they are behind, whole afterwards; the others notice nothing (R5 in small). */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { decodeEvents } from '#lib/protocol/codec.ts'
import type { Observed, SessionEvent } from '#lib/protocol/events.ts'
import { connected, fresh, Recorder, startTestWeb, type TestWeb } from '../helpers.ts'
import { openRawSocket, type RawSocket } from '../raw-socket.ts'
import { makeWorld, roomyPolicy } from '../worlds.ts'

const SLEEPERS = 5
const BATCHES = 120
const PER_BATCH = 250
/** What one socket may hold: 256 KiB of ours, the kernel's buffers, one batch in flight. */
const UNSENT_MAX = 1024 * 1024

let site: TestWeb
beforeAll(async () => { site = await startTestWeb({ proxied: true, policy: roomyPolicy() }) })
afterAll(async () => { await site.close() })

test('sleeping viewers cost bounded memory and get every event once when they wake', async () => {
  const world = await makeWorld(site)
  const awake = site.connect({ cookie: world.owner.cookie })
  await connected(awake)
  const recorder = new Recorder(awake, world.sessionId)
  await recorder.subscribe(world.sessionId)
  const sleepers: RawSocket[] = []
  for (let i = 0; i < SLEEPERS; i += 1) {
    const socket = await openRawSocket(site.port, { headers: { cookie: site.admin.cookie, origin: site.origin, 'x-forwarded-for': `203.0.113.${i}` } })
    socket.text('40')
    await socket.next((text) => text.startsWith('40'))
    socket.text(`421["session:subscribe",{"sessionId":"${world.sessionId}","after":0}]`)
    await socket.next((text) => text.startsWith('431'))
    socket.stream.pause()
    sleepers.push(socket)
  }
  const total = BATCHES * PER_BATCH
  for (let batch = 0; batch < BATCHES; batch += 1) {
    site.vantage.say(world.runId, noise(world.runId, batch))
    await recorder.until((events) => events.length >= (batch + 1) * PER_BATCH)
  }
  expect(site.gateway.unsent().every((bytes) => bytes <= UNSENT_MAX)).toBe(true)
  expect(Math.max(...site.gateway.unsent())).toBeGreaterThan(0)
  for (const sleeper of sleepers) sleeper.stream.resume()
  site.vantage.end(world.runId)
  await recorder.until((events) => events.at(-1)?.kind === 'run.ended')
  for (const sleeper of sleepers) {
    await sleeper.next((text) => text.includes('"session:events"') && eventsOf(text).at(-1)?.kind === 'run.ended')
    const seen: SessionEvent[] = []
    for (const text of sleeper.received) if (text.includes('"session:events"')) seen.push(...fresh(seen.at(-1)?.seq ?? 0, eventsOf(text)))
    expect(seen).toEqual(recorder.events)
    expect(seen.length).toBeGreaterThan(total)
    expect(sleeper.received.some((text) => text.includes('"session:behind"'))).toBe(true)
    sleeper.stream.destroy()
  }
}, 60_000)

/** Lines that do not compress: nothing like a real tool, the worst for a slow line. */
function noise(runId: Parameters<typeof site.vantage.reply>[0], batch: number): Observed[] {
  return Array.from({ length: PER_BATCH }, (_, i): Observed => ({
    kind: 'unrecognised', runId, line: batch * PER_BATCH + i + 1, text: Array.from({ length: 40 }, () => Math.random().toString(36)).join(''), atMs: Date.now(),
  }))
}

function eventsOf(text: string): ReturnType<typeof decodeEvents> {
  const [, batch] = JSON.parse(text.slice(2)) as [string, { packed: string }]
  return decodeEvents(Buffer.from(batch.packed, 'base64'))
}
