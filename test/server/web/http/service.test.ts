/** Setup, health, metrics, the API's description, exports, and what pages are told. */
import type { IncomingHttpHeaders } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { PageBoot } from '#lib/protocol/api.ts'
import { ROUTES, type RouteSpec } from '#lib/protocol/routes.ts'
import type { SessionEvent } from '#lib/protocol/events.ts'
import { RULES } from '#lib/protocol/access.ts'
import type { SharedVerb } from '#server/web/guard.ts'
import { csvRow } from '#server/web/exports/csv.ts'
import { cookiesOf, startTestWeb, valueOf, type TestWeb } from '../helpers.ts'
import { makeWorld, roomyPolicy, share, token } from '../worlds.ts'

interface Drawn { url: string; headers: IncomingHttpHeaders }
const drawn: Drawn[] = []
let site: TestWeb
beforeAll(async () => {
  site = await startTestWeb({
    policy: roomyPolicy(),
    pages: async () => ({
      development: null, close: async () => undefined,
      async draw(request, response) {
        drawn.push({ url: request.url ?? '', headers: { ...request.headers } })
        response.end('page')
      },
    }),
  })
})
afterAll(async () => { await site.close() })

test('until set-up everything but setup and health answers 503; 20 parallel setups make one admin', async () => {
  const fresh = await startTestWeb({ account: false, proxied: true })
  expect(fresh.announced).toEqual([`Hopscope is ready at ${fresh.origin}`, expect.stringContaining(`${fresh.origin}/setup#${fresh.setupToken() ?? '?'}`)])
  const entries = Object.values(ROUTES) as RouteSpec[]
  for (const { method, path } of entries.filter((route) => route.path !== '/api/v1/setup')) {
    const answer = await fresh.ask({ method, path: path.replace(/:\w+/g, 'AAAAAAAAAAAAAAAA'), ...(method !== 'GET' && { body: {} }) })
    expect([path, answer.status, (answer.json as { error: { code: string } }).error.code]).toEqual([path, 503, 'setup-needed'])
  }
  expect((await fresh.ask({ path: '/healthz' })).json).toMatchObject({ status: 'setup-needed' })
  const body = { token: fresh.setupToken(), name: 'root', display: 'Root', password: 'correct horse battery' }
  expect((await fresh.ask({ method: 'POST', path: '/api/v1/setup', body: { ...body, token: 'wrong' } })).status).toBe(403)
  const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => fresh.ask({ method: 'POST', path: '/api/v1/setup', body: { ...body, name: `root-${i}` } })))
  expect(answers.filter((answer) => answer.status === 201)).toHaveLength(1)
  const first = answers.find((answer) => answer.status === 201)
  if (first === undefined) throw new Error('nobody')
  const users = valueOf(await fresh.call<unknown[]>('GET', '/api/v1/users', { cookie: cookiesOf(first) }))
  expect(users).toHaveLength(1)
  await fresh.close()
})

test('signing in gives a fresh cookie each time and the old one dies; signing out ends it', async () => {
  const signIn = (cookie?: string) => site.ask({ method: 'POST', path: '/api/v1/sign-in', body: { name: 'root', password: 'correct horse battery' }, ...(cookie && { cookie }) })
  expect(await site.ask({ method: 'POST', path: '/api/v1/sign-in', body: { name: 'root', password: 'wrong' } })).toMatchObject({ status: 401, json: { error: { code: 'not-signed-in' } } })
  const one = cookiesOf(await signIn())
  const two = cookiesOf(await signIn(one))
  expect(two).not.toBe(one)
  expect((await site.ask({ path: '/api/v1/me', cookie: one })).status).toBe(401)
  expect((await site.ask({ path: '/api/v1/me', cookie: two })).json).toMatchObject({ value: { name: 'root', role: 'admin' } })
  const out = await site.ask({ method: 'POST', path: '/api/v1/sign-out', body: {}, cookie: two })
  expect(out.headers['set-cookie']).toEqual(['hopscope-local=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax'])
  expect((await site.ask({ path: '/api/v1/me', cookie: two })).status).toBe(401)
})

test('a link is redeemed once a browser, wrong and absent ones look alike', async () => {
  const world = await makeWorld(site)
  const link = await share(site, world)
  expect(link.link).toMatch(new RegExp(`^${site.origin}/s/${world.sessionId}#hss_[A-Za-z0-9_-]{32}$`))
  const redeem = (sessionId: string, secret: string) => site.ask({ method: 'POST', path: '/api/v1/shares/redeem', body: { sessionId, secret } })
  const [wrong, absent] = await Promise.all([redeem(world.sessionId, `hss_${'A'.repeat(32)}`), redeem('AAAAAAAAAAAAAAAA', link.secret)])
  expect([wrong.status, absent.status]).toEqual([404, 404])
  expect(wrong.text).toBe(absent.text)
  expect((await redeem(world.sessionId, link.secret)).json).toMatchObject({ ok: true, value: { sessionId: world.sessionId, by: expect.stringContaining('Test operator') } })
})

test('OpenAPI names exactly the routes, each with its path parameters and an answer', async () => {
  const document = (await site.ask({ path: '/api/openapi.json' })).json as { openapi: string; paths: Record<string, Record<string, { operationId: string; parameters?: { in: string; name: string }[]; responses: object; requestBody?: object }>> }
  expect(document.openapi).toBe('3.1.0')
  const described = Object.entries(document.paths).flatMap(([path, item]) => Object.entries(item).map(([method, operation]) => ({ path, method, operation })))
  const routes = Object.entries(ROUTES) as [string, RouteSpec][]
  expect(described.map(({ path, method, operation }) => `${operation.operationId} ${method} ${path}`).sort()).toEqual(routes.map(([name, { method, path }]) => `${name} ${method.toLowerCase()} ${path.replace(/:(\w+)/g, '{$1}')}`).sort())
  for (const { path, method, operation } of described) {
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1])
    expect((operation.parameters ?? []).filter((parameter) => parameter.in === 'path').map((parameter) => parameter.name)).toEqual(inPath)
    expect(operation.requestBody !== undefined).toBe(method === 'post' || method === 'patch')
    expect(Object.keys(operation.responses)).toEqual([expect.stringMatching(/^20[01]$/), 'default'])
  }
})

test('health tells state and no names; metrics are figures in Prometheus form, for this machine, admins and tokens', async () => {
  site.vantage.pulse()
  const health = await site.ask({ path: '/healthz' })
  expect(health.json).toEqual({ status: 'ok', version: '0.0.0-test', storage: { ok: true }, audit: { ok: true }, vantage: { online: true, tools: ['ping', 'mtr', 'pmtu', 'traceroute', 'pathping', 'dns', 'nslookup', 'reach'].map((tool) => ({ tool, state: 'ready' })) } })
  const world = await makeWorld(site)
  await expect.poll(async () => (await site.web.store.summary(world.sessionId))?.lastSeq).toBe(5)
  const metrics = await site.ask({ path: '/metrics' })
  expect(metrics.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
  expect(metrics.text).toMatch(/^hopscope_runs\{state="running"\} [1-9]/m)
  for (const line of metrics.text.trim().split('\n')) expect(line).toMatch(/^(# (HELP|TYPE) [a-z_0-9]+ .+|[a-z_0-9]+(\{[a-z]+="[a-z]+"\})? [0-9.e+-]+)$/)
  expect(metrics.text).not.toMatch(/10\.0\.0\.5|db-1|bastion/)
  const remote = { 'x-forwarded-for': '198.51.100.1' }
  expect((await site.ask({ path: '/metrics', headers: remote })).status).toBe(403)
  expect((await site.ask({ path: '/metrics', headers: remote, cookie: site.admin.cookie })).status).toBe(200)
  expect((await site.ask({ path: '/metrics', headers: remote, cookie: (await site.person('operator')).cookie })).status).toBe(403)
  const script = await token(site, site.admin.cookie, ['read'])
  expect((await site.ask({ path: '/metrics', headers: { ...remote, authorization: `Bearer ${script.secret}` } })).status).toBe(200)
})

test('both exports hold every event; formulas in cells are disarmed', async () => {
  const world = await makeWorld(site)
  site.vantage.say(world.runId, [{ kind: 'unrecognised', runId: world.runId, line: 5, text: '=HYPERLINK("http://evil")', atMs: 1_700_000_000_000 }])
  site.vantage.end(world.runId)
  await expect.poll(async () => (await site.web.store.summary(world.sessionId))?.lastSeq).toBe(7)
  const log = await site.web.store.read(world.sessionId, 0, 100)
  const json = (await site.ask({ path: `/api/v1/sessions/${world.sessionId}/export.json`, cookie: world.owner.cookie })).json
  expect(json).toMatchObject({ format: 'hopscope-session', version: 1, session: { sessionId: world.sessionId }, findings: expect.any(Array), events: log })
  const csv = await site.ask({ path: `/api/v1/sessions/${world.sessionId}/export.csv`, cookie: world.owner.cookie })
  const rows = csv.text.split('\r\n')
  expect(rows[0]).toBe('seq,time,atMs,kind,runId,probe,rttMs,ttl,bytes,from,error,text,more')
  expect(rows).toHaveLength(log.length + 2)
  expect(rows[6]).toBe(`6,2023-11-14T22:13:20.000Z,1700000000000,unrecognised,${world.runId},,,,,,,"'=HYPERLINK(""http://evil"")","{""line"":5}"`)
})

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', ' =1', '\r=1'])('a cell %j never starts a formula', (text) => {
  const event = { kind: 'unrecognised', runId: 'A', line: 1, text, atMs: 0, seq: 1 } as unknown as SessionEvent
  expect(csvRow(event)).toMatch(/,"?'/)
})

test('pages: signed-out visitors are sent to sign in, a share page is the same shell for any id, assets are for everybody', async () => {
  const get = async (path: string, cookie?: string) => {
    const answer = await site.ask({ path, ...(cookie && { cookie }) })
    return [path, answer.status, answer.headers.location ?? '']
  }
  expect(await get('/sessions?x=1')).toEqual(['/sessions?x=1', 303, '/sign-in?to=%2Fsessions%3Fx%3D1'])
  for (const path of ['/', '/account', '/policy.rsc', '/sessions.segments/_tree.segment.rsc', '/_next/image?url=%2Fx', '/_next/data/x.json', '/s/a/B.rsc']) expect((await get(path))[1]).not.toBe(200)
  for (const path of ['/sign-in', '/s/AAAAAAAAAAAAAAAA', '/s/AAAAAAAAAAAAAAAA/terminal', '/s/BBBBBBBBBBBBBBBB', '/_next/static/chunks/a.js', '/icon.svg']) expect(await get(path)).toEqual([path, 200, ''])
  expect(await get('/setup')).toEqual(['/setup', 303, '/'])
  expect(await get('/', site.admin.cookie)).toEqual(['/', 200, ''])
  expect(await get('/sign-in', site.admin.cookie)).toEqual(['/sign-in', 303, '/'])
  expect((await site.ask({ method: 'POST', path: '/', cookie: site.admin.cookie, raw: 'x', headers: { 'next-action': 'abc' } })).status).toBe(405)
  const middleware = await site.ask({ path: '/sessions', headers: { 'x-middleware-subrequest': 'middleware:middleware', rsc: '1', 'next-router-segment-prefetch': '/_tree' } })
  expect(middleware.status).toBe(303)
})

test('Next gets the boot of this visitor and nothing that a client made up, nor our cookies', async () => {
  const world = await makeWorld(site)
  const link = await share(site, world)
  const headers = {
    'x-hopscope-boot': 'forged', 'x-nonce': 'forged', 'content-security-policy': 'forged', 'x-middleware-subrequest': 'x', 'x-forwarded-host': 'evil.example', 'x-invoke-path': '/x', 'next-action': 'x',
    rsc: '1', 'user-agent': 'agent',
  }
  await site.ask({ path: '/', headers, cookie: `${site.admin.cookie}; hopscope-theme=dark` })
  const page = drawn.at(-1)
  const boot = bootOf(page)
  expect(boot).toMatchObject({ me: { name: 'root', role: 'admin' }, share: null, setupNeeded: false, vantage: { name: 'bastion-1', online: true }, version: '0.0.0-test' })
  expect(page?.headers).toEqual({
    host: `127.0.0.1:${site.port}`, connection: expect.any(String), 'user-agent': 'agent', rsc: '1', cookie: 'hopscope-theme=dark',
    'x-nonce': boot.nonce, 'content-security-policy': expect.stringContaining(`'nonce-${boot.nonce}'`), 'x-hopscope-boot': expect.any(String),
  })
  await site.ask({ path: `/s/${world.sessionId}/terminal`, cookie: link.cookie })
  expect(bootOf(drawn.at(-1))).toMatchObject({ me: null, share: { shareId: link.share.shareId, sessionId: world.sessionId, by: expect.any(String) }, vantage: { name: '' }, version: '' })
  await site.ask({ path: '/s/AAAAAAAAAAAAAAAA', cookie: link.cookie })
  expect(bootOf(drawn.at(-1))).toMatchObject({ me: null, share: null })
})

function bootOf(page: Drawn | undefined): PageBoot {
  return JSON.parse(Buffer.from(String(page?.headers['x-hopscope-boot']), 'base64url').toString('utf8')) as PageBoot
}

test('the verbs that a link may use are those that the rules say', () => {
  const shared: Record<SharedVerb, true> = { 'session:read': true, 'session:export': true }
  expect(Object.entries(RULES).filter(([, rule]) => rule.share === true).map(([verb]) => verb).sort()).toEqual(Object.keys(shared).sort())
})

test('an address that others can reach needs an account first, then TLS or a proxy', async () => {
  await expect(startTestWeb({ account: false, config: { host: '0.0.0.0', trustedProxies: ['10.0.0.1/32'] } })).rejects.toThrow(/before an account exists/)
})
