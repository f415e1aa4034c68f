/** API tokens `hsa_…`: 192 random bits shown once, SHA-256 here, with scopes and an end (S23). */
import * as z from 'zod/mini'
import type { TokenSummary } from '#lib/protocol/api.ts'
import { fail, ok } from '#lib/protocol/result.ts'
import { bestEffort } from './db.ts'
import { numberOf, numberOrNull, textOf } from './rows.ts'
import { asUserId, digest, randomId, randomSecret, tidyText } from './secrets.ts'
import type { AccessDb, AccessEvents, EndReason, Tokens, TokenScope } from './types.ts'

export const TOKEN_PREFIX = 'hsa_'
const SECRET = /^hsa_[A-Za-z0-9_-]{32}$/
/** Characters of the secret that the list shows, so that its owner can tell tokens apart; 168 bits stay unknown. */
const SHOWN = TOKEN_PREFIX.length + 4
const USED_EVERY_MS = 60_000
const MOST_PER_USER = 50

const Scopes = z.array(z.enum(['read', 'run', 'share']))

interface Parts { db: AccessDb; clock: { nowMs(): number }; events: AccessEvents }

export interface SweptTokens extends Tokens {
  /** Drops what has expired and says so; called by the sweep. */
  expire(): number
}

const scopesOf = (row: Record<string, unknown>): TokenScope[] => Scopes.parse(JSON.parse(textOf(row, 'scopes')))

const toSummary = (row: Record<string, unknown>): TokenSummary => ({
  tokenId: textOf(row, 'token_id'), name: textOf(row, 'name'), prefix: textOf(row, 'prefix'), scopes: scopesOf(row),
  createdAtMs: numberOf(row, 'created_ms'), expiresAtMs: numberOf(row, 'ends_ms'), lastUsedAtMs: numberOrNull(row, 'used_ms'),
})

const statements = (db: AccessDb) => ({
  add: db.sql.prepare('INSERT INTO tokens (token_id, user_id, hash, name, prefix, scopes, created_ms, ends_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING *'),
  find: db.sql.prepare('SELECT * FROM tokens WHERE hash = ? AND ends_ms > ?'),
  touch: db.sql.prepare('UPDATE tokens SET used_ms = ? WHERE token_id = ?'),
  count: db.sql.prepare('SELECT count(*) AS n FROM tokens WHERE user_id = ? AND ends_ms > ?'),
  ofUser: db.sql.prepare('SELECT * FROM tokens WHERE user_id = ? AND ends_ms > ? ORDER BY created_ms DESC, rowid DESC'),
  dropOne: db.sql.prepare('DELETE FROM tokens WHERE token_id = ? AND user_id = ? RETURNING token_id'),
  dropAll: db.sql.prepare('DELETE FROM tokens WHERE user_id = ? RETURNING token_id'),
  expired: db.sql.prepare('SELECT token_id FROM tokens WHERE ends_ms <= ?'),
  dropExpired: db.sql.prepare('DELETE FROM tokens WHERE ends_ms <= ?'),
})

/** Builds the service over the open database. */
export function createTokens({ db, clock, events }: Parts): SweptTokens {
  const sql = statements(db)
  const ended = (rows: Record<string, unknown>[], reason: EndReason): number => {
    for (const row of rows) events.fire({ tokenId: textOf(row, 'token_id'), reason })
    return rows.length
  }
  return {
    create({ userId, name, scopes, expiresInS }) {
      const nowMs = clock.nowMs()
      if (numberOf(sql.count.get(userId, nowMs) ?? { n: 0 }, 'n') >= MOST_PER_USER) {
        return fail({ code: 'conflict', message: `You have ${MOST_PER_USER} tokens, the most an account may hold. Revoke one that is not used.` })
      }
      const secret = `${TOKEN_PREFIX}${randomSecret(192)}`
      const kept = JSON.stringify([...new Set(scopes)])
      const row = sql.add.get(randomId(), userId, digest(secret), tidyText(name, 64) || 'token', secret.slice(0, SHOWN), kept, nowMs, nowMs + expiresInS * 1000)
      if (row === undefined) throw new Error('the inserted token was not returned')
      return ok({ token: toSummary(row), secret })
    },
    find(secret) {
      if (!SECRET.test(secret)) return null
      const nowMs = clock.nowMs()
      const row = sql.find.get(digest(secret), nowMs)
      if (row === undefined) return null
      const tokenId = textOf(row, 'token_id')
      if (nowMs - (numberOrNull(row, 'used_ms') ?? 0) >= USED_EVERY_MS) bestEffort(() => void sql.touch.run(nowMs, tokenId))
      return { userId: asUserId(textOf(row, 'user_id')), tokenId, scopes: scopesOf(row) }
    },
    list: (userId) => sql.ofUser.all(userId, clock.nowMs()).map(toSummary),
    revoke: (userId, tokenId) => (ended(sql.dropOne.all(tokenId, userId), 'revoked') > 0
      ? ok(null)
      : fail({ code: 'not-found', message: 'There is no such token. It may have expired or been revoked already.' })),
    revokeAllOf: (userId) => ended(sql.dropAll.all(userId), 'revoked'),
    expire() {
      const nowMs = clock.nowMs()
      const rows = sql.expired.all(nowMs)
      if (rows.length > 0) bestEffort(() => void sql.dropExpired.run(nowMs))
      return ended(rows, 'expired')
    },
  }
}
