/** What the first paint of a session page is given, and to whom; and looking at one's own link as a guest would. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { PageBoot, SessionDetail, Started } from '#lib/protocol/api.ts'
import type { RunId, SessionId } from '#lib/protocol/ids.ts'
import { connected, heard, startTestWeb, valueOf, type TestWeb } from '../helpers.ts'
import { FULL, makeWorld, roomyPolicy, share } from '../worlds.ts'

const boots: PageBoot[] = []
let site: TestWeb
beforeAll(async () => {
  site = await startTestWeb({
    policy: roomyPolicy(),
    pages: async () => ({
      development: null, close: async () => undefined,
      async draw(request, response) {
        boots.push(JSON.parse(Buffer.from(String(request.headers['x-hopscope-boot']), 'base64url').toString('utf8')) as PageBoot)
        response.end('page')
      },
    }),
  })
})
afterAll(async () => { await site.close() })

async function boot(path: string, cookie?: string): Promise<PageBoot> {
  await site.ask({ path, ...(cookie !== undefined && { cookie }) })
  const last = boots.at(-1)
  if (last === undefined) throw new Error('no page was drawn')
  return last
}

test('those who may see the session get its figures; nonce aside, all others get the page of an id that never was', async () => {
  const world = await makeWorld(site, { visibility: 'private' })
  const { session } = await boot(`/s/${world.sessionId}`, world.owner.cookie)
  expect(session).toMatchObject({ sessionId: world.sessionId, target: 'db-1.example.internal', live: true, endedAtMs: null, moreFindings: 0 })
  expect(session?.run?.figures).toMatchObject({ lost: 0, p50Ms: 2, jitterMs: 1, of: 2 })
  expect((await boot(`/s/${world.sessionId}/terminal?last=all`, world.owner.cookie)).session?.sessionId).toBe(world.sessionId)
  const other = await site.person('operator')
  for (const cookie of [undefined, other.cookie, site.admin.cookie]) {
    const hidden = await boot(`/s/${world.sessionId}`, cookie)
    const absent = await boot('/s/AAAAAAAAAAAAAAAA', cookie)
    expect('session' in hidden).toBe(false)
    expect({ ...hidden, nonce: '', nowMs: 0 }).toEqual({ ...absent, nonce: '', nowMs: 0 })
  }
  expect('session' in await boot('/sessions', world.owner.cookie)).toBe(false)
  expect('session' in await boot('/s/not-an-id', world.owner.cookie)).toBe(false)
})

test('a guest gets what their link shows, with its pseudonyms, and nothing of another session', async () => {
  const world = await makeWorld(site)
  const open = await share(site, world)
  expect((await boot(`/s/${world.sessionId}`, open.cookie)).session).toMatchObject({ target: 'db-1.example.internal' })
  const hiding = await share(site, world, { transcript: false, hidePrivate: true, time: { mode: 'live' } })
  const { session } = await boot(`/s/${world.sessionId}`, hiding.cookie)
  expect(session?.run).not.toBeNull()
  expect(JSON.stringify(session)).not.toMatch(/db-1|example\.internal|bastion-1|10\.|127\.0/)
  const elsewhere = await makeWorld(site)
  expect('session' in await boot(`/s/${elsewhere.sessionId}`, open.cookie)).toBe(false)
})

test('as a guest, one loses every right of one\'s own: page, API and socket', async () => {
  const world = await makeWorld(site)
  const link = await share(site, world, { ...FULL, hidePrivate: true, transcript: false })
  const cookie = `${world.owner.cookie}; ${link.cookie}`
  const page = await boot(`/s/${world.sessionId}?as=guest`, cookie)
  expect(page).toMatchObject({ me: null, share: { shareId: link.share.shareId }, version: '' })
  expect(JSON.stringify(page.session)).not.toContain('db-1')
  const headers = { 'x-hopscope-as': 'guest' }
  const detail = await site.ask({ path: `/api/v1/sessions/${world.sessionId}`, cookie, headers })
  expect((detail.json as { value: SessionDetail }).value.session.target).not.toBe('db-1.example.internal')
  expect(valueOf(await site.call<SessionDetail>('GET', `/api/v1/sessions/${world.sessionId}`, { cookie })).session.target).toBe('db-1.example.internal')
  expect((await site.ask({ path: '/api/v1/me', cookie, headers })).status).toBe(401)
  expect((await site.ask({ method: 'POST', path: `/api/v1/sessions/${world.sessionId}/runs/${world.runId}/stop`, body: {}, cookie, headers })).status).toBe(403)
  const socket = site.connect({ cookie, query: { as: 'guest' } })
  const told = heard(socket, 'vantage')
  await connected(socket)
  expect(await told).toMatchObject({ facts: null })
  expect(await socket.emitWithAck('session:subscribe', { sessionId: world.sessionId, after: 0 })).toMatchObject({ ok: true, value: { canRun: false, canShare: false, snapshot: null } })
  expect(await socket.emitWithAck('run:stop', { sessionId: world.sessionId, runId: world.runId })).toMatchObject({ ok: false })
})

test('a session of names alone shows how many questions had an answer, one of reach its first address', async () => {
  const owner = await site.person('operator')
  const begin = async (target: string, tool: string): Promise<{ sessionId: SessionId; runId: RunId }> => {
    const { sessionId, runIds: [runId] } = valueOf(await site.call<Started>('POST', '/api/v1/sessions', { cookie: owner.cookie, body: { target, runs: [{ tool, options: {} }] } }))
    if (runId === undefined) throw new Error('no run')
    return { sessionId, runId }
  }
  const names = await begin('gone.example.com', 'dns')
  const reply = { status: 'NXDOMAIN', server: { address: '10.0.0.53', port: 53 }, transport: 'udp' as const, flags: [], authoritative: false, answers: [], authority: [], additional: [], queryMs: 3, bytes: 40, truncated: false, ede: [] }
  const asked = { runId: names.runId, line: 1, round: 1, server: '10.0.0.53', purpose: 'matrix' as const, name: 'gone.example.com', atMs: Date.now() }
  site.vantage.say(names.runId, [
    { kind: 'dns.server', runId: names.runId, server: '10.0.0.53', address: '10.0.0.53', port: 53, role: 'own', name: null, from: '/etc/resolv.conf line 1', refused: null, atMs: asked.atMs },
    { kind: 'dns.answer', ...asked, type: 'A', reply }, { kind: 'dns.answer', ...asked, type: 'AAAA', reply: { ...reply, status: 'TIMEOUT', server: null, transport: null, queryMs: null } },
  ])
  await site.web.store.append(names.sessionId, [])
  const first = await boot(`/s/${names.sessionId}`, owner.cookie)
  expect(first.session).toMatchObject({ target: 'gone.example.com', run: { address: 'gone.example.com', figures: { p50Ms: null, of: 2, lost: 1 } } })
  const reach = await begin('192.0.2.7:443', 'reach')
  site.vantage.say(reach.runId, [1, 2].map((n) => ({ kind: 'reach.connect', runId: reach.runId, line: n, address: '192.0.2.7', port: 443, n, sentAtMs: asked.atMs + n, state: 'open', ms: 2 * n, code: null, atMs: asked.atMs + 9 + n })))
  await site.web.store.append(reach.sessionId, [])
  expect((await boot(`/s/${reach.sessionId}`, owner.cookie)).session).toMatchObject({ run: { address: '192.0.2.7', figures: { p50Ms: 3, of: 2, lost: 0 } } })
})
