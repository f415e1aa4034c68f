/** access.db: accounts, credentials and shares in one SQLite file of mode 0600, every commit on disk before it is answered. */
import { chmodSync, closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { AccessDb } from './types.ts'
import { MIGRATIONS } from './schema.ts'

const OWNER_ONLY = 0o600
/** Longest wait for another process's lock; the event loop stands still meanwhile (R12). */
const LOCK_WAIT_MS = 40

/** Opens or makes `access.db` in `dataDir` and brings its schema up to date. Throws when it is newer than this program or damaged. */
export function openAccessDb(dataDir: string): AccessDb {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const path = join(dataDir, 'access.db')
  closeSync(openSync(path, 'a', OWNER_ONLY))
  chmodSync(path, OWNER_ONLY)
  const sql = new DatabaseSync(path, { enableForeignKeyConstraints: true, timeout: LOCK_WAIT_MS })
  try {
    sql.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF; PRAGMA secure_delete = ON')
    const db: AccessDb = { sql, path, transaction: (work) => inTransaction(sql, work), close: () => sql.close() }
    migrate(db)
    return db
  } catch (error) {
    sql.close()
    throw error
  }
}

/** SQLITE_BUSY, READONLY, IOERR, FULL. */
const SQLITE_FAULTS = new Set([5, 8, 10, 13])
const FILE_FAULTS = new Set(['ENOSPC', 'EDQUOT', 'EIO', 'EROFS'])

/** True for a full, failing, busy or read-only disk: the machine's state, not a bug. Answer `storage-full` when it reaches a request. */
export function isStorageFault(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if ('errcode' in error && typeof error.errcode === 'number') return SQLITE_FAULTS.has(error.errcode & 0xff)
  return 'code' in error && typeof error.code === 'string' && FILE_FAULTS.has(error.code)
}

/** Does a write that nobody waits for (last use, clean-up). On a full disk reading goes on and the note is missing. */
export function bestEffort(work: () => void): void {
  try {
    work()
  } catch (error) {
    if (!isStorageFault(error)) throw error
  }
}

function inTransaction<T>(sql: DatabaseSync, work: () => T): T {
  if (sql.isTransaction) return work()
  sql.exec('BEGIN IMMEDIATE')
  try {
    const value = work()
    sql.exec('COMMIT')
    return value
  } catch (error) {
    if (sql.isTransaction) sql.exec('ROLLBACK')
    throw error
  }
}

function schemaVersion(sql: DatabaseSync): number {
  const version = sql.prepare('PRAGMA user_version').get()?.['user_version']
  return typeof version === 'number' ? version : 0
}

/** Forward only: one transaction a step, so a kill between two leaves a version that the next start continues from (S54). */
function migrate(db: AccessDb): void {
  const version = schemaVersion(db.sql)
  if (version > MIGRATIONS.length) {
    throw new Error(`${db.path} was written by a newer version of Hopscope (schema ${version}, this one knows ${MIGRATIONS.length}). Start the newer version, or restore a backup.`)
  }
  if (version > 0 && version < MIGRATIONS.length) copyFirst(db, version)
  MIGRATIONS.slice(version).forEach((step, i) => {
    db.transaction(() => {
      db.sql.exec(step)
      db.sql.exec(`PRAGMA user_version = ${version + i + 1}`)
    })
  })
}

/** A copy of the database as the older version left it, kept beside it. Written whole or not at all. */
function copyFirst(db: AccessDb, version: number): void {
  const copy = `${db.path}.schema-${version}`
  if (existsSync(copy)) return
  const part = `${copy}.part`
  rmSync(part, { force: true })
  closeSync(openSync(part, 'wx', OWNER_ONLY))
  db.sql.prepare('VACUUM INTO ?').run(part)
  const handle = openSync(part, 'r+')
  fsyncSync(handle)
  closeSync(handle)
  renameSync(part, copy)
}
