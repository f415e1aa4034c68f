/** SQL of the share tables, prepared once. */
import type { AccessDb } from '../access/types.ts'

/** `live` and `byCookie` take the time last: a share is judged anew on every use. */
export const shareStatements = (db: AccessDb) => ({
  add: db.sql.prepare(`INSERT INTO shares (share_id, session_id, title, by_user, by_display, scope, hash, redaction_key, created_ms, ends_ms)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING *`),
  one: db.sql.prepare('SELECT * FROM shares WHERE share_id = ?'),
  live: db.sql.prepare('SELECT * FROM shares WHERE share_id = ? AND revoked_ms IS NULL AND ends_ms > ?'),
  byHash: db.sql.prepare('SELECT * FROM shares WHERE hash = ?'),
  byCookie: db.sql.prepare(`SELECT shares.* FROM share_cookies JOIN shares USING (share_id)
    WHERE share_cookies.hash = ? AND share_id = ? AND revoked_ms IS NULL AND ends_ms > ?`),
  addCookie: db.sql.prepare('INSERT INTO share_cookies (hash, share_id, created_ms) VALUES (?, ?, ?)'),
  dropOldCookies: db.sql.prepare(`DELETE FROM share_cookies WHERE rowid IN
    (SELECT rowid FROM share_cookies WHERE share_id = ? ORDER BY created_ms DESC, rowid DESC LIMIT -1 OFFSET ?)`),
  dropCookies: db.sql.prepare('DELETE FROM share_cookies WHERE share_id = ?'),
  opened: db.sql.prepare('UPDATE shares SET opens = opens + 1, opened_ms = ?, opened_address = ? WHERE share_id = ?'),
  revoke: db.sql.prepare('UPDATE shares SET revoked_ms = ?, ended = 1 WHERE share_id = ? AND revoked_ms IS NULL AND ends_ms > ? RETURNING share_id'),
  revokeBy: db.sql.prepare('UPDATE shares SET revoked_ms = ?, ended = 1 WHERE by_user = ? AND ended = 0 RETURNING share_id'),
  expired: db.sql.prepare('SELECT share_id FROM shares WHERE ended = 0 AND ends_ms <= ?'),
  expire: db.sql.prepare('UPDATE shares SET ended = 1 WHERE ended = 0 AND ends_ms <= ?'),
  dropSession: db.sql.prepare('DELETE FROM shares WHERE session_id = ? RETURNING share_id'),
  prune: db.sql.prepare('DELETE FROM shares WHERE ended = 1 AND ends_ms <= ?'),
  list: db.sql.prepare('SELECT * FROM shares WHERE session_id = coalesce(?, session_id) AND by_user = coalesce(?, by_user) ORDER BY created_ms DESC, rowid DESC LIMIT 1000'),
  retitle: db.sql.prepare('UPDATE shares SET title = ? WHERE session_id = ?'),
})

export type ShareStatements = ReturnType<typeof shareStatements>
