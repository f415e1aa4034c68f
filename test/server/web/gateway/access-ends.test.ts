/** Rights that end close live sockets and the next request; share links show exactly their scope, in every byte sent. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { decodeEvents } from '#lib/protocol/codec.ts'
import type { Role } from '#lib/protocol/access.ts'
import { connected, cookieFor, disconnected, heard, Recorder, startTestWeb, valueOf, type TestWeb } from '../helpers.ts'
import { openRawSocket } from '../raw-socket.ts'
import { FULL, makeWorld, roomyPolicy, share, token } from '../worlds.ts'

let site: TestWeb
beforeAll(async () => { site = await startTestWeb({ proxied: true, policy: roomyPolicy() }) })
afterAll(async () => { await site.close() })

interface Ending { name: string; reason: string; end(site: TestWeb, who: { userId: string; cookie: string }): Promise<unknown> }

const edit = (change: object) => (on: TestWeb, who: { userId: string }) => on.call('PATCH', `/api/v1/users/${who.userId}`, { cookie: on.admin.cookie, body: change }).then(valueOf)

const ENDINGS: Ending[] = [
  { name: 'signing out', reason: 'signed-out', end: (on, who) => on.call('POST', '/api/v1/sign-out', { cookie: who.cookie }).then(valueOf) },
  { name: 'a changed role', reason: 'role-changed', end: edit({ role: 'viewer' satisfies Role }) },
  { name: 'a disabled account', reason: 'revoked', end: edit({ disabled: true }) },
  { name: 'a password set by an admin', reason: 'revoked', end: edit({ password: 'a brand new password' }) },
]

test.each(ENDINGS)('$name closes the socket with $reason and the next request is 401', async ({ reason, end }) => {
  const person = await site.person('operator')
  const client = site.connect({ cookie: person.cookie })
  await connected(client)
  const [told, gone] = [heard(client, 'access:ended'), disconnected(client)]
  await end(site, person)
  expect(await told).toEqual({ reason })
  expect(await gone).toBe('io server disconnect')
  expect((await site.ask({ path: '/api/v1/sessions', cookie: person.cookie })).status).toBe(401)
})

test('a changed password ends the other browsers and tokens; this one comes back with its new cookie', async () => {
  const person = await site.person('operator')
  const other = cookieFor(site.web, person.userId)
  const script = await token(site, person.cookie, ['read'])
  const clients = { mine: site.connect({ cookie: person.cookie }), other: site.connect({ cookie: other }), script: site.connect({ token: script.secret }) }
  await Promise.all(Object.values(clients).map(connected))
  const ends = Promise.all([heard(clients.other, 'access:ended'), heard(clients.script, 'access:ended')])
  const mine = disconnected(clients.mine)
  const answer = await site.ask({ method: 'POST', path: '/api/v1/me/password', cookie: person.cookie, body: { current: 'correct horse battery', next: 'another horse battery' } })
  expect(answer.status).toBe(200)
  const fresh = (answer.headers['set-cookie']?.[0] ?? '').split(';')[0] ?? ''
  await ends
  // A closed transport, not a refusal: the page's client reconnects by itself.
  expect(await mine).toBe('transport close')
  expect((await site.ask({ path: '/api/v1/me', cookie: person.cookie })).status).toBe(401)
  expect((await site.ask({ path: '/api/v1/me', cookie: fresh })).status).toBe(200)
  await connected(site.connect({ cookie: fresh }))
})

test('a revoked token closes its sockets only', async () => {
  const person = await site.person('operator')
  const script = await token(site, person.cookie, ['read'])
  const clients = { page: site.connect({ cookie: person.cookie }), script: site.connect({ token: script.secret }) }
  await Promise.all(Object.values(clients).map(connected))
  const told = heard(clients.script, 'access:ended')
  valueOf(await site.call('DELETE', `/api/v1/tokens/${script.token.tokenId}`, { cookie: person.cookie }))
  expect(await told).toEqual({ reason: 'revoked' })
  expect(clients.page.connected).toBe(true)
})

test('a revoked link cuts its viewers off, also one who has stopped reading, and its cookie is worth nothing', async () => {
  const world = await makeWorld(site)
  const link = await share(site, world)
  const reader = site.connect({ cookie: link.cookie })
  await connected(reader)
  await new Recorder(reader, world.sessionId).subscribe(world.sessionId)
  const sleeper = await openRawSocket(site.port, { headers: { cookie: link.cookie, origin: site.origin, 'x-forwarded-for': '203.0.113.9' } })
  sleeper.text('40')
  await sleeper.next((text) => text.startsWith('40'))
  sleeper.stream.pause()
  const told = heard(reader, 'access:ended')
  valueOf(await site.call('DELETE', `/api/v1/shares/${link.share.shareId}`, { cookie: world.owner.cookie }))
  expect(await told).toEqual({ reason: 'revoked' })
  sleeper.stream.resume()
  await sleeper.closed
  await expect.poll(() => site.gateway.figures().watches).toBe(0)
  expect((await site.ask({ path: `/api/v1/sessions/${world.sessionId}`, cookie: link.cookie })).status).toBe(401)
  await expect(connected(site.connect({ cookie: link.cookie }))).rejects.toThrow()
})

test('open links are counted while their sockets live', async () => {
  const world = await makeWorld(site)
  const link = await share(site, world)
  const client = site.connect({ cookie: link.cookie })
  await connected(client)
  expect(site.web.shares.get(link.share.shareId)).toMatchObject({ openNow: 1, opens: 1 })
  client.disconnect()
  await expect.poll(() => site.web.shares.get(link.share.shareId)?.openNow).toBe(0)
})

test('a link that hides private things sends no private address or name in any byte, live or read', async () => {
  const world = await makeWorld(site)
  const link = await share(site, world, { ...FULL, hidePrivate: true })
  const secrets = ['10.0.0.5', 'db-1', 'example.internal', 'bastion-1']
  const socket = await openRawSocket(site.port, { headers: { cookie: link.cookie, origin: site.origin, 'x-forwarded-for': '203.0.113.10' } })
  socket.text('40')
  await socket.next((text) => text.startsWith('40'))
  socket.text(`421["session:subscribe",{"sessionId":"${world.sessionId}","after":0}]`)
  await socket.next((text) => text.startsWith('431'))
  await socket.next((text) => text.includes('session:events'))
  site.vantage.say(world.runId, [
    { kind: 'unrecognised', runId: world.runId, line: 9, text: 'From 10.0.0.5 db-1.example.internal what', atMs: Date.now() },
    { kind: 'ping.icmp-error', runId: world.runId, line: 10, probe: 3, from: '10.0.0.5', error: 'host-unreachable', text: 'From 10.0.0.5: Destination Host Unreachable', atMs: Date.now() },
  ])
  site.vantage.end(world.runId)
  await socket.next((text) => text.includes('session:events') && eventsOf(text).some((event) => event.kind === 'run.ended'))
  const events = socket.received.filter((text) => text.includes('session:events')).flatMap(eventsOf)
  expect(events.map((event) => event.seq)).toEqual(events.map((_, i) => i + 1))
  const paths = ['', '/events', '/findings', '/export.json', '/export.csv'].map((tail) => `/api/v1/sessions/${world.sessionId}${tail}`)
  const reads = await Promise.all(paths.map((path) => site.ask({ path, cookie: link.cookie })))
  expect(reads.map((answer) => answer.status)).toEqual([200, 200, 200, 200, 200])
  const bytes = [...socket.received, JSON.stringify(events), ...reads.map((answer) => answer.text)].join('\n')
  expect(secrets.filter((secret) => bytes.includes(secret))).toEqual([])
  expect(bytes).toMatch(/private-[a-z2-9]{8}/)
  expect((await site.ask({ path: `/api/v1/sessions/${world.sessionId}/runs/${world.runId}/transcript`, cookie: link.cookie })).status).toBe(403)
  expect((await site.ask({ path: `/api/v1/sessions/${world.sessionId}/runs/${world.runId}/transcript.txt`, cookie: link.cookie })).status).toBe(403)
})

function eventsOf(text: string): ReturnType<typeof decodeEvents> {
  const [, batch] = JSON.parse(text.slice(2)) as [string, { packed: string }]
  return decodeEvents(Buffer.from(batch.packed, 'base64'))
}

test('a frozen link ends where it was frozen: live, read, exported, found and in its raw output', async () => {
  const world = await makeWorld(site)
  await expect.poll(async () => (await site.web.store.summary(world.sessionId))?.lastSeq).toBe(5)
  const link = await share(site, world, { transcript: true, hidePrivate: false, time: { mode: 'frozen', untilSeq: 4 } })
  const client = site.connect({ cookie: link.cookie })
  const owner = site.connect({ cookie: world.owner.cookie })
  await Promise.all([client, owner].map(connected))
  const [frozen, live] = [new Recorder(client, world.sessionId), new Recorder(owner, world.sessionId)]
  expect(valueOf(await frozen.subscribe(world.sessionId))).toMatchObject({ headSeq: 4, snapshot: null, canRun: false, canShare: false })
  await live.subscribe(world.sessionId)
  await new Promise((resolve) => setTimeout(resolve, 5))
  for (let i = 0; i < 5; i += 1) site.vantage.reply(world.runId, 99)
  site.vantage.end(world.runId)
  await live.until((events) => events.at(-1)?.kind === 'run.ended')
  await frozen.until((events) => events.length >= 4)
  expect(frozen.seqs()).toEqual([1, 2, 3, 4])
  const path = `/api/v1/sessions/${world.sessionId}`
  const detail = valueOf(await site.call<{ session: object; runs: { state: string }[] }>('GET', path, { cookie: link.cookie }))
  expect(detail).toMatchObject({ session: { lastSeq: 4, live: false }, runs: [{ state: 'running', outcome: null }] })
  expect(valueOf(await site.call<{ events: unknown[]; headSeq: number }>('GET', `${path}/events?limit=100`, { cookie: link.cookie }))).toMatchObject({ headSeq: 4, events: { length: 4 } })
  const csv = await site.ask({ path: `${path}/export.csv`, cookie: link.cookie })
  expect(csv.text.trim().split('\r\n')).toHaveLength(5)
  const output = await site.ask({ path: `${path}/runs/${world.runId}/transcript.txt`, cookie: link.cookie })
  expect(output.text).toContain('time=1.5 ms')
  expect(output.text).not.toContain('time=99 ms')
  const page = valueOf(await site.call<{ totalLines: number; lines: { text: string }[] }>('GET', `${path}/runs/${world.runId}/transcript?fromLine=1&count=100`, { cookie: link.cookie }))
  expect(page.totalLines).toBe(page.lines.length)
  expect(page.lines.some((line) => line.text.includes('time=99'))).toBe(false)
})

test('viewers are told of a restart, runs are stopped and marked, and the address is free within the promised time', async () => {
  const doomed = await startTestWeb({ policy: roomyPolicy() })
  const world = await makeWorld(doomed)
  const client = doomed.connect({ cookie: world.owner.cookie })
  await connected(client)
  const recorder = new Recorder(client, world.sessionId)
  await recorder.subscribe(world.sessionId)
  const [told, gone] = [heard(client, 'server:restarting'), disconnected(client)]
  await doomed.stop()
  await told
  await gone
  expect(recorder.events.at(-1)).toMatchObject({ kind: 'run.ended', outcome: { kind: 'interrupted', code: 'server-stopped', blame: 'hopscope' } })
  await doomed.close()
})

test('leaving the namespace ends the connection, so nobody comes back on it with old rights or fresh limits', async () => {
  const person = await site.person('viewer')
  const socket = await openRawSocket(site.port, { headers: { cookie: person.cookie, origin: site.origin, 'x-forwarded-for': '203.0.113.20' } })
  socket.text('40')
  await socket.next((text) => text.startsWith('42["vantage"'))
  socket.text('41')
  await socket.closed
})

test('rights that end between the handshake and the entry give no entry', async () => {
  const person = await site.person('viewer')
  const socket = await openRawSocket(site.port, { headers: { cookie: person.cookie, origin: site.origin, 'x-forwarded-for': '203.0.113.21' } })
  valueOf(await site.call('PATCH', `/api/v1/users/${person.userId}`, { cookie: site.admin.cookie, body: { disabled: true } }))
  socket.text('40')
  await socket.closed
  expect(socket.received.filter((text) => text.includes('vantage') || text.includes('sessions:changed'))).toEqual([])
})
