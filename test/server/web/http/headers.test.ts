/** Security headers byte for byte; Host, Origin, method, size and shape attacks on the HTTP side. */
import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestWeb, type TestWeb } from '../helpers.ts'

let site: TestWeb
let proxied: TestWeb
beforeAll(async () => {
  site = await startTestWeb()
  proxied = await startTestWeb({ config: { publicUrl: 'https://hopscope.example.net', trustedProxies: ['127.0.0.1/32'] } })
})
afterAll(async () => {
  await site.close()
  await proxied.close()
})

const FEATURES = 'accelerometer=(), autoplay=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), idle-detection=(), magnetometer=(), microphone=(), midi=(), payment=(), publickey-credentials-get=(), serial=(), usb=(), xr-spatial-tracking=()'

test('every answer carries the same headers, byte for byte', async () => {
  for (const path of ['/api/v1/me', '/api/v1/nothing', '/healthz', '/api/openapi.json', '/nothing']) {
    const { headers } = await site.ask({ path })
    const nonce = /'nonce-([A-Za-z0-9+/]{22}==)'/.exec(String(headers['content-security-policy']))?.[1] ?? ''
    const { date: _, connection: _c, 'keep-alive': _k, 'content-length': _l, ...rest } = headers
    expect(rest).toEqual({
      'content-security-policy': `default-src 'none'; script-src 'self' 'nonce-${nonce}'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data:; font-src 'self'; connect-src 'self' ws://127.0.0.1:${site.port}; manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'`,
      'referrer-policy': 'no-referrer', 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY',
      'cross-origin-opener-policy': 'same-origin', 'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': FEATURES, 'x-robots-tag': 'noindex, nofollow', 'cache-control': 'no-store', 'content-type': 'application/json; charset=utf-8',
    })
  }
  const [one, two] = await Promise.all([site.ask({ path: '/api/v1/me' }), site.ask({ path: '/api/v1/me' })])
  expect(one.headers['content-security-policy']).not.toBe(two.headers['content-security-policy'])
})

test('behind TLS: HSTS, wss, and a __Host- cookie that plain HTTP never gets', async () => {
  const signIn = { method: 'POST', path: '/api/v1/sign-in', body: { name: 'root', password: 'correct horse battery' } }
  const https = await proxied.ask({ ...signIn, headers: { host: 'hopscope.example.net', origin: 'https://hopscope.example.net', 'x-forwarded-for': '198.51.100.4', 'x-forwarded-proto': 'https' } })
  expect(https.status).toBe(200)
  expect(https.headers['strict-transport-security']).toBe('max-age=31536000; includeSubDomains')
  expect(https.headers['content-security-policy']).toContain('connect-src \'self\' wss://hopscope.example.net;')
  expect(https.headers['set-cookie']).toEqual([expect.stringMatching(/^__Host-hopscope=[A-Za-z0-9_-]{43}; Path=\/; Max-Age=604800; HttpOnly; SameSite=Lax; Secure$/)])
  const plain = await site.ask(signIn)
  expect(plain.headers['set-cookie']).toEqual([expect.stringMatching(/^hopscope-local=[A-Za-z0-9_-]{43}; Path=\/; Max-Age=604800; HttpOnly; SameSite=Lax$/)])
  expect(plain.headers['strict-transport-security']).toBeUndefined()
})

test('a Host that is not ours gets 421 and nothing else, on every path', async () => {
  for (const host of ['evil.example', `evil.example:${site.port}`, '127.0.0.1', `127.0.0.1:${site.port}.evil.example`, '169.254.169.254', `localhost:${site.port + 1}`]) {
    for (const path of ['/', '/api/v1/me', '/healthz', '/metrics', '/s/AAAAAAAAAAAAAAAA']) {
      expect([host, (await site.ask({ path, headers: { host }, cookie: site.admin.cookie })).status]).toEqual([host, 421])
    }
  }
  expect((await site.ask({ path: '/healthz', headers: { host: `localhost:${site.port}` } })).status).toBe(200)
  expect(await raw('GET /healthz HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 421/)
  expect(await raw(`GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:${site.port}\r\nHost: evil.example\r\nConnection: close\r\n\r\n`)).toMatch(/^HTTP\/1\.1 (400|421)/)
})

test('a state change needs our exact Origin, or a bearer token; and JSON', async () => {
  const post = { method: 'POST', path: '/api/v1/targets/inspect', cookie: site.admin.cookie, body: { target: '127.0.0.1' } }
  expect((await site.ask(post)).status).toBe(200)
  const origins = ['http://evil.example', 'null', `https://127.0.0.1:${site.port}`, `http://127.0.0.1:${site.port + 1}`, `http://localhost:${site.port}`, `${site.origin}/`, '']
  for (const origin of origins) expect([origin, (await site.ask({ ...post, headers: { origin } })).status]).toEqual([origin, 403])
  expect(await raw(`POST /api/v1/sign-out HTTP/1.1\r\nHost: 127.0.0.1:${site.port}\r\nCookie: ${site.admin.cookie}\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}`)).toMatch(/^HTTP\/1\.1 403/)
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'application/json; charset=utf-7']) {
    expect([type, (await site.ask({ ...post, headers: { 'content-type': type } })).status]).toEqual([type, 400])
  }
  expect((await site.ask({ method: 'DELETE', path: '/api/v1/tokens/none', cookie: site.admin.cookie, headers: { origin: 'http://evil.example' } })).status).toBe(403)
})

test('bodies that are too large, broken, nested, polluted or not objects are refused', async () => {
  const post = (raw: string) => site.ask({ method: 'POST', path: '/api/v1/targets/inspect', cookie: site.admin.cookie, raw })
  const bad = ['{"target":', '[]', 'null', '"x"', `{"target":"${'x'.repeat(70_000)}"}`, '{"target":"127.0.0.1","more":1}', '{"target":"127.0.0.1","__proto__":{"role":"admin"}}',
    '{"target":"127.0.0.1","constructor":{"prototype":{}}}', `{"target":"127.0.0.1","runs":${'['.repeat(30_000)}${']'.repeat(30_000)}}`, '{"target":["127.0.0.1"]}', '{"target":{"$ne":null}}']
  for (const body of bad) expect([body.slice(0, 60), (await post(body)).status]).toEqual([body.slice(0, 60), 400])
  expect(({} as Record<string, unknown>)['role']).toBeUndefined()
  expect((await site.ask({ path: '/healthz' })).status).toBe(200)
})

test('paths, methods and queries that do not exist are answered in words', async () => {
  expect(await site.ask({ path: '/api/v1/nothing' })).toMatchObject({ status: 404, json: { ok: false, error: { code: 'not-found' } } })
  expect(await site.ask({ method: 'DELETE', path: '/api/v1/me' })).toMatchObject({ status: 405, headers: { allow: 'GET' } })
  expect((await site.ask({ path: '/api/v1/sessions?limit=5&limit=6', cookie: site.admin.cookie })).json).toMatchObject({ error: { code: 'invalid', field: 'limit' } })
  expect((await site.ask({ path: '/api/v1/sessions?limit=1e9', cookie: site.admin.cookie })).json).toMatchObject({ error: { code: 'invalid', field: 'limit' } })
  expect((await site.ask({ path: '/api/v1/sessions?nothing=1', cookie: site.admin.cookie })).json).toMatchObject({ error: { code: 'invalid', field: 'nothing' } })
  expect((await site.ask({ path: '/api/v1/sessions/%2e%2e/events', cookie: site.admin.cookie })).status).toBe(404)
  expect((await site.ask({ path: '//evil.example/x', cookie: site.admin.cookie })).status).toBe(404)
  expect(await raw(`GET http://evil.example/api/v1/me HTTP/1.1\r\nHost: 127.0.0.1:${site.port}\r\nConnection: close\r\n\r\n`)).toMatch(/^HTTP\/1\.1 400/)
})

test('a proxy that sends ambiguous addresses is refused; nobody else is believed', async () => {
  const ask = (lines: string): Promise<string> => raw(`GET /api/v1/me HTTP/1.1\r\nHost: 127.0.0.1:${proxied.port}\r\n${lines}Connection: close\r\n\r\n`, proxied.port)
  expect(await ask('X-Forwarded-For: 198.51.100.1\r\nX-Forwarded-For: 10.0.0.1\r\n')).toMatch(/^HTTP\/1\.1 400/)
  expect(await ask('X_Forwarded_For: 127.0.0.1\r\nX-Forwarded-For: 198.51.100.1\r\n')).toMatch(/^HTTP\/1\.1 400/)
  expect(await ask('X-Forwarded-For: 198.51.100.1\r\n')).toMatch(/^HTTP\/1\.1 401/)
})

test('an address that floods is told to wait', async () => {
  const flooded = await startTestWeb()
  const statuses = new Set<number>()
  for (let i = 0; i < 7; i += 1) for (const answer of await Promise.all(Array.from({ length: 100 }, () => flooded.ask({ path: '/api/v1/me' })))) statuses.add(answer.status)
  expect(statuses).toEqual(new Set([401, 429]))
  await flooded.close()
})

/** Bytes as given; the whole answer as text. */
function raw(bytes: string, port = site.port): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    let text = ''
    socket.on('data', (chunk) => { text += chunk.toString('latin1') })
    socket.on('close', () => resolve(text))
    socket.on('error', reject)
  })
}
