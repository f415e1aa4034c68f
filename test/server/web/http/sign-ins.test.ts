/** A person's own sign-ins: listed with the one that asks marked, ended one by one, never anybody else's. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SignInSummary } from '#lib/protocol/api.ts'
import { connected, cookieFor, disconnected, startTestWeb, valueOf, type TestWeb } from '../helpers.ts'

let site: TestWeb
beforeAll(async () => { site = await startTestWeb({ proxied: true }) })
afterAll(async () => { await site.close() })

const list = async (cookie: string): Promise<SignInSummary[]> => valueOf(await site.call<SignInSummary[]>('GET', '/api/v1/me/sign-ins', { cookie }))

test('every browser of the person is listed and only the asking one is current', async () => {
  const one = await site.person('viewer')
  const second = cookieFor(site.web, one.userId)
  const seen = await list(one.cookie)
  expect(seen.filter(({ current }) => current)).toHaveLength(1)
  expect(seen).toHaveLength(2)
  expect((await list(second)).find((row) => row.current)?.signInId).toBe(seen.find((row) => !row.current)?.signInId)
  expect(seen[0]).toMatchObject({ agent: 'test', address: '127.0.0.1' })
  expect(JSON.stringify(seen)).not.toContain(one.cookie.split('=')[1])
})

test('an ended sign-in is out at once, with its sockets; the others stay', async () => {
  const one = await site.person('viewer')
  const second = cookieFor(site.web, one.userId)
  const socket = site.connect({ cookie: second })
  await connected(socket)
  const other = (await list(one.cookie)).find((row) => !row.current)
  const gone = disconnected(socket)
  expect((await site.call('DELETE', `/api/v1/me/sign-ins/${other?.signInId ?? ''}`, { cookie: one.cookie })).ok).toBe(true)
  await gone
  expect(await site.call('GET', '/api/v1/me', { cookie: second })).toMatchObject({ ok: false, error: { code: 'not-signed-in' } })
  expect(await list(one.cookie)).toHaveLength(1)
})

test('what belongs to somebody else is not there', async () => {
  const [one, two] = [await site.person('viewer'), await site.person('admin')]
  const theirs = (await list(one.cookie))[0]?.signInId ?? ''
  expect(await site.call('DELETE', `/api/v1/me/sign-ins/${theirs}`, { cookie: two.cookie })).toMatchObject({ ok: false, error: { code: 'not-found' } })
  expect(await list(one.cookie)).toHaveLength(1)
})

test('ending the asking one signs out and takes the cookie', async () => {
  const one = await site.person('viewer')
  const mine = (await list(one.cookie))[0]?.signInId ?? ''
  const answer = await site.ask({ method: 'DELETE', path: `/api/v1/me/sign-ins/${mine}`, cookie: one.cookie })
  expect(answer.status).toBe(200)
  expect(String(answer.headers['set-cookie'])).toMatch(/hopscope-local=;.*Max-Age=0/)
  expect((await site.ask({ path: '/api/v1/me', cookie: one.cookie })).status).toBe(401)
})
