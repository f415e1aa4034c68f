/** Signed-in browsers: a 256-bit value in a cookie, its SHA-256 here, 12 h idle and 7 d in all (S17). */
import type { UserId } from '#lib/protocol/ids.ts'
import { bestEffort } from './db.ts'
import { numberOf, textOf } from './rows.ts'
import { asUserId, digest, randomId, randomSecret, tidyText } from './secrets.ts'
import type { AccessDb, AccessEvents, EndReason, WebSession, WebSessions, WebSessionSummary } from './types.ts'

const IDLE_MS = 12 * 3_600_000
const WHOLE_MS = 7 * 86_400_000
/** `Max-Age` of the cookie, seconds. */
export const WEB_SESSION_MAX_S = WHOLE_MS / 1000
const SEEN_EVERY_MS = 60_000
const MOST_PER_USER = 50
const COOKIE = /^[A-Za-z0-9_-]{43}$/

interface Parts { db: AccessDb; clock: { nowMs(): number }; events: AccessEvents }

export interface SweptWebSessions extends WebSessions {
  /** Drops what has expired and says so; called by the sweep. */
  expire(): number
}

const toSession = (row: Record<string, unknown>): WebSession => ({
  userId: asUserId(textOf(row, 'user_id')), sessionRecordId: textOf(row, 'id'),
  createdAtMs: numberOf(row, 'created_ms'), expiresAtMs: Math.min(numberOf(row, 'idle_ms'), numberOf(row, 'ends_ms')),
})

const toSummary = (row: Record<string, unknown>): WebSessionSummary => ({
  id: textOf(row, 'id'), address: textOf(row, 'address'), agent: textOf(row, 'agent'),
  createdAtMs: numberOf(row, 'created_ms'), lastSeenAtMs: numberOf(row, 'seen_ms'),
  expiresAtMs: Math.min(numberOf(row, 'idle_ms'), numberOf(row, 'ends_ms')),
})

const statements = (db: AccessDb) => ({
  add: db.sql.prepare('INSERT INTO web_sessions (id, user_id, hash, address, agent, created_ms, seen_ms, idle_ms, ends_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)'),
  find: db.sql.prepare('SELECT * FROM web_sessions WHERE hash = ? AND idle_ms > ? AND ends_ms > ?'),
  touch: db.sql.prepare('UPDATE web_sessions SET seen_ms = ?, idle_ms = ? WHERE id = ?'),
  swap: db.sql.prepare('UPDATE web_sessions SET hash = ? WHERE id = ?'),
  dropOne: db.sql.prepare('DELETE FROM web_sessions WHERE id = ? AND user_id = coalesce(?, user_id) RETURNING id'),
  dropAll: db.sql.prepare('DELETE FROM web_sessions WHERE user_id = ? AND id <> ? RETURNING id'),
  dropSurplus: db.sql.prepare('DELETE FROM web_sessions WHERE id IN (SELECT id FROM web_sessions WHERE user_id = ? ORDER BY seen_ms DESC, rowid DESC LIMIT -1 OFFSET ?) RETURNING id'),
  expired: db.sql.prepare('SELECT id FROM web_sessions WHERE idle_ms <= ? OR ends_ms <= ?'),
  dropExpired: db.sql.prepare('DELETE FROM web_sessions WHERE idle_ms <= ? OR ends_ms <= ?'),
  ofUser: db.sql.prepare('SELECT * FROM web_sessions WHERE user_id = ? AND idle_ms > ? AND ends_ms > ? ORDER BY seen_ms DESC'),
})

/** Builds the service over the open database. `clock` must not go back (SteadyClock). */
export function createWebSessions({ db, clock, events }: Parts): SweptWebSessions {
  const sql = statements(db)
  const ended = (rows: Record<string, unknown>[], reason: EndReason): number => {
    for (const row of rows) events.fire({ webSessionId: textOf(row, 'id'), reason })
    return rows.length
  }
  const alive = (cookieValue: string): WebSession | null => {
    if (!COOKIE.test(cookieValue)) return null
    const nowMs = clock.nowMs()
    const row = sql.find.get(digest(cookieValue), nowMs, nowMs)
    if (row === undefined) return null
    if (nowMs - numberOf(row, 'seen_ms') >= SEEN_EVERY_MS) bestEffort(() => void sql.touch.run(nowMs, nowMs + IDLE_MS, textOf(row, 'id')))
    return toSession(row)
  }
  return {
    create(userId: UserId, from) {
      const nowMs = clock.nowMs()
      const id = randomId()
      const cookieValue = randomSecret(256)
      sql.add.run(id, userId, digest(cookieValue), tidyText(from.address, 64), tidyText(from.agent, 200), nowMs, nowMs, nowMs + IDLE_MS, nowMs + WHOLE_MS)
      ended(sql.dropSurplus.all(userId, MOST_PER_USER), 'revoked')
      return { cookieValue, id }
    },
    find: alive,
    rotate(cookieValue) {
      const session = alive(cookieValue)
      if (session === null) return null
      const next = randomSecret(256)
      sql.swap.run(digest(next), session.sessionRecordId)
      return { cookieValue: next, id: session.sessionRecordId }
    },
    revoke: (id, reason, userId) => ended(sql.dropOne.all(id, userId ?? null), reason) > 0,
    revokeAllOf: (userId, options = {}) => ended(sql.dropAll.all(userId, options.exceptId ?? ''), options.reason ?? 'revoked'),
    list: (userId) => sql.ofUser.all(userId, clock.nowMs(), clock.nowMs()).map(toSummary),
    expire() {
      const nowMs = clock.nowMs()
      const rows = sql.expired.all(nowMs, nowMs)
      if (rows.length > 0) bestEffort(() => void sql.dropExpired.run(nowMs, nowMs))
      return ended(rows, 'expired')
    },
  }
}
