/** access.db itself: modes, secrets at rest, migrations, full disks, and clocks that step (S17, S52, S54, R13). */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { SessionId } from '#lib/protocol/ids.ts'
import { createSteadyClock } from '#server/web/access/clock.ts'
import { bestEffort, isStorageFault, openAccessDb } from '#server/web/access/db.ts'
import { fakeClock, populated, rig, tempDir, value } from './helpers.ts'

const HOUR = 3_600_000
const from = { address: '10.0.0.1', agent: 'x' }
const live = { transcript: true, hidePrivate: false, time: { mode: 'live' } } as const

describe('the file', () => {
  it('is readable by its owner only, with its companions, even if it was open before', async () => {
    const dir = tempDir()
    writeFileSync(join(dir, 'access.db'), '', { mode: 0o666 })
    const { webSessions, ada } = await populated({ dir })
    webSessions.create(ada.userId, from)
    const files = readdirSync(dir).filter((name) => name.startsWith('access.db'))
    expect(files.toSorted()).toEqual(['access.db', 'access.db-shm', 'access.db-wal'])
    for (const name of files) expect([name, statSync(join(dir, name)).mode & 0o777]).toEqual([name, 0o600])
  })

  it('holds no secret that was handed out, nor a password', async () => {
    const access = await populated()
    const { webSessions, tokens, shares, ada, announced, dir } = access
    const session = SessionId.parse('AAAAAAAAAAAAAAAA')
    const browser = webSessions.create(ada.userId, from)
    const rotated = webSessions.rotate(browser.cookieValue)
    const token = value(tokens.create({ userId: ada.userId, name: 'ci', scopes: ['read'], expiresInS: 600 }))
    const share = value(shares.create({ sessionId: session, title: 't', by: { userId: ada.userId, display: ada.display }, scope: live, expiresInS: 600 }))
    const opened = value(shares.redeem({ sessionId: session, secret: share.secret, address: '10.0.0.9' }))
    access.close()
    const bytes = readdirSync(dir).map((name) => readFileSync(join(dir, name)).toString('latin1')).join('')
    const secrets = [browser.cookieValue, rotated?.cookieValue, token.secret, share.secret, opened.cookieValue, announced[0]?.token, 'correct horse battery']
    for (const secret of secrets) {
      expect(secret).toBeTruthy()
      expect(bytes.includes(secret ?? '')).toBe(false)
    }
    expect(bytes).toContain('ada')
  })

  it('commits durably: WAL with synchronous FULL', () => {
    const db = openAccessDb(tempDir())
    expect(db.sql.prepare('PRAGMA journal_mode').get()).toMatchObject({ journal_mode: 'wal' })
    expect(db.sql.prepare('PRAGMA synchronous').get()).toMatchObject({ synchronous: 2 })
    db.close()
  })

  it('refuses a newer schema and leaves it alone', () => {
    const dir = tempDir()
    openAccessDb(dir).close()
    const raw = new DatabaseSync(join(dir, 'access.db'))
    raw.exec('PRAGMA user_version = 999')
    raw.close()
    expect(() => openAccessDb(dir)).toThrow(/newer version of Hopscope/)
  })

  it('rolls a transaction back when it throws', () => {
    const db = openAccessDb(tempDir())
    expect(() => db.transaction(() => {
      db.sql.prepare("INSERT INTO meta VALUES ('k', 'v')").run()
      throw new Error('no')
    })).toThrow('no')
    expect(db.sql.prepare('SELECT count(*) AS n FROM meta').get()).toMatchObject({ n: 0 })
    db.close()
  })

  it('goes on answering when notes cannot be written: another process holds the lock', async () => {
    const { webSessions, dir, clock, ada, tick, ended } = await populated()
    const { cookieValue } = webSessions.create(ada.userId, from)
    const other = new DatabaseSync(join(dir, 'access.db'))
    other.exec('BEGIN IMMEDIATE')
    clock.pass(2 * HOUR)
    expect(webSessions.find(cookieValue)).not.toBeNull()
    clock.pass(12 * HOUR)
    tick()
    expect(ended).toHaveLength(1)
    expect(webSessions.find(cookieValue)).toBeNull()
    other.exec('ROLLBACK')
    other.close()
  })

  it('tells the machine\'s faults from bugs', () => {
    const coded = (fields: object): Error => Object.assign(new Error('x'), fields)
    expect([coded({ errcode: 13 }), coded({ errcode: 5 }), coded({ errcode: 778 }), coded({ code: 'ENOSPC' })].map(isStorageFault)).toEqual([true, true, true, true])
    expect([coded({ errcode: 1 }), coded({ code: 'ENOENT' }), new Error('x'), 'x', null].map(isStorageFault)).toEqual([false, false, false, false, false])
    expect(() => bestEffort(() => { throw new TypeError('a bug') })).toThrow('a bug')
  })
})

describe('clocks', () => {
  it('a wall clock that is set back lengthens nothing', async () => {
    const { webSessions, clock, ada } = await populated()
    const { cookieValue } = webSessions.create(ada.userId, from)
    clock.step(-30 * 24 * HOUR)
    clock.pass(12 * HOUR - 1000)
    expect(webSessions.find(webSessions.create(ada.userId, from).cookieValue)).not.toBeNull()
    clock.pass(1000)
    expect(webSessions.find(cookieValue)).toBeNull()
  })

  it('nor does one that is set back while the server is down, in the same boot', async () => {
    const first = await populated()
    const { cookieValue } = first.webSessions.create(first.ada.userId, from)
    first.close()
    first.clock.step(-30 * 24 * HOUR)
    first.clock.pass(12 * HOUR)
    const { webSessions } = rig({ dir: first.dir, clock: first.clock })
    expect(webSessions.find(cookieValue)).toBeNull()
  })

  it('a wall clock that is set forward ends things early, within one sweep', async () => {
    const { webSessions, clock, tick, ended, ada } = await populated()
    const { id } = webSessions.create(ada.userId, from)
    clock.step(13 * HOUR)
    tick()
    expect(ended).toEqual([{ webSessionId: id, reason: 'expired' }])
  })

  it('goes on from what was stored after a reboot, even if the wall clock is behind it', () => {
    const db = openAccessDb(tempDir())
    const clock = fakeClock(1_000_000)
    const before = createSteadyClock({ db, clock, boot: { id: 'a', uptimeMs: () => 50_000 } })
    clock.pass(10_000)
    before.save()
    clock.step(-500_000)
    const after = createSteadyClock({ db, clock, boot: { id: 'b', uptimeMs: () => 1000 } })
    expect(after.nowMs()).toBe(1_010_000)
    clock.pass(5)
    expect(after.nowMs()).toBe(1_010_005)
    db.close()
  })
})
