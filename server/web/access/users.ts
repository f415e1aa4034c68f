/** The users table: plain reads and writes, no rules. */
import { Role } from '#lib/protocol/access.ts'
import type { Me, UserSummary } from '#lib/protocol/api.ts'
import type { UserId } from '#lib/protocol/ids.ts'
import { numberOf, numberOrNull, textOf } from './rows.ts'
import { asUserId } from './secrets.ts'
import type { AccessDb } from './types.ts'

export interface UserRow extends UserSummary { password: string }

export interface Users {
  count(): number
  byId(userId: UserId): UserRow | null
  byName(name: string): UserRow | null
  all(): UserRow[]
  insert(user: UserRow): void
  update(user: UserRow): void
  /** Replaces the stored hash only if it is still `from`. */
  upgradePassword(userId: UserId, from: string, to: string): void
  setSeen(userId: UserId, atMs: number): void
  /** Enabled admins other than this person. */
  otherAdmins(userId: UserId): number
}

const toRow = (row: Record<string, unknown>): UserRow => ({
  userId: asUserId(textOf(row, 'user_id')),
  name: textOf(row, 'name'),
  display: textOf(row, 'display'),
  role: Role.parse(textOf(row, 'role')),
  disabled: numberOf(row, 'disabled') !== 0,
  createdAtMs: numberOf(row, 'created_ms'),
  lastSeenAtMs: numberOrNull(row, 'seen_ms'),
  password: textOf(row, 'password'),
})

/** What other people may know of an account: everything but the hash. */
export function toSummary(row: UserRow): UserSummary {
  const { password: _, ...summary } = row
  return summary
}

export const toMe = (row: UserSummary): Me => ({ userId: row.userId, name: row.name, display: row.display, role: row.role })

/** Prepared statements over the open database. */
export function createUsers(db: AccessDb): Users {
  const one = db.sql.prepare('SELECT * FROM users WHERE user_id = ?')
  const named = db.sql.prepare('SELECT * FROM users WHERE name = ?')
  const everyone = db.sql.prepare('SELECT * FROM users ORDER BY name')
  const total = db.sql.prepare('SELECT count(*) AS n FROM users')
  const add = db.sql.prepare('INSERT INTO users (user_id, name, display, role, disabled, password, created_ms, seen_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
  const change = db.sql.prepare('UPDATE users SET display = ?, role = ?, disabled = ?, password = ? WHERE user_id = ?')
  const upgrade = db.sql.prepare('UPDATE users SET password = ? WHERE user_id = ? AND password = ?')
  const seen = db.sql.prepare('UPDATE users SET seen_ms = ? WHERE user_id = ?')
  const admins = db.sql.prepare("SELECT count(*) AS n FROM users WHERE role = 'admin' AND disabled = 0 AND user_id <> ?")
  const found = (row: Record<string, unknown> | undefined): UserRow | null => (row === undefined ? null : toRow(row))
  const counted = (row: Record<string, unknown> | undefined): number => (row === undefined ? 0 : numberOf(row, 'n'))
  return {
    count: () => counted(total.get()),
    byId: (userId) => found(one.get(userId)),
    byName: (name) => found(named.get(name)),
    all: () => everyone.all().map(toRow),
    insert: (u) => void add.run(u.userId, u.name, u.display, u.role, Number(u.disabled), u.password, u.createdAtMs, u.lastSeenAtMs),
    update: (u) => void change.run(u.display, u.role, Number(u.disabled), u.password, u.userId),
    upgradePassword: (userId, from, to) => void upgrade.run(to, userId, from),
    setSeen: (userId, atMs) => void seen.run(atMs, userId),
    otherAdmins: (userId) => counted(admins.get(userId)),
  }
}
