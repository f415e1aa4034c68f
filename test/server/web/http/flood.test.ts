/** What anybody at all may do is bounded: connections, slow requests, pages drawn, audit entries about attempts that were turned away. */
import { connect } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { connected, startTestWeb, type TestWeb, type TestWebOptions } from '../helpers.ts'
import { makeWorld } from '../worlds.ts'

let site: TestWeb | null = null
afterEach(async () => {
  await site?.close()
  site = null
})
async function start(options: TestWebOptions = {}): Promise<{ web: TestWeb; drawn: string[] }> {
  const drawn: string[] = []
  site = await startTestWeb({
    ...options,
    pages: async () => ({
      development: null, close: async () => undefined,
      async draw(request, response) {
        drawn.push(request.url ?? '')
        response.end('page')
      },
    }),
  })
  return { web: site, drawn }
}

/** Everything that came back until the server closed the connection. */
function answerTo(port: number, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    socket.on('data', (chunk: Buffer) => { text += chunk.toString('latin1') })
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(text))
  })
}

test('headers that never end are answered 408 and closed within the limit and one look', { timeout: 20_000 }, async () => {
  const { web } = await start()
  expect(await answerTo(web.port, `GET / HTTP/1.1\r\nHost: 127.0.0.1:${web.port}\r\nX: `)).toMatch(/^HTTP\/1\.1 408 /)
})

test('pages drawn for one address are counted, built files are not', async () => {
  const { web, drawn } = await start({ proxied: true })
  const headers = { 'x-forwarded-for': '203.0.113.77' }
  for (let i = 0; i < 600; i += 1) expect((await web.ask({ path: '/sign-in', headers })).status).toBe(200)
  const refused = await web.ask({ path: '/sign-in', headers })
  expect([refused.status, (refused.json as { error: { code: string } }).error.code]).toEqual([429, 'rate-limited'])
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
  expect((await web.ask({ path: '/_next/static/chunks/a.js', headers })).status).toBe(200)
  expect((await web.ask({ path: '/sign-in', headers: { 'x-forwarded-for': '203.0.113.78' } })).status).toBe(200)
  expect(drawn).toHaveLength(602)
})

test('Next draws the address that was judged, not one it could read in another way', async () => {
  const { web, drawn } = await start()
  for (const path of ['/users/../s/x', '/users/%2e%2e/s/x', '/s/y\\..\\x']) await answerTo(web.port, `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${web.port}\r\nConnection: close\r\n\r\n`)
  expect(drawn).toEqual(['/s/x', '/s/x', '/s/x'])
})

test('attempts that a limit turned away leave five audit entries a minute, judged ones all', async () => {
  const { web } = await start({ proxied: true })
  const headers = { 'x-forwarded-for': '203.0.113.79' }
  for (let i = 0; i < 40; i += 1) await web.ask({ method: 'POST', path: '/api/v1/shares/redeem', headers, body: { sessionId: 'AAAAAAAAAAAAAAAA', secret: `hss_${'A'.repeat(32)}` } })
  const entries = await web.web.audit.tail(1000)
  expect(entries.filter((entry) => entry.action === 'share-open-failed')).toHaveLength(20 + 5)
})

test('the policy in force is in the audit log from the start', async () => {
  const { web } = await start()
  expect(await web.web.audit.tail(1000)).toContainEqual(expect.objectContaining({ action: 'config', setting: 'policy', value: `${web.web.policy.id} (built-in default)` }))
})

test('files and subscriptions of one reader are counted', async () => {
  const { web } = await start({ proxied: true })
  const world = await makeWorld(web)
  const path = `/api/v1/sessions/${world.sessionId}/export.csv`
  for (let i = 0; i < 20; i += 1) expect((await web.ask({ path, cookie: world.owner.cookie })).status).toBe(200)
  expect((await web.ask({ path, cookie: world.owner.cookie })).status).toBe(429)
  expect((await web.ask({ path, cookie: web.admin.cookie })).status).toBe(200)
  const codes: string[] = []
  for (let round = 0; round < 3; round += 1) {
    const client = web.connect({ cookie: world.owner.cookie })
    await connected(client)
    for (let i = 0; i < 15; i += 1) {
      const answer = await client.emitWithAck('session:subscribe', { sessionId: world.sessionId, after: 0 })
      codes.push(answer.ok ? 'ok' : answer.error.code)
    }
  }
  expect(codes.filter((code) => code === 'ok')).toHaveLength(40)
  expect(codes.slice(40)).toEqual(Array<string>(5).fill('rate-limited'))
})

test('doors of Next that are not ours stay shut, for people who signed in too', async () => {
  const { web, drawn } = await start()
  for (const path of ['/_next/image?url=%2Ficon.svg&w=64&q=75', '/_next/data/x/users.json', '/_next/webpack-hmr']) expect([path, (await web.ask({ path, cookie: web.admin.cookie })).status]).toEqual([path, 404])
  expect(drawn).toEqual([])
})

test('metrics asked for under the public name are not this machine\'s own question', async () => {
  const { web } = await start({ config: { publicUrl: 'https://scope.example.net' } })
  expect((await web.ask({ path: '/metrics' })).status).toBe(200)
  expect((await web.ask({ path: '/metrics', headers: { host: 'scope.example.net' } })).status).toBe(403)
})
