/** Every socket message against every kind of caller, and the handshakes that never become a socket. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ClientToServer } from '#lib/protocol/socket.ts'
import type { Result } from '#lib/protocol/result.ts'
import { connected, disconnected, errorOf, heard, Recorder, startTestWeb, valueOf, type Client, type TestWeb } from '../helpers.ts'
import { rawSocket, type Shake } from '../raw-socket.ts'
import { FULL, makeWorld, roomyPolicy, share, token, type Caller, type World } from '../worlds.ts'

const WHO = ['viewer', 'operator', 'admin', 'guest', 'readToken', 'runToken'] as const
type Who = (typeof WHO)[number]
type Message = keyof ClientToServer

/** `ok`, or the code of the refusal, for: viewer, owner, admin, holder of the link, token that reads, token that runs. */
const TABLE: Record<Message, readonly [string, string, string, string, string, string]> = {
  'session:subscribe': ['ok', 'ok', 'ok', 'ok', 'ok', 'not-allowed'],
  'session:unsubscribe': ['ok', 'ok', 'ok', 'ok', 'ok', 'not-allowed'],
  'run:stop': ['not-allowed', 'ok', 'ok', 'not-allowed', 'not-allowed', 'ok'],
  'transcript:read': ['ok', 'ok', 'ok', 'ok', 'ok', 'not-allowed'],
  'presence:point': ['ok', 'ok', 'ok', 'not-allowed', 'not-allowed', 'ok'],
  'clock': ['ok', 'ok', 'ok', 'ok', 'ok', 'not-allowed'],
}

let site: TestWeb
beforeAll(async () => { site = await startTestWeb({ proxied: true, policy: roomyPolicy() }) })
afterAll(async () => { await site.close() })

async function callerAs(who: Who, world: World): Promise<Caller> {
  switch (who) {
    case 'viewer': return { cookie: (await site.person('viewer')).cookie }
    case 'operator': return { cookie: world.owner.cookie }
    case 'admin': return { cookie: site.admin.cookie }
    case 'guest': return { cookie: (await share(site, world)).cookie }
    case 'readToken': return { token: (await token(site, world.owner.cookie, ['read'])).secret }
    case 'runToken': return { token: (await token(site, world.owner.cookie, ['run'])).secret }
  }
}

function requestOf(message: Message, { sessionId, runId }: World): object {
  switch (message) {
    case 'session:subscribe': return { sessionId, after: 0 }
    case 'session:unsubscribe': return { sessionId }
    case 'run:stop': return { sessionId, runId }
    case 'transcript:read': return { sessionId, runId, fromLine: 1, count: 10 }
    case 'presence:point': return { sessionId, atMs: 1 }
    case 'clock': return {}
  }
}

/** As a hostile client would: any name, any arguments. */
function emit(client: Client, event: string, ...args: unknown[]): Promise<Result<unknown>> {
  return (client as unknown as { emitWithAck(event: string, ...args: unknown[]): Promise<Result<unknown>> }).emitWithAck(event, ...args)
}

describe.each(Object.keys(TABLE) as Message[])('%s', (message) => {
  test.each(WHO.map((who, column) => ({ who, code: TABLE[message][column] ?? '' })))('$who: $code', async ({ who, code }) => {
    const world = await makeWorld(site)
    const client = site.connect(await callerAs(who, world))
    await connected(client)
    const answer = await emit(client, message, requestOf(message, world))
    expect(answer.ok ? 'ok' : answer.error.code).toBe(code)
    client.disconnect()
  })
})

/** Status of a raw handshake; 101 when it was accepted. */
async function handshake(shake: Shake): Promise<number | 'cut'> {
  const answer = await rawSocket(site.port, shake)
  if ('stream' in answer) answer.stream.destroy()
  return answer.status
}

test('a handshake needs our Host, our Origin and a live credential; nothing is made before', async () => {
  const { cookie } = site.admin
  const bearer = `Bearer ${(await token(site, cookie, ['read'])).secret}`
  const good = { cookie, origin: site.origin, 'x-forwarded-for': '203.0.113.1' }
  const before = site.gateway.figures().sockets
  const cases: [string, Shake, number | 'cut'][] = [
    ['as our page', { headers: good }, 101],
    ['a token without Origin', { headers: { authorization: bearer } }, 101],
    ['a cookie without Origin', { headers: { cookie } }, 403],
    ['a foreign Origin', { headers: { ...good, origin: 'http://evil.example' } }, 403],
    ['Origin null', { headers: { ...good, origin: 'null' } }, 403],
    ['Origin with another port', { headers: { ...good, origin: `http://127.0.0.1:${site.port + 1}` } }, 403],
    ['Origin https', { headers: { ...good, origin: `https://127.0.0.1:${site.port}` } }, 403],
    ['Origin localhost, Host 127.0.0.1', { headers: { ...good, origin: `http://localhost:${site.port}` } }, 403],
    ['a token from a foreign page', { headers: { authorization: bearer, origin: 'http://evil.example' } }, 403],
    ['a rebound Host', { headers: { ...good, host: `evil.example:${site.port}`, origin: `http://evil.example:${site.port}` } }, 421],
    ['nobody', { headers: { origin: site.origin } }, 401],
    ['a wrong cookie', { headers: { ...good, cookie: `hopscope-local=${'A'.repeat(43)}` } }, 401],
    ['a wrong token beside a good cookie', { headers: { ...good, authorization: 'Bearer hsa_nothing' } }, 401],
    ['polling', { path: '/socket.io/?EIO=4&transport=polling', headers: good }, 400],
    ['an engine session id', { path: '/socket.io/?EIO=4&transport=websocket&sid=abc', headers: good }, 400],
    ['another path', { path: '/api/v1/sessions', headers: good }, 'cut'],
    ['the path of hot reload', { path: '/_next/webpack-hmr', headers: good }, 'cut'],
    ['the root', { path: '/', headers: good }, 'cut'],
  ]
  const seen = await Promise.all(cases.map(async ([name, shake]) => [name, await handshake(shake)] as const))
  expect(Object.fromEntries(seen)).toEqual(Object.fromEntries(cases.map(([name, , status]) => [name, status])))
  expect(site.gateway.figures().sockets).toBe(before)
})

test('polling requests and anything else under /socket.io/ get nothing', async () => {
  const answers = await Promise.all(['GET', 'POST'].map((method) => site.ask({ method, path: '/socket.io/?EIO=4&transport=polling', cookie: site.admin.cookie, ...(method === 'POST' && { raw: '40' }) })))
  expect(answers.map((answer) => answer.status)).toEqual([404, 404])
})

test('20 handshakes in 10 s an address, then 429; 20 sockets a person, then 429', async () => {
  const flood = { origin: site.origin, cookie: 'x', 'x-forwarded-for': '203.0.113.77' }
  const statuses = []
  for (let i = 0; i < 22; i += 1) statuses.push(await handshake({ headers: flood }))
  expect(statuses).toEqual([...Array<number>(20).fill(401), 429, 429])
  const one = await site.person('viewer')
  const clients = Array.from({ length: 20 }, () => site.connect({ cookie: one.cookie }))
  await Promise.all(clients.map(connected))
  await expect(connected(site.connect({ cookie: one.cookie }))).rejects.toThrow()
  clients[0]?.disconnect()
  await expect.poll(() => site.web.limits.sockets.held(one.userId)).toBe(19)
  await connected(site.connect({ cookie: one.cookie }))
  for (const client of clients) client.disconnect()
})

test('three invalid messages in 10 s close the socket; each is answered', async () => {
  const client = site.connect({ cookie: site.admin.cookie })
  await connected(client)
  const gone = disconnected(client)
  expect(errorOf(await emit(client, 'session:subscribe', { sessionId: 'x', after: 0 }))).toMatchObject({ code: 'invalid', field: 'sessionId' })
  expect(errorOf(await emit(client, 'session:subscribe', JSON.parse('{"sessionId":"AAAAAAAAAAAAAAAA","after":0,"__proto__":{"role":"admin"}}')))).toMatchObject({ code: 'invalid' })
  expect(errorOf(await emit(client, 'constructor', {}))).toMatchObject({ code: 'invalid' })
  expect(await gone).toBe('io server disconnect')
})

test('more than 20 messages a second are refused, a flood is cut off', async () => {
  const client = site.connect({ cookie: site.admin.cookie })
  await connected(client)
  const answers = await Promise.all(Array.from({ length: 25 }, () => emit(client, 'clock', {})))
  expect(answers.slice(0, 20).every((answer) => answer.ok)).toBe(true)
  expect(errorOf(answers[20] ?? { ok: true, value: null })).toMatchObject({ code: 'rate-limited', retryAfterS: 1 })
  const gone = disconnected(client)
  for (let i = 0; i < 500; i += 1) client.emit('clock', {}, () => undefined)
  expect(await gone).toBe('io server disconnect')
})

test('a message over 64 KiB closes its socket, others live on', async () => {
  const [big, other] = [site.connect({ cookie: site.admin.cookie }), site.connect({ cookie: site.admin.cookie })]
  await Promise.all([big, other].map(connected))
  const gone = disconnected(big)
  big.emit('session:subscribe', { sessionId: 'x'.repeat(70_000), after: 0 } as never, () => undefined)
  await gone
  expect((await emit(other, 'clock', {})).ok).toBe(true)
})

test('one connection watches eight sessions at most', async () => {
  const world = await makeWorld(site)
  const client = site.connect({ cookie: site.admin.cookie })
  await connected(client)
  const worlds = [world, ...await Promise.all(Array.from({ length: 8 }, () => makeWorld(site)))]
  const answers = []
  for (const { sessionId } of worlds) answers.push(await emit(client, 'session:subscribe', { sessionId, after: 0 }))
  expect(answers.map((answer) => answer.ok)).toEqual([...Array<boolean>(8).fill(true), false])
  client.disconnect()
})

test('presence counts a person once and guests by number, points reach everyone (guests without names), leaving is seen', async () => {
  const world = await makeWorld(site)
  const guest = await share(site, world)
  const [one, two, third] = [site.connect({ cookie: world.owner.cookie }), site.connect({ cookie: world.owner.cookie }), site.connect({ cookie: guest.cookie })]
  await Promise.all([one, two, third].map(connected))
  const full = heard(one, 'session:presence', (presence) => presence.guests === 1 && presence.people.length === 1)
  const toGuest = heard(third, 'session:presence')
  for (const client of [one, two, third]) await new Recorder(client, world.sessionId).subscribe(world.sessionId)
  expect(await toGuest).toEqual({ sessionId: world.sessionId, people: [], guests: 2 })
  expect(await full).toEqual({ sessionId: world.sessionId, people: [{ display: `Test ${world.owner.name}`, initials: expect.stringMatching(/^T\w$/) }], guests: 1 })
  const pointed = heard(third, 'session:point'), pointedOne = heard(one, 'session:point')
  valueOf(await emit(two, 'presence:point', { sessionId: world.sessionId, atMs: 12.5 }))
  expect(await pointed).toEqual({ sessionId: world.sessionId, atMs: 12.5, by: 'Somebody on the team' })
  expect(await pointedOne).toMatchObject({ by: `Test ${world.owner.name}` })
  const left = heard(one, 'session:presence', (presence) => presence.guests === 0)
  third.disconnect()
  await left
})

test('a deleted session, or one made private, is gone for those who watched it', async () => {
  const world = await makeWorld(site)
  const other = site.connect({ cookie: (await site.person('viewer')).cookie })
  await connected(other)
  await new Recorder(other, world.sessionId).subscribe(world.sessionId)
  const hidden = heard(other, 'session:gone')
  valueOf(await site.call('PATCH', `/api/v1/sessions/${world.sessionId}`, { cookie: world.owner.cookie, body: { visibility: 'private' } }))
  expect(await hidden).toEqual({ sessionId: world.sessionId, reason: 'revoked' })
  const owner = site.connect({ cookie: world.owner.cookie })
  await connected(owner)
  await new Recorder(owner, world.sessionId).subscribe(world.sessionId)
  const deleted = heard(owner, 'session:gone')
  const list = heard(owner, 'sessions:changed')
  valueOf(await site.call('DELETE', `/api/v1/sessions/${world.sessionId}`, { cookie: world.owner.cookie }))
  expect(await deleted).toEqual({ sessionId: world.sessionId, reason: 'deleted' })
  await list
  expect(site.web.runs.live.get(world.runId)).toBeNull()
  expect(site.vantage.stopped.some((stop) => stop.runId === world.runId)).toBe(true)
})

test('the vantage is told to people with its facts, to guests without', async () => {
  const world = await makeWorld(site)
  const link = await share(site, world, FULL)
  const person = site.connect({ cookie: site.admin.cookie })
  const guest = site.connect({ cookie: link.cookie })
  const [told, toldGuest] = await Promise.all([heard(person, 'vantage'), heard(guest, 'vantage')])
  expect(told).toMatchObject({ online: true, facts: { hostname: 'bastion-1.example.internal' } })
  expect(toldGuest).toEqual({ online: true, facts: null })
})
