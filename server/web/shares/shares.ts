/** Share links: made, redeemed for a cookie, looked up live, revoked (S45, S46, S48, S49). */
import { createHash, randomBytes } from 'node:crypto'
import { ShareScope } from '#lib/protocol/access.ts'
import type { ShareSummary } from '#lib/protocol/api.ts'
import { fail, ok, type Problem } from '#lib/protocol/result.ts'
import { bestEffort } from '../access/db.ts'
import { bytesOf, numberOf, numberOrNull, textOf, textOrNull } from '../access/rows.ts'
import { asSessionId, asShareId, asUserId, digest, newShareId, randomSecret, sameDigest, tidyText } from '../access/secrets.ts'
import type { AccessDb, AccessEvents, EndReason, LiveShare, NewShare, Shares } from '../access/types.ts'
import { addressKey, rateLimited } from '../limits/limits.ts'
import type { Window } from '../limits/window.ts'
import { createOpenCounter } from './open-counter.ts'
import { shareStatements, type ShareStatements } from './statements.ts'

export const SHARE_PREFIX = 'hss_'
const SECRET = /^hss_[A-Za-z0-9_-]{32}$/
const COOKIE = /^[A-Za-z0-9_-]{43}$/
/** Browsers that may hold one link at a time; the oldest cookie goes first. */
const MOST_COOKIES = 1000
/** Ended shares stay in the list this long after their end. */
const KEPT_MS = 90 * 86_400_000
/** Failures of one address that are answered in a minute (S49). */
export const SHARE_FAILURES = { limit: 20, windowMs: 60_000 } as const

export interface ShareParts {
  db: AccessDb
  clock: { nowMs(): number }
  events: AccessEvents
  /** Counts failures by address, SHARE_FAILURES. */
  failures: Window
  /** The admin's longest life of a link, seconds. */
  shareMaxS: number
  /** Digest of a secret; a test counts its calls to compare the work of two answers. */
  digestOf?: (secret: string) => Uint8Array
}

export interface SweptShares extends Shares {
  /** Ends what has expired and says so; called by the sweep. */
  expire(): number
}

const GONE: Problem = { code: 'not-found', message: 'This link does not open anything: it is not complete, has expired, or was revoked. Ask whoever sent it for a new one.' }

const toLive = (row: Record<string, unknown>): LiveShare => ({
  shareId: asShareId(textOf(row, 'share_id')), sessionId: asSessionId(textOf(row, 'session_id')),
  scope: ShareScope.parse(JSON.parse(textOf(row, 'scope'))), expiresAtMs: numberOf(row, 'ends_ms'),
  by: textOf(row, 'by_display'), byUserId: asUserId(textOf(row, 'by_user')),
})

const toSummary = (row: Record<string, unknown>, openNow: (shareId: string) => number): ShareSummary => {
  const { shareId, sessionId, scope, expiresAtMs, by } = toLive(row)
  return {
    shareId, sessionId, title: textOf(row, 'title'), by, scope, createdAtMs: numberOf(row, 'created_ms'), expiresAtMs,
    revokedAtMs: numberOrNull(row, 'revoked_ms'), opens: numberOf(row, 'opens'), openNow: openNow(shareId),
    lastOpenedAtMs: numberOrNull(row, 'opened_ms'), lastAddress: textOrNull(row, 'opened_address'),
  }
}

/** Builds the service; see `Shares` for the promises. */
export function createShares(parts: ShareParts): SweptShares {
  const { db, clock, events } = parts
  const sql = shareStatements(db)
  const opened = createOpenCounter()
  const summary = (row: Record<string, unknown>): ShareSummary => toSummary(row, opened.now)
  const ended = (rows: Record<string, unknown>[], reason: EndReason): number => {
    for (const row of rows) {
      const shareId = asShareId(textOf(row, 'share_id'))
      bestEffort(() => void sql.dropCookies.run(shareId))
      events.fire({ shareId, reason })
    }
    return rows.length
  }
  const live = (shareId: string): Record<string, unknown> | null => sql.live.get(shareId, clock.nowMs()) ?? null
  return {
    create: (share) => create(parts, sql, { share, summary }),
    redeem: redeemer(parts, sql),
    find(shareId, cookieValue) {
      if (!COOKIE.test(cookieValue)) return null
      const row = sql.byCookie.get(digest(cookieValue), shareId, clock.nowMs())
      return row === undefined ? null : toLive(row)
    },
    live: (shareId) => {
      const row = live(shareId)
      return row === null ? null : toLive(row)
    },
    get: (shareId) => {
      const row = sql.one.get(shareId)
      return row === undefined ? null : { ...summary(row), byUserId: asUserId(textOf(row, 'by_user')) }
    },
    revoke: (shareId) => ended(sql.revoke.all(clock.nowMs(), shareId, clock.nowMs()), 'revoked') > 0,
    revokeAllBy: (userId) => ended(sql.revokeBy.all(clock.nowMs(), userId), 'revoked'),
    dropSession: (sessionId) => ended(sql.dropSession.all(sessionId), 'revoked'),
    list: (filter = {}) => sql.list.all(filter.sessionId ?? null, filter.byUserId ?? null).map(summary),
    retitle: (sessionId, title) => void sql.retitle.run(tidyText(title, 120), sessionId),
    attach: opened.attach,
    redactionKey: (shareId) => {
      const row = live(shareId)
      return row === null ? null : bytesOf(row, 'redaction_key')
    },
    expire() {
      const nowMs = clock.nowMs()
      const rows = sql.expired.all(nowMs)
      bestEffort(() => {
        if (rows.length > 0) sql.expire.run(nowMs)
        sql.prune.run(nowMs - KEPT_MS)
      })
      return ended(rows, 'expired')
    },
  }
}

function create(parts: ShareParts, sql: ShareStatements, work: { share: NewShare; summary: (row: Record<string, unknown>) => ShareSummary }): ReturnType<Shares['create']> {
  const { share, summary } = work
  if (share.expiresInS > parts.shareMaxS) {
    const days = Math.floor(parts.shareMaxS / 86_400)
    const most = days >= 1 ? `${days} ${days === 1 ? 'day' : 'days'}` : `${Math.floor(parts.shareMaxS / 60)} minutes`
    return fail({ code: 'invalid', field: 'expiresInS', message: `On this server a link may live ${most} at most. Choose a shorter time.` })
  }
  const secret = `${SHARE_PREFIX}${randomSecret(192)}`
  const nowMs = parts.clock.nowMs()
  const row = sql.add.get(
    newShareId(), share.sessionId, tidyText(share.title, 120), share.by.userId, tidyText(share.by.display, 64),
    JSON.stringify(share.scope), digest(secret), randomBytes(32), nowMs, nowMs + share.expiresInS * 1000,
  )
  if (row === undefined) throw new Error('the inserted share was not returned')
  return ok({ share: summary(row), secret })
}

/** Every failing answer does the same: one digest, one look-up by index, one comparison in constant time. */
function redeemer(parts: ShareParts, sql: ShareStatements): Shares['redeem'] {
  const { clock, failures, digestOf = digest } = parts
  const nothing = createHash('sha256').update(randomBytes(32)).digest()
  return ({ sessionId, secret, address }): ReturnType<Shares['redeem']> => {
    const key = addressKey(address)
    const room = failures.look(key)
    if (!room.ok) return fail(rateLimited(room, 'Too many links from this address did not open.'))
    const hash = digestOf(secret)
    const row = sql.byHash.get(hash) ?? null
    const matches = sameDigest(hash, row === null ? nothing : bytesOf(row, 'hash'))
    const good = row !== null && matches && SECRET.test(secret) && isOpenable(row, { sessionId, nowMs: clock.nowMs() })
    if (!good) {
      failures.take(key)
      return fail(GONE)
    }
    const cookieValue = randomSecret(256)
    const share = toLive(row)
    parts.db.transaction(() => {
      sql.addCookie.run(digest(cookieValue), share.shareId, clock.nowMs())
      sql.dropOldCookies.run(share.shareId, MOST_COOKIES)
      sql.opened.run(clock.nowMs(), tidyText(address, 64), share.shareId)
    })
    return ok({ cookieValue, shareId: share.shareId, share })
  }
}

const isOpenable = (row: Record<string, unknown>, at: { sessionId: string; nowMs: number }): boolean =>
  textOf(row, 'session_id') === at.sessionId && numberOrNull(row, 'revoked_ms') === null && numberOf(row, 'ends_ms') > at.nowMs

