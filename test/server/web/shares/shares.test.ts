/** Share links: made, redeemed, expired, revoked, guessed at (S45, S46, S48, S49). */
import { describe, expect, it } from 'vitest'
import { SessionId, ShareId } from '#lib/protocol/ids.ts'
import { digest, newUserId } from '#server/web/access/secrets.ts'
import { openAccessDb } from '#server/web/access/db.ts'
import { createAccessEvents } from '#server/web/access/events.ts'
import { createWindow } from '#server/web/limits/window.ts'
import { createShares, SHARE_FAILURES } from '#server/web/shares/shares.ts'
import type { Me } from '#lib/protocol/api.ts'
import type { Shares } from '#server/web/access/types.ts'
import { codeOf, fakeClock, populated, rig, tempDir, value } from '../access/helpers.ts'

const session = SessionId.parse('AAAAAAAAAAAAAAAA')
const elsewhere = SessionId.parse('BBBBBBBBBBBBBBBB')
const scope = { transcript: false, hidePrivate: true, time: { mode: 'frozen', untilSeq: 42 } } as const
const address = '203.0.113.5'

const make = (shares: Shares, me: Me, change: Partial<Parameters<Shares['create']>[0]> = {}) =>
  shares.create({ sessionId: session, title: 'db1 is slow', by: { userId: me.userId, display: me.display }, scope, expiresInS: 3600, ...change })

describe('creating', () => {
  it('gives a 192-bit secret once and lists everything but it', async () => {
    const { shares, ada, olga, clock } = await populated()
    const { share, secret } = value(make(shares, ada))
    expect(secret).toMatch(/^hss_[A-Za-z0-9_-]{32}$/)
    expect(share).toEqual({
      shareId: share.shareId, sessionId: session, title: 'db1 is slow', by: 'Ada', scope, createdAtMs: clock.nowMs(), expiresAtMs: clock.nowMs() + 3_600_000,
      revokedAtMs: null, opens: 0, openNow: 0, lastOpenedAtMs: null, lastAddress: null,
    })
    expect(shares.list()).toEqual([share])
    expect(shares.list({ sessionId: elsewhere })).toEqual([])
    expect(shares.list({ byUserId: olga.userId })).toEqual([])
    expect(shares.get(share.shareId)).toEqual({ ...share, byUserId: ada.userId })
    expect(JSON.stringify(shares.list())).not.toContain(secret.slice(4))
    expect(secret).not.toContain(share.shareId)
  })

  it('refuses a life beyond the admin\'s maximum, and says what that is', async () => {
    const { shares, ada } = await populated()
    expect(codeOf(make(shares, ada, { expiresInS: 30 * 86_400 }))).toBe('ok')
    const refused = make(shares, ada, { expiresInS: 30 * 86_400 + 1 })
    expect(refused.ok ? '' : refused.error.message).toContain('30 days')
    expect(codeOf(refused)).toBe('invalid')
  })
})

describe('redeeming', () => {
  it('exchanges the secret for a cookie of this share, counts the opening and notes the address', async () => {
    const { shares, ada, clock } = await populated()
    const { share, secret } = value(make(shares, ada))
    clock.pass(5000)
    const opened = value(shares.redeem({ sessionId: session, secret, address }))
    expect(Buffer.from(opened.cookieValue, 'base64url')).toHaveLength(32)
    expect(opened.cookieValue).not.toBe(secret.slice(4))
    expect(shares.find(share.shareId, opened.cookieValue)).toEqual({ shareId: share.shareId, sessionId: session, scope, expiresAtMs: share.expiresAtMs, by: 'Ada', byUserId: ada.userId })
    const second = value(shares.redeem({ sessionId: session, secret, address }))
    expect(second.cookieValue).not.toBe(opened.cookieValue)
    expect(shares.get(share.shareId)).toMatchObject({ opens: 2, lastOpenedAtMs: clock.nowMs(), lastAddress: address })
  })

  it('answers absent, wrong, expired, revoked and another session\'s alike, with the same work', () => {
    const clock = fakeClock()
    const db = openAccessDb(tempDir())
    const digested: string[] = []
    const shares = createShares({
      db, clock, events: createAccessEvents(), failures: createWindow({ ...SHARE_FAILURES, limit: 1000 }, clock), shareMaxS: 86_400,
      digestOf: (secret) => { digested.push(secret); return digest(secret) },
    })
    const by = { userId: newUserId(), display: 'Ada' }
    const fresh = () => value(shares.create({ sessionId: session, title: 't', by, scope, expiresInS: 3600 }))
    const expired = fresh()
    clock.pass(3_600_000)
    const revoked = fresh()
    shares.revoke(revoked.share.shareId)
    const good = fresh()
    const attempts: [string, string][] = [
      [session, `hss_${'x'.repeat(32)}`], [elsewhere, `hss_${'x'.repeat(32)}`], [session, expired.secret], [session, revoked.secret],
      [elsewhere, good.secret], ['', good.secret], [session, good.secret.slice(0, -1)], [session, `${good.secret}x`], [session, ''],
    ]
    const answers = attempts.map(([sessionId, secret]) => {
      digested.length = 0
      const answer = shares.redeem({ sessionId, secret, address })
      expect(digested).toHaveLength(1)
      return JSON.stringify(answer)
    })
    expect(new Set(answers).size).toBe(1)
    expect(answers[0]).toContain('not-found')
    expect(codeOf(shares.redeem({ sessionId: session, secret: good.secret, address }))).toBe('ok')
    db.close()
  })

  it('stops answering an address after 20 failures in a minute, the right secret too (S49)', async () => {
    const { shares, ada, clock } = await populated()
    const { secret } = value(make(shares, ada))
    const guess = (from: string) => codeOf(shares.redeem({ sessionId: session, secret: `hss_${'x'.repeat(32)}`, address: from }))
    for (let i = 0; i < 20; i++) expect(guess(address)).toBe('not-found')
    expect(guess(address)).toBe('rate-limited')
    expect(codeOf(shares.redeem({ sessionId: session, secret, address }))).toBe('rate-limited')
    expect(codeOf(shares.redeem({ sessionId: session, secret, address: '203.0.113.6' }))).toBe('ok')
    for (let i = 0; i < 20; i++) expect(guess(`2001:db8::${i}`)).toBe('not-found')
    expect(guess('2001:db8::ffff')).toBe('rate-limited')
    clock.pass(60_000)
    expect(codeOf(shares.redeem({ sessionId: session, secret, address }))).toBe('ok')
  })

  it('openings by who has the link are not failures', async () => {
    const { shares, ada } = await populated()
    const { secret } = value(make(shares, ada))
    for (let i = 0; i < 60; i++) expect(codeOf(shares.redeem({ sessionId: session, secret, address }))).toBe('ok')
  })

  it('holds a bounded number of cookies for one link', async () => {
    const { shares, ada } = await populated()
    const { share, secret } = value(make(shares, ada))
    const first = value(shares.redeem({ sessionId: session, secret, address }))
    for (let i = 0; i < 1000; i++) value(shares.redeem({ sessionId: session, secret, address }))
    expect(shares.find(share.shareId, first.cookieValue)).toBeNull()
    expect(shares.get(share.shareId)?.opens).toBe(1001)
  })
})

describe('ending', () => {
  it('revoking closes it for every holder at once, for good, and says so once', async () => {
    const { shares, ada, ended, clock } = await populated()
    const { share, secret } = value(make(shares, ada))
    const opened = value(shares.redeem({ sessionId: session, secret, address }))
    expect(shares.revoke(share.shareId)).toBe(true)
    expect(shares.find(share.shareId, opened.cookieValue)).toBeNull()
    expect(shares.live(share.shareId)).toBeNull()
    expect(shares.redactionKey(share.shareId)).toBeNull()
    expect(shares.revoke(share.shareId)).toBe(false)
    expect(ended).toEqual([{ shareId: share.shareId, reason: 'revoked' }])
    expect(shares.list()[0]?.revokedAtMs).toBe(clock.nowMs())
  })

  it('expiry closes it without any sweep, and the sweep says so once, also after a restart', async () => {
    const first = await populated()
    const { share, secret } = value(make(first.shares, first.ada))
    const opened = value(first.shares.redeem({ sessionId: session, secret, address }))
    first.clock.pass(3_599_999)
    expect(first.shares.find(share.shareId, opened.cookieValue)).not.toBeNull()
    first.clock.pass(1)
    expect(first.shares.find(share.shareId, opened.cookieValue)).toBeNull()
    expect(first.shares.revoke(share.shareId)).toBe(false)
    first.close()
    const { tick, ended, shares } = rig({ dir: first.dir, clock: first.clock })
    tick()
    tick()
    expect(ended).toEqual([{ shareId: share.shareId, reason: 'expired' }])
    expect(shares.list()[0]).toMatchObject({ shareId: share.shareId, revokedAtMs: null })
  })

  it('leaves the list ninety days after its end', async () => {
    const { shares, ada, clock, tick } = await populated()
    value(make(shares, ada))
    clock.pass(3_600_000 + 90 * 86_400_000 - 1)
    tick()
    expect(shares.list()).toHaveLength(1)
    clock.pass(1)
    tick()
    expect(shares.list()).toHaveLength(0)
  })

  it('goes with its session, and with its maker', async () => {
    const { shares, ada, olga, ended } = await populated()
    const a = value(make(shares, ada)).share
    const b = value(make(shares, olga, { sessionId: elsewhere })).share
    expect(shares.dropSession(session)).toBe(1)
    expect(shares.list().map(({ shareId }) => shareId)).toEqual([b.shareId])
    expect(shares.revokeAllBy(olga.userId)).toBe(1)
    expect(shares.revokeAllBy(olga.userId)).toBe(0)
    expect(ended).toEqual([{ shareId: a.shareId, reason: 'revoked' }, { shareId: b.shareId, reason: 'revoked' }])
  })
})

describe('the rest', () => {
  it('counts who looks at this moment, and follows a new title', async () => {
    const { shares, ada } = await populated()
    const { share } = value(make(shares, ada))
    const leave = shares.attach(share.shareId)
    shares.attach(share.shareId)
    expect(shares.list()[0]?.openNow).toBe(2)
    leave()
    leave()
    shares.retitle(session, 'db1 was slow')
    expect(shares.list()[0]).toMatchObject({ openNow: 1, title: 'db1 was slow' })
  })

  it('every share has its own 32-byte key for pseudonyms, the same after a restart', async () => {
    const first = await populated()
    const [a, b] = [value(make(first.shares, first.ada)).share, value(make(first.shares, first.ada)).share]
    const key = first.shares.redactionKey(a.shareId)
    expect(key).toHaveLength(32)
    expect(first.shares.redactionKey(b.shareId)).not.toEqual(key)
    first.close()
    const again = rig({ dir: first.dir, clock: first.clock })
    expect(again.shares.redactionKey(a.shareId)).toEqual(key)
    expect(again.shares.redactionKey(ShareId.parse('ZZZZZZZZZZZZZZZZ'))).toBeNull()
  })
})
