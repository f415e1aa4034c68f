/** Web sessions, API tokens and who a request is (S17, S18, S19, S23). */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SessionId } from '#lib/protocol/ids.ts'
import { RULES, type Action } from '#lib/protocol/access.ts'
import { mayAct, tokenRole } from '#server/web/access/scopes.ts'
import type { TokenScope } from '#server/web/access/types.ts'
import { codeOf, populated, rig, value } from './helpers.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const from = { address: '10.0.0.1', agent: 'Firefox' }
const session = SessionId.parse('AAAAAAAAAAAAAAAA')
const live = { transcript: true, hidePrivate: false, time: { mode: 'live' } } as const

describe('web sessions', () => {
  it('are 256-bit values, found again after a restart, and gone after sign-out', async () => {
    const first = await populated()
    const { cookieValue, id } = first.webSessions.create(first.ada.userId, from)
    expect(Buffer.from(cookieValue, 'base64url')).toHaveLength(32)
    first.close()
    const { webSessions, ended } = rig({ dir: first.dir, clock: first.clock })
    expect(webSessions.find(cookieValue)).toMatchObject({ userId: first.ada.userId, sessionRecordId: id })
    expect(webSessions.revoke(id, 'signed-out', first.olga.userId)).toBe(false)
    expect(webSessions.revoke(id, 'signed-out', first.ada.userId)).toBe(true)
    expect(webSessions.find(cookieValue)).toBeNull()
    expect(webSessions.revoke(id, 'signed-out')).toBe(false)
    expect(ended).toEqual([{ webSessionId: id, reason: 'signed-out' }])
  })

  it('end after 12 idle hours, and after 7 days whatever happens', async () => {
    const { webSessions, clock, ada } = await populated()
    const idle = webSessions.create(ada.userId, from)
    clock.pass(12 * HOUR - 1)
    expect(webSessions.find(idle.cookieValue)).not.toBeNull()
    clock.pass(12 * HOUR - 1)
    expect(webSessions.find(idle.cookieValue)).not.toBeNull()
    clock.pass(12 * HOUR)
    expect(webSessions.find(idle.cookieValue)).toBeNull()
    const busy = webSessions.create(ada.userId, from)
    for (let passed = 0; passed < 7 * DAY - HOUR; passed += HOUR) {
      expect(webSessions.find(busy.cookieValue)).not.toBeNull()
      clock.pass(HOUR)
    }
    clock.pass(HOUR)
    expect(webSessions.find(busy.cookieValue)).toBeNull()
  })

  it('the sweep drops and announces what expired, within its one second', async () => {
    const { webSessions, tokens, shares, clock, tick, ended, ada } = await populated()
    const browser = webSessions.create(ada.userId, from)
    const token = value(tokens.create({ userId: ada.userId, name: 't', scopes: ['read'], expiresInS: 3600 })).token
    const share = value(shares.create({ sessionId: session, title: 't', by: { userId: ada.userId, display: ada.display }, scope: live, expiresInS: 3600 })).share
    tick()
    expect(ended).toEqual([])
    clock.pass(HOUR)
    tick()
    expect(ended).toEqual([{ tokenId: token.tokenId, reason: 'expired' }, { shareId: share.shareId, reason: 'expired' }])
    clock.pass(11 * HOUR)
    tick()
    tick()
    expect(ended.slice(2)).toEqual([{ webSessionId: browser.id, reason: 'expired' }])
    expect(webSessions.list(ada.userId)).toEqual([])
  })

  it('rotate: the old value is dead, the record lives on', async () => {
    const { webSessions, ada, ended } = await populated()
    const first = webSessions.create(ada.userId, from)
    const second = webSessions.rotate(first.cookieValue)
    expect(second?.id).toBe(first.id)
    expect(webSessions.find(first.cookieValue)).toBeNull()
    expect(webSessions.find(second?.cookieValue ?? '')?.sessionRecordId).toBe(first.id)
    expect(webSessions.rotate(first.cookieValue)).toBeNull()
    expect(ended).toEqual([])
  })

  it('list shows the owner\'s own, tidied; revokeAllOf spares the one named', async () => {
    const { webSessions, ada, olga, ended } = await populated()
    const here = webSessions.create(ada.userId, { address: '10.0.0.1', agent: `\u001b[31m${'x'.repeat(500)}` })
    const there = webSessions.create(ada.userId, from)
    const other = webSessions.create(olga.userId, from)
    const listed = webSessions.list(ada.userId)
    expect(listed.map(({ id }) => id).toSorted()).toEqual([here.id, there.id].toSorted())
    expect(listed.every(({ agent }) => agent.length <= 200 && !/\p{Cc}/u.test(agent))).toBe(true)
    expect(webSessions.revokeAllOf(ada.userId, { exceptId: here.id })).toBe(1)
    expect(webSessions.find(here.cookieValue)).not.toBeNull()
    expect(webSessions.find(there.cookieValue)).toBeNull()
    expect(webSessions.find(other.cookieValue)).not.toBeNull()
    expect(ended).toEqual([{ webSessionId: there.id, reason: 'revoked' }])
  })

  it('one person holds fifty at most; the longest unused goes and its sockets with it', async () => {
    const { webSessions, ada, clock, ended } = await populated()
    const first = webSessions.create(ada.userId, from)
    clock.pass(1)
    for (let i = 0; i < 50; i++) webSessions.create(ada.userId, from)
    expect(webSessions.list(ada.userId)).toHaveLength(50)
    expect(ended).toEqual([{ webSessionId: first.id, reason: 'revoked' }])
  })

  it('junk finds nothing and never throws', async () => {
    const { webSessions, tokens, shares } = await populated()
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
      expect(webSessions.find(text)).toBeNull()
      expect(tokens.find(text)).toBeNull()
      expect(shares.find(text, text)).toBeNull()
    }))
  })
})

describe('API tokens', () => {
  it('are shown once, listed by prefix, and found until they end', async () => {
    const { tokens, clock, ada, olga } = await populated()
    const { token, secret } = value(tokens.create({ userId: ada.userId, name: 'ci', scopes: ['run', 'read', 'run'], expiresInS: 600 }))
    expect(secret).toMatch(/^hsa_[A-Za-z0-9_-]{32}$/)
    expect(token).toMatchObject({ name: 'ci', prefix: secret.slice(0, 8), scopes: ['run', 'read'], lastUsedAtMs: null })
    expect(JSON.stringify(tokens.list(ada.userId))).not.toContain(secret)
    clock.pass(1000)
    expect(tokens.find(secret)).toEqual({ userId: ada.userId, tokenId: token.tokenId, scopes: ['run', 'read'] })
    expect(tokens.list(ada.userId)[0]?.lastUsedAtMs).toBe(clock.nowMs())
    expect(codeOf(tokens.revoke(olga.userId, token.tokenId))).toBe('not-found')
    clock.pass(599_000)
    expect(tokens.find(secret)).toBeNull()
  })

  it('revoking ends it at once and says so', async () => {
    const { tokens, ada, ended } = await populated()
    const { token, secret } = value(tokens.create({ userId: ada.userId, name: 'ci', scopes: ['read'], expiresInS: 600 }))
    expect(codeOf(tokens.revoke(ada.userId, token.tokenId))).toBe('ok')
    expect(tokens.find(secret)).toBeNull()
    expect(ended).toEqual([{ tokenId: token.tokenId, reason: 'revoked' }])
    expect(codeOf(tokens.revoke(ada.userId, token.tokenId))).toBe('not-found')
  })

  it('fifty at most', async () => {
    const { tokens, ada } = await populated()
    const make = () => tokens.create({ userId: ada.userId, name: 'ci', scopes: ['read'], expiresInS: 600 })
    for (let i = 0; i < 50; i++) expect(codeOf(make())).toBe('ok')
    expect(codeOf(make())).toBe('conflict')
  })

  it('never gives more than its owner\'s role now and its scopes', () => {
    const rank = { viewer: 0, operator: 1, admin: 2 }
    const scopes = fc.uniqueArray(fc.constantFrom<TokenScope>('read', 'run', 'share'), { minLength: 1 })
    fc.assert(fc.property(fc.constantFrom('viewer', 'operator', 'admin'), scopes, (role, held) => {
      const effective = tokenRole(role, held)
      expect(rank[effective]).toBeLessThanOrEqual(Math.min(rank[role], 1))
      if (held.every((scope) => scope === 'read')) expect(effective).toBe('viewer')
    }))
  })

  it('scopes open exactly their own actions, and no token manages people or reads the audit', async () => {
    const { ada } = await populated()
    const actions = Object.entries(RULES).map(([name]) => name).filter((name): name is Action => name in RULES)
    const allowed = (scopes: TokenScope[]) => actions.filter((action) => mayAct(
      { kind: 'user', ...ada, role: tokenRole('admin', scopes), via: 'token', credentialId: 'x', scopes }, action)).toSorted()
    expect(allowed(['read'])).toEqual(['account:self', 'policy:read', 'session:export', 'session:list', 'session:read', 'vantage:read'])
    expect(allowed(['run'])).toEqual(['presence:point', 'run:start', 'run:stop', 'session:edit', 'target:inspect', 'vantage:check'])
    expect(allowed(['share'])).toEqual(['share:create', 'share:list', 'share:revoke'])
    const person = actions.filter((action) => mayAct({ kind: 'user', ...ada, via: 'cookie', credentialId: 'x' }, action))
    expect(person).toEqual(actions)
    expect(actions.filter((action) => mayAct({ kind: 'nobody' }, action))).toEqual([])
  })
})

describe('who is calling', () => {
  it('a cookie gives the person with their role of this moment', async () => {
    const { principals, webSessions, accounts, olga } = await populated()
    const { cookieValue, id } = webSessions.create(olga.userId, from)
    const ask = () => principals.resolve({ cookie: `a=b; __Host-hopscope=${cookieValue}`, authorization: undefined, https: true })
    expect(ask()).toEqual({ via: 'cookie', principal: ask().principals[0], principals: [
      { kind: 'user', userId: olga.userId, name: 'olga', display: 'Olga', role: 'operator', via: 'cookie', credentialId: id }] })
    value(await accounts.edit({ userId: olga.userId, disabled: true }))
    expect(ask()).toEqual({ via: 'none', principal: { kind: 'nobody' }, principals: [] })
  })

  it('the plain-HTTP cookie is not taken over HTTPS, nor the other way round', async () => {
    const { principals, webSessions, olga } = await populated()
    const { cookieValue } = webSessions.create(olga.userId, from)
    const kind = (cookie: string, https: boolean) => principals.resolve({ cookie, authorization: undefined, https }).principal.kind
    expect(kind(`hopscope-local=${cookieValue}`, false)).toBe('user')
    expect(kind(`hopscope-local=${cookieValue}`, true)).toBe('nobody')
    expect(kind(`__Host-hopscope=${cookieValue}`, false)).toBe('nobody')
  })

  it('with an Authorization header, good or bad, cookies count for nothing', async () => {
    const { principals, webSessions, tokens, olga } = await populated()
    const { cookieValue } = webSessions.create(olga.userId, from)
    const { secret, token } = value(tokens.create({ userId: olga.userId, name: 'ci', scopes: ['read'], expiresInS: 600 }))
    const ask = (authorization: string) => principals.resolve({ cookie: `__Host-hopscope=${cookieValue}`, authorization, https: true })
    expect(ask(`Bearer ${secret}`)).toMatchObject({ via: 'bearer', principal: { kind: 'user', via: 'token', role: 'viewer', credentialId: token.tokenId, scopes: ['read'] } })
    for (const bad of ['', 'Bearer', `Bearer ${secret}x`, `Basic ${secret}`, `Bearer ${secret}, Bearer ${secret}`, `Bearer ${'x'.repeat(10_000)}`]) {
      expect(ask(bad)).toEqual({ via: 'bearer', principal: { kind: 'nobody' }, principals: [] })
    }
  })

  it('gives a person and every good share, and only those', async () => {
    const { principals, webSessions, shares, olga } = await populated()
    const { cookieValue } = webSessions.create(olga.userId, from)
    const made = [0, 1].map(() => value(shares.create({ sessionId: session, title: 't', by: { userId: olga.userId, display: olga.display }, scope: live, expiresInS: 600 })))
    const opened = made.map(({ secret }) => value(shares.redeem({ sessionId: session, secret, address: '10.0.0.9' })))
    const cookie = [`__Host-hopscope=${cookieValue}`, ...opened.map((open) => `__Host-hopscope-share-${open.shareId}=${open.cookieValue}`)].join('; ')
    const ask = (header = cookie) => principals.resolve({ cookie: header, authorization: undefined, https: true })
    expect(ask().principals.map((principal) => principal.kind)).toEqual(['user', 'share', 'share'])
    expect(ask().principals[1]).toEqual({ kind: 'share', shareId: opened[0]?.shareId, sessionId: session, display: 'Guest', scope: live })
    // The value of one share does not open another one.
    const crossed = `__Host-hopscope-share-${opened[0]?.shareId}=${opened[1]?.cookieValue}`
    expect(ask(crossed).principal.kind).toBe('nobody')
    shares.revoke(made[0]?.share.shareId ?? value(shares.create({ sessionId: session, title: 't', by: { userId: olga.userId, display: olga.display }, scope: live, expiresInS: 600 })).share.shareId)
    expect(ask().principals.map((principal) => principal.kind)).toEqual(['user', 'share'])
  })

  it('junk cookies and headers are nobody and never throw', async () => {
    const { principals } = await populated()
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^(__Host-hopscope(-share-[\w-]{0,20})?=[\w-]{0,50}; ?){0,80}$/))
    fc.assert(fc.property(text, fc.option(fc.string({ unit: 'binary' }), { nil: undefined }), fc.boolean(), (cookie, authorization, https) => {
      expect(principals.resolve({ cookie, authorization, https }).principal).toEqual({ kind: 'nobody' })
    }))
  })
})
