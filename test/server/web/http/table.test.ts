/** Every route against every kind of caller, from a table written by hand; every success is held against its documented schema. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CreatedShare, SignInSummary } from '#lib/protocol/api.ts'
import { ROUTES, type RouteName } from '#lib/protocol/routes.ts'
import { ANSWERS } from '#server/web/http/openapi/answers.ts'
import { startTestWeb, valueOf, type Answer, type TestWeb } from '../helpers.ts'
import { FULL, makeWorld, roomyPolicy, share, token, type Caller, type World } from '../worlds.ts'

const WHO = ['nobody', 'viewer', 'operator', 'admin', 'guest', 'readToken', 'runToken'] as const
type Who = (typeof WHO)[number]

/** Status for: nobody, viewer, operator who owns the session, admin, holder of its link, token that reads, token that runs. */
const TABLE: Record<RouteName, readonly [number, number, number, number, number, number, number]> = {
  'me.read': [401, 200, 200, 200, 401, 200, 200],
  'me.password': [401, 200, 200, 200, 403, 403, 403],
  'sign-in.list': [401, 200, 200, 200, 403, 403, 403],
  'sign-in.revoke': [401, 200, 200, 200, 403, 403, 403],
  'setup': [409, 409, 409, 409, 409, 409, 409],
  'sign-in': [200, 200, 200, 200, 200, 200, 200],
  'sign-out': [200, 200, 200, 200, 200, 200, 200],
  'vantage.read': [401, 200, 200, 200, 403, 200, 403],
  'vantage.check': [401, 403, 200, 200, 403, 403, 200],
  'policy.read': [401, 200, 200, 200, 403, 200, 403],
  'target.inspect': [401, 403, 200, 200, 403, 403, 200],
  'session.list': [401, 200, 200, 200, 403, 200, 403],
  'session.start': [401, 403, 201, 201, 403, 403, 201],
  'session.read': [401, 200, 200, 200, 200, 200, 403],
  'session.edit': [401, 403, 200, 200, 403, 403, 200],
  'session.delete': [401, 403, 200, 200, 403, 403, 403],
  'run.start': [401, 403, 201, 201, 403, 403, 201],
  'run.stop': [401, 403, 200, 200, 403, 403, 200],
  'event.read': [401, 200, 200, 200, 200, 200, 403],
  'finding.read': [401, 200, 200, 200, 200, 200, 403],
  'export.json': [401, 200, 200, 200, 200, 200, 403],
  'export.csv': [401, 200, 200, 200, 200, 200, 403],
  'transcript.read': [401, 200, 200, 200, 200, 200, 403],
  'transcript.download': [401, 200, 200, 200, 200, 200, 403],
  'share.create': [401, 403, 201, 201, 403, 403, 403],
  'share.list': [401, 403, 200, 200, 403, 403, 403],
  'share.revoke': [401, 403, 200, 200, 403, 403, 403],
  'share.redeem': [200, 200, 200, 200, 200, 200, 200],
  'user.list': [401, 403, 403, 200, 403, 403, 403],
  'user.create': [401, 403, 403, 201, 403, 403, 403],
  'user.edit': [401, 403, 403, 200, 403, 403, 403],
  'token.list': [401, 403, 200, 200, 403, 403, 403],
  'token.create': [401, 403, 201, 201, 403, 403, 403],
  'token.revoke': [401, 403, 200, 200, 403, 403, 403],
  'audit.read': [401, 403, 403, 200, 403, 403, 403],
}

let site: TestWeb
beforeAll(async () => { site = await startTestWeb({ proxied: true, policy: roomyPolicy() }) })
afterAll(async () => { await site.close() })

async function callerAs(who: Who, world: World): Promise<Caller> {
  switch (who) {
    case 'nobody': return {}
    case 'viewer': return { cookie: (await site.person('viewer')).cookie }
    case 'operator': return { cookie: world.owner.cookie }
    case 'admin': return { cookie: (await site.person('admin')).cookie }
    case 'guest': return { cookie: (await share(site, world)).cookie }
    case 'readToken': return { token: (await token(site, world.owner.cookie, ['read'])).secret }
    case 'runToken': return { token: (await token(site, world.owner.cookie, ['run'])).secret }
  }
}

const startBody = { target: '127.0.0.1', runs: [{ tool: 'ping', options: { count: 1 } }] }

/** A good request of each route; `{name}` parts of the path and the body. */
async function request(name: RouteName, world: World, caller: Caller): Promise<{ params: Record<string, string>; body?: object; query?: string }> {
  const { sessionId, runId } = world
  const params: Record<string, string> = { sessionId, runId, userId: site.admin.userId, shareId: 'AAAAAAAAAAAAAAAA', tokenId: 'none', signInId: 'AAAAAAAAAAAAAAAA' }
  const bodies: Partial<Record<RouteName, object>> = {
    'me.password': { current: 'correct horse battery', next: 'another horse battery' },
    'setup': { token: 'x', name: 'late', display: 'Late', password: 'correct horse battery' },
    'sign-in': { name: 'root', password: 'correct horse battery' },
    'target.inspect': { target: 'db-1.example.internal' },
    'session.start': startBody,
    'run.start': startBody,
    'session.edit': { title: 'Renamed' },
    'share.create': { scope: FULL, expiresInS: 600 },
    'user.create': { name: `new-${Math.random().toString(36).slice(2, 10)}`, display: 'New', role: 'viewer', password: 'correct horse battery' },
    'user.edit': { display: 'Rita' },
    'token.create': { name: 'x', scopes: ['read'], expiresInS: 600 },
  }
  if (name === 'share.redeem') return { params, body: { sessionId, secret: (await share(site, world)).secret } }
  if (name === 'share.revoke') params['shareId'] = (await share(site, world)).share.shareId
  if (name === 'sign-in.revoke') params['signInId'] = (await signInsOf(caller))[0]?.signInId ?? 'none'
  if (name === 'token.revoke' && caller.cookie !== undefined) {
    const made = await site.call<{ token: { tokenId: string } }>('POST', '/api/v1/tokens', { cookie: caller.cookie, body: bodies['token.create'] ?? {} })
    if (made.ok) params['tokenId'] = made.value.token.tokenId
  }
  return { params, body: bodies[name] ?? {} }
}

async function signInsOf(caller: Caller): Promise<SignInSummary[]> {
  const list = caller.cookie === undefined ? null : await site.call<SignInSummary[]>('GET', '/api/v1/me/sign-ins', { cookie: caller.cookie })
  return list?.ok === true ? list.value : []
}

async function hit(name: RouteName, world: World, caller: Caller): Promise<Answer> {
  const { method, path } = ROUTES[name]
  const { params, body } = await request(name, world, caller)
  const headers: Record<string, string> = caller.token === undefined ? {} : { authorization: `Bearer ${caller.token}` }
  const hasBody = method === 'POST' || method === 'PATCH'
  return site.ask({
    method, path: path.replace(/:(\w+)/g, (_, key: string) => params[key] ?? ''), headers,
    ...(hasBody && { body }), ...(caller.cookie !== undefined && { cookie: caller.cookie }),
  })
}

describe.each(Object.keys(ROUTES) as RouteName[])('%s', (name) => {
  test.each(WHO.map((who, column) => ({ who, status: TABLE[name][column] ?? 0 })))('$who gets $status', async ({ who, status }) => {
    const world = await makeWorld(site)
    const answer = await hit(name, world, await callerAs(who, world))
    expect({ status: answer.status, text: answer.status === status ? '' : answer.text }).toEqual({ status, text: '' })
    expect(answer.headers['cache-control']).toBe('no-store')
    const schema = ANSWERS[name]
    if (status >= 400) expect(answer.json).toMatchObject({ ok: false, error: { code: expect.any(String), message: expect.stringMatching(/[.]$/) } })
    else if (schema === 'file') expect(answer.headers['content-disposition']).toMatch(/^attachment; filename="hopscope-[\w-]+\.(json|csv|txt)"$/)
    else expect(schema.safeParse((answer.json as { value: unknown }).value).error?.issues).toBeUndefined()
  })
})

test('what belongs to its owner is refused to other operators, who see it all the same', async () => {
  const world = await makeWorld(site)
  const other = await site.person('operator')
  const answers = await Promise.all([
    site.call('DELETE', `/api/v1/sessions/${world.sessionId}`, { cookie: other.cookie }),
    site.call('PATCH', `/api/v1/sessions/${world.sessionId}`, { cookie: other.cookie, body: { visibility: 'private' } }),
    site.call('PATCH', `/api/v1/sessions/${world.sessionId}`, { cookie: other.cookie, body: { title: 'Mine now' } }),
    site.call('POST', `/api/v1/sessions/${world.sessionId}/shares`, { cookie: other.cookie, body: { scope: FULL, expiresInS: 600 } }),
  ])
  expect(answers.map((answer) => (answer.ok ? 'ok' : answer.error.code))).toEqual(['not-allowed', 'not-allowed', 'not-allowed', 'not-allowed'])
  expect(await site.call('PATCH', `/api/v1/sessions/${world.sessionId}`, { cookie: other.cookie, body: { title: 'Not theirs' } })).toMatchObject({ ok: false, error: { code: 'not-allowed' } })
  for (const cookie of [world.owner.cookie, site.admin.cookie]) expect((await site.call('PATCH', `/api/v1/sessions/${world.sessionId}`, { cookie, body: { title: 'Theirs' } })).ok).toBe(true)
  const mine = await share(site, world)
  expect(await site.call('DELETE', `/api/v1/shares/${mine.share.shareId}`, { cookie: other.cookie })).toMatchObject({ ok: false, error: { code: 'not-found' } })
  expect(valueOf(await site.call<CreatedShare[]>('GET', `/api/v1/shares?sessionId=${world.sessionId}`, { cookie: other.cookie }))).toEqual([])
})

test('a private session is as absent to everybody else as one that never was, byte for byte', async () => {
  const world = await makeWorld(site, { visibility: 'private' })
  const paths = (id: string): string[] => ['', '/events', '/findings', '/export.csv', '/export.json', `/runs/${world.runId}/transcript`, `/runs/${world.runId}/transcript.txt`].map((tail) => `/api/v1/sessions/${id}${tail}`)
  const guest = await share(site, await makeWorld(site))
  for (const cookie of [(await site.person('operator')).cookie, site.admin.cookie, (await site.person('viewer')).cookie, guest.cookie]) {
    const hidden = await Promise.all(paths(world.sessionId).map((path) => site.ask({ path, cookie })))
    const absent = await Promise.all(paths('AAAAAAAAAAAAAAAA').map((path) => site.ask({ path, cookie })))
    expect(hidden.map(({ status, text }) => ({ status, text }))).toEqual(absent.map(({ status, text }) => ({ status, text })))
    expect(new Set(hidden.map((answer) => answer.status))).toEqual(new Set([404]))
  }
  const list = valueOf(await site.call<{ sessionId: string }[]>('GET', '/api/v1/sessions?limit=200', { cookie: site.admin.cookie }))
  expect(list.some((session) => session.sessionId === world.sessionId)).toBe(false)
})

test('a link opens its own session and no other, even beside a signed-in person of too low a role', async () => {
  const secretWorld = await makeWorld(site, { visibility: 'private' })
  const guest = await share(site, secretWorld)
  const viewer = await site.person('viewer')
  const both = `${viewer.cookie}; ${guest.cookie}`
  expect((await site.ask({ path: `/api/v1/sessions/${secretWorld.sessionId}`, cookie: viewer.cookie })).status).toBe(404)
  expect((await site.ask({ path: `/api/v1/sessions/${secretWorld.sessionId}`, cookie: both })).status).toBe(200)
  expect((await site.ask({ method: 'POST', path: `/api/v1/sessions/${secretWorld.sessionId}/runs/${secretWorld.runId}/stop`, cookie: both, body: {} })).status).toBe(403)
})
