/** No secret reaches a log line or the audit folder, whatever is done with it and however it is misplaced (S52). */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { CreatedShare } from '#lib/protocol/api.ts'
import { cookiesOf, startTestWeb, valueOf } from './helpers.ts'
import { FULL, makeWorld, token } from './worlds.ts'

const PASSWORD = 'a password nobody may read'

test('sign-ins, links and tokens, used well and badly, leave none of their secrets behind', async () => {
  const site = await startTestWeb({ proxied: true })
  const setup = site.announced.join('\n')
  const world = await makeWorld(site)
  valueOf(await site.call('POST', '/api/v1/users', { cookie: site.admin.cookie, body: { name: 'ada', display: 'Ada', role: 'viewer', password: PASSWORD } }))
  const signedIn = await site.ask({ method: 'POST', path: '/api/v1/sign-in', body: { name: 'ada', password: PASSWORD } })
  const script = await token(site, world.owner.cookie, ['read'])
  const { link } = valueOf(await site.call<CreatedShare>('POST', `/api/v1/sessions/${world.sessionId}/shares`, { cookie: world.owner.cookie, body: { scope: FULL, expiresInS: 3600 } }))
  const secret = link.split('#')[1] ?? ''
  const redeemed = await site.ask({ method: 'POST', path: '/api/v1/shares/redeem', body: { sessionId: world.sessionId, secret } })
  const cookies = [cookiesOf(signedIn), cookiesOf(redeemed)].map((cookie) => cookie.split('=')[1] ?? '')
  const misplaced = [secret, script.secret, ...cookies]
  const answers = []
  for (const text of misplaced) {
    answers.push(await site.ask({ path: `/api/v1/sessions/${text}?x=${text}`, cookie: site.admin.cookie }))
    answers.push(await site.ask({ method: 'POST', path: '/api/v1/sign-in', raw: `{"name":"${text}","password":` }))
    answers.push(await site.ask({ path: '/api/v1/me', headers: { authorization: `Bearer ${text}x`, 'user-agent': text } }))
    if (text.startsWith('hs')) answers.push(await site.ask({ method: 'POST', path: '/api/v1/sign-in', body: { name: text, password: PASSWORD } }))
  }
  const audit = join(site.dataDir, 'audit')
  const kept = await Promise.all((await readdir(audit)).map((name) => readFile(join(audit, name), 'utf8')))
  const written = [...site.logLines, ...kept, ...answers.map((answer) => answer.text)].join('\n')
  expect(misplaced.every((text) => text.length >= 32)).toBe(true)
  expect([...misplaced, PASSWORD, setup.split('#')[1] ?? '?'].filter((text) => written.includes(text))).toEqual([])
  expect(site.announced.join('\n')).toBe(setup)
  await site.close()
})
