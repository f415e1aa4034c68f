/** Accounts: first run, sign-in, changes that end what a person holds (S14, S16, S18). */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { SessionId } from '#lib/protocol/ids.ts'
import { createHasher } from '#server/web/access/hasher.ts'
import { codeOf, countingDerive, fakeClock, populated, rig, value } from './helpers.ts'

const live = { transcript: true, hidePrivate: false, time: { mode: 'live' } } as const
const sessionId = (): SessionId => SessionId.parse('AAAAAAAAAAAAAAAA')
const admin = { name: 'ada', display: 'Ada', password: 'correct horse battery' }

describe('first run (S14)', () => {
  it('writes a 192-bit token to a mode-0600 file and announces it once', () => {
    const { announced, dir, tick } = rig()
    const path = join(dir, 'setup-token')
    expect(announced).toHaveLength(1)
    expect(announced[0]?.token).toMatch(/^[A-Za-z0-9_-]{32}$/)
    expect(readFileSync(path, 'utf8')).toBe(`${announced[0]?.token}\n`)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    tick()
    expect(announced).toHaveLength(1)
  })

  it('gives exactly one admin to 50 setups at once', async () => {
    const { accounts, announced, dir } = rig()
    const token = announced[0]?.token ?? ''
    const results = await Promise.all(Array.from({ length: 50 }, (_, i) => accounts.createFirstAdmin({ ...admin, token, name: `admin${i}` })))
    expect(results.filter((result) => result.ok)).toHaveLength(1)
    expect(new Set(results.filter((result) => !result.ok).map(codeOf))).toEqual(new Set(['conflict']))
    expect(accounts.list()).toHaveLength(1)
    expect(accounts.list()[0]?.role).toBe('admin')
    expect(existsSync(join(dir, 'setup-token'))).toBe(false)
  })

  it('gives exactly one admin to two servers on one data folder', async () => {
    const first = rig()
    const second = rig({ dir: first.dir })
    const results = await Promise.all([first, second].map(({ accounts, announced }) =>
      accounts.createFirstAdmin({ ...admin, token: announced[0]?.token ?? '' })))
    expect(results.map(codeOf).toSorted()).toEqual(['conflict', 'ok'])
    expect(first.accounts.list()).toHaveLength(1)
  })

  it('refuses a wrong token without hashing, and an old one after 30 minutes; then a new one is announced', async () => {
    const { accounts, announced, calls, clock, tick } = rig()
    const token = announced[0]?.token ?? ''
    expect(codeOf(await accounts.createFirstAdmin({ ...admin, token: 'x'.repeat(32) }))).toBe('not-allowed')
    expect(calls.costs).toHaveLength(0)
    clock.pass(30 * 60_000)
    expect(codeOf(await accounts.createFirstAdmin({ ...admin, token }))).toBe('not-allowed')
    tick()
    expect(announced).toHaveLength(2)
    expect(announced[1]?.token).not.toBe(token)
    expect(codeOf(await accounts.createFirstAdmin({ ...admin, token: announced[1]?.token ?? '' }))).toBe('ok')
    expect(accounts.setupNeeded()).toBe(false)
  })

  it('a token works once, and none is made once an account exists, also after a restart', async () => {
    const first = await populated()
    const token = first.announced[0]?.token ?? ''
    expect(codeOf(await first.accounts.createFirstAdmin({ ...admin, token, name: 'eve' }))).toBe('conflict')
    expect(first.accounts.renewSetupToken()).toBeNull()
    first.close()
    const again = rig({ dir: first.dir })
    expect(again.announced).toHaveLength(0)
    expect(again.accounts.setupNeeded()).toBe(false)
  })
})

describe('sign-in', () => {
  it('accepts the right password, with the name in any case', async () => {
    const { accounts, ada } = await populated()
    expect(value(await accounts.verify(' ADA ', admin.password, '10.0.0.1'))).toEqual(ada)
  })

  it('answers an unknown name and a wrong password alike, after the same hash work', async () => {
    const { accounts, calls } = await populated()
    calls.costs.length = 0
    const wrong = await accounts.verify('ada', 'not the password', '10.0.0.1')
    const wrongWork = calls.costs.splice(0)
    const unknown = await accounts.verify('nobody-here', 'not the password', '10.0.0.1')
    expect(unknown).toEqual(wrong)
    expect(codeOf(wrong)).toBe('not-signed-in')
    expect(calls.costs).toEqual(wrongWork)
    expect(wrongWork).toEqual(['19456/2/1'])
  })

  it('says that an account is disabled only to who knows its password', async () => {
    const { accounts, olga } = await populated()
    value(await accounts.edit({ userId: olga.userId, disabled: true }))
    expect(codeOf(await accounts.verify('olga', 'guess guess guess', '10.0.0.1'))).toBe('not-signed-in')
    expect(codeOf(await accounts.verify('olga', 'another long password', '10.0.0.1'))).toBe('not-allowed')
  })

  it('delays after five failures of one account from one address, for longer each time, unknown names too (S16)', async () => {
    const { accounts, clock, calls } = await populated()
    for (const name of ['ada', 'ghost']) {
      const attempt = (address = '10.0.0.1') => accounts.verify(name, 'wrong wrong wrong', address)
      for (let i = 0; i < 5; i++) expect(codeOf(await attempt())).toBe('not-signed-in')
      const delays: number[] = []
      for (let i = 0; i < 14; i++) {
        calls.costs.length = 0
        const refused = await attempt()
        expect(codeOf(refused)).toBe('rate-limited')
        expect(calls.costs).toHaveLength(0)
        const waitS = refused.ok ? 0 : (refused.error.retryAfterS ?? 0)
        delays.push(waitS)
        clock.pass(waitS * 1000)
        expect(codeOf(await attempt())).toBe('not-signed-in')
      }
      expect(delays).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900])
      expect(codeOf(await attempt('10.0.0.2'))).toBe('not-signed-in')
    }
  })

  it('does not let the right password through during a delay, and forgets failures after it succeeds', async () => {
    const { accounts, clock } = await populated()
    for (let i = 0; i < 5; i++) await accounts.verify('ada', 'wrong', '10.0.0.1')
    expect(codeOf(await accounts.verify('ada', admin.password, '10.0.0.1'))).toBe('rate-limited')
    clock.pass(1000)
    expect(codeOf(await accounts.verify('ada', admin.password, '10.0.0.1'))).toBe('ok')
    for (let i = 0; i < 4; i++) expect(codeOf(await accounts.verify('ada', 'wrong', '10.0.0.1'))).toBe('not-signed-in')
    expect(codeOf(await accounts.verify('ada', admin.password, '10.0.0.1'))).toBe('ok')
  })

  it('lets no burst of guesses slip under the limit', async () => {
    const { accounts, calls } = await populated()
    calls.costs.length = 0
    const results = await Promise.all(Array.from({ length: 100 }, () => accounts.verify('ada', 'wrong', '10.0.0.1')))
    expect(results.filter((result) => codeOf(result) === 'not-signed-in')).toHaveLength(5)
    expect(calls.costs).toHaveLength(5)
  })

  it('hashes again at sign-in when the stored cost is lower than today\'s', async () => {
    const weak = countingDerive()
    const first = await populated({ hasher: createHasher({ derive: weak.derive, cost: { memoryKib: 4096, passes: 1, lanes: 1 } }) })
    first.close()
    const now = rig({ dir: first.dir })
    expect(codeOf(await now.accounts.verify('ada', admin.password, '10.0.0.1'))).toBe('ok')
    expect(now.calls.costs).toEqual(['4096/1/1', '19456/2/1'])
    expect(codeOf(await now.accounts.verify('ada', admin.password, '10.0.0.1'))).toBe('ok')
    expect(now.calls.costs.slice(2)).toEqual(['19456/2/1'])
  })

  it('refuses a sign-in whose password was changed while it was being checked', async () => {
    const gate = Promise.withResolvers<void>()
    const inner = countingDerive()
    let hold = false
    const hasher = createHasher({ derive: async (input) => {
      if (hold && input.password === 'another long password') await gate.promise
      return inner.derive(input)
    } })
    const { accounts, olga } = await populated({ hasher })
    hold = true
    const signingIn = accounts.verify('olga', 'another long password', '10.0.0.1')
    value(await accounts.edit({ userId: olga.userId, password: 'reset by the admin' }))
    gate.resolve()
    expect(codeOf(await signingIn)).toBe('not-signed-in')
  })
})

describe('changes', () => {
  it('never leaves the server without an enabled admin', async () => {
    const { accounts, ada, olga } = await populated()
    expect(codeOf(await accounts.edit({ userId: ada.userId, role: 'operator' }))).toBe('conflict')
    expect(codeOf(await accounts.edit({ userId: ada.userId, disabled: true }))).toBe('conflict')
    value(await accounts.edit({ userId: olga.userId, role: 'admin' }))
    const both = await Promise.all([ada, olga].map(({ userId }) => accounts.edit({ userId, disabled: true })))
    expect(both.map(codeOf).toSorted()).toEqual(['conflict', 'ok'])
    expect(accounts.list().filter((user) => user.role === 'admin' && !user.disabled)).toHaveLength(1)
  })

  it('a change of role ends every sign-in and every socket, and caps tokens from then on', async () => {
    const { accounts, webSessions, tokens, principals, ended, olga } = await populated()
    const { cookieValue, id } = webSessions.create(olga.userId, { address: '10.0.0.1', agent: 'x' })
    const { secret } = value(tokens.create({ userId: olga.userId, name: 'ci', scopes: ['read', 'run'], expiresInS: 3600 }))
    value(await accounts.edit({ userId: olga.userId, role: 'viewer' }))
    expect(webSessions.find(cookieValue)).toBeNull()
    expect(ended).toEqual([{ webSessionId: id, reason: 'role-changed' }, { userId: olga.userId, reason: 'role-changed' }])
    expect(principals.resolve({ cookie: undefined, authorization: `Bearer ${secret}`, https: true }).principal).toMatchObject({ kind: 'user', role: 'viewer' })
  })

  it('disabling ends sign-ins, tokens and share links for good', async () => {
    const { accounts, webSessions, tokens, shares, ended, olga } = await populated()
    const browser = webSessions.create(olga.userId, { address: '10.0.0.1', agent: 'x' })
    const token = value(tokens.create({ userId: olga.userId, name: 'ci', scopes: ['read'], expiresInS: 3600 }))
    const { share } = value(shares.create({ sessionId: sessionId(), title: 't', by: { userId: olga.userId, display: olga.display }, scope: live, expiresInS: 3600 }))
    value(await accounts.edit({ userId: olga.userId, disabled: true }))
    expect(ended).toEqual(expect.arrayContaining([
      { webSessionId: browser.id, reason: 'revoked' }, { tokenId: token.token.tokenId, reason: 'revoked' },
      { userId: olga.userId, reason: 'revoked' }, { shareId: share.shareId, reason: 'revoked' },
    ]))
    value(await accounts.edit({ userId: olga.userId, disabled: false }))
    expect(webSessions.find(browser.cookieValue)).toBeNull()
    expect(tokens.find(token.secret)).toBeNull()
    expect(shares.live(share.shareId)).toBeNull()
  })

  it('a new name for display ends nothing', async () => {
    const { accounts, ended, olga } = await populated()
    const edited = value(await accounts.edit({ userId: olga.userId, display: 'Olga\u202E\u0007 K.' }))
    expect(edited.display).toBe('Olga   K.')
    expect(ended).toEqual([])
  })

  it('changing one\'s own password ends everything but the browser it was done in', async () => {
    const { accounts, webSessions, tokens, ended, olga } = await populated()
    const here = webSessions.create(olga.userId, { address: '10.0.0.1', agent: 'x' })
    const there = webSessions.create(olga.userId, { address: '10.0.0.2', agent: 'y' })
    const token = value(tokens.create({ userId: olga.userId, name: 'ci', scopes: ['read'], expiresInS: 3600 }))
    const request = { userId: olga.userId, current: 'another long password', next: 'a third long password', keepWebSessionId: here.id }
    expect(codeOf(await accounts.changePassword({ ...request, current: 'wrong' }))).toBe('not-allowed')
    expect(codeOf(await accounts.changePassword({ ...request, next: request.current }))).toBe('invalid')
    expect(ended).toEqual([])
    expect(codeOf(await accounts.changePassword(request))).toBe('ok')
    expect(webSessions.find(here.cookieValue)?.sessionRecordId).toBe(here.id)
    expect(webSessions.find(there.cookieValue)).toBeNull()
    expect(tokens.find(token.secret)).toBeNull()
    expect(codeOf(await accounts.verify('olga', 'another long password', 'x'))).toBe('not-signed-in')
    expect(codeOf(await accounts.verify('olga', 'a third long password', 'x'))).toBe('ok')
  })

  it('guesses at the current password are throttled too', async () => {
    const { accounts, olga } = await populated()
    const guess = () => accounts.changePassword({ userId: olga.userId, current: 'wrong', next: 'a third long password' })
    for (let i = 0; i < 5; i++) expect(codeOf(await guess())).toBe('not-allowed')
    expect(codeOf(await guess())).toBe('rate-limited')
  })

  it('refuses a name that is taken, also when both are asked for at once', async () => {
    const { accounts } = await populated()
    const wanted = { name: 'new', display: 'N', role: 'viewer', password: 'a long password' } as const
    const both = await Promise.all([accounts.create(wanted), accounts.create(wanted)])
    expect(both.map(codeOf).toSorted()).toEqual(['conflict', 'ok'])
  })

  it('lists nobody\'s hash', async () => {
    const { accounts, ada } = await populated({ clock: fakeClock() })
    expect(JSON.stringify([accounts.list(), accounts.get(ada.userId)])).not.toContain('argon2')
  })
})
