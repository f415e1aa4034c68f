/** Removal of sessions: by age, by the size of the data folder, and of what was deleted, always in small steps. */
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { SessionId } from '#lib/protocol/ids.ts'
import { numberOf, textOf } from './rows.ts'
import { inTransaction } from './schema.ts'

const DAY_MS = 86_400_000
/** Sessions one call removes at most; the caller calls again. */
const SESSIONS_PER_CALL = 50
const ROWS_PER_STEP = 256
const PAGES_PER_STEP = 1000

function prepare(db: DatabaseSync) {
  const part = (table: string, key: string): string =>
    `delete from ${table} where ${key} in (select ${key} from ${table} where session = ? limit ${ROWS_PER_STEP})`
  return {
    oldest: db.prepare('select no, id, last_ms from session where live = 0 and deleted = 0 order by last_ms limit ?'),
    mark: db.prepare('update session set deleted = 1 where no = ?'),
    deleted: db.prepare('select no from session where deleted = 1'),
    steps: [
      db.prepare(part('chunk', 'id')), db.prepare(part('transcript', 'id')),
      db.prepare('delete from tail where session = ?'), db.prepare('delete from snapshot where session = ?'), db.prepare('delete from run where session = ?'),
      db.prepare('delete from session where no = ?'),
    ],
  }
}

export interface RetentionSettings { dataDir: string; retentionDays: number; maxBytes: number }

export class Retention {
  readonly #db: DatabaseSync
  readonly #settings: RetentionSettings
  readonly #sql: ReturnType<typeof prepare>

  constructor(db: DatabaseSync, settings: RetentionSettings) {
    this.#db = db
    this.#settings = settings
    this.#sql = prepare(db)
  }

  /** Removes what is too old, then the longest untouched until the folder is under its bound. Live and `busy` sessions stay. */
  async retain(nowMs: number, busy: ReadonlySet<string>): Promise<{ deleted: SessionId[]; bytes: number }> {
    const deleted: SessionId[] = []
    await this.purge()
    this.#db.exec('pragma wal_checkpoint(truncate)')
    const limitMs = nowMs - this.#settings.retentionDays * DAY_MS
    for (const row of this.#sql.oldest.all(SESSIONS_PER_CALL + busy.size)) {
      const sessionId = textOf(row, 'id') as SessionId
      const old = numberOf(row, 'last_ms') < limitMs
      if (deleted.length >= SESSIONS_PER_CALL || (!old && this.#used() <= this.#settings.maxBytes)) break
      if (busy.has(sessionId)) continue
      this.#sql.mark.run(numberOf(row, 'no'))
      await this.purge()
      // Removing makes the journal grow before the file shrinks: measured with it, everything would have to go.
      this.#db.exec('pragma wal_checkpoint(truncate)')
      deleted.push(sessionId)
    }
    if (deleted.length > 0) await this.#shrink()
    return { deleted, bytes: folderBytes(this.#settings.dataDir) }
  }

  /** Takes the rows of deleted sessions away, a few hundred at a time. */
  async purge(): Promise<void> {
    for (const row of this.#sql.deleted.all()) {
      const no = numberOf(row, 'no')
      for (const step of this.#sql.steps) {
        for (;;) {
          const { changes } = inTransaction(this.#db, () => step.run(no))
          await nextTurn()
          if (Number(changes) < ROWS_PER_STEP) break
        }
      }
    }
  }

  /** Gives free pages back to the file system. */
  async #shrink(): Promise<void> {
    while (this.#pragma('freelist_count') > 0) {
      this.#db.exec(`pragma incremental_vacuum(${PAGES_PER_STEP})`)
      await nextTurn()
    }
    this.#db.exec('pragma wal_checkpoint(truncate)')
  }

  /** Bytes of the folder once free pages have been given back. */
  #used(): number {
    return folderBytes(this.#settings.dataDir) - this.#pragma('freelist_count') * this.#pragma('page_size')
  }

  #pragma(name: 'freelist_count' | 'page_size'): number {
    const row = this.#db.prepare(`pragma ${name}`).get()
    return row ? numberOf(row, name) : 0
  }
}

/** Size of every file in a folder and below; a file that vanishes meanwhile counts nothing. */
function folderBytes(folder: string): number {
  let bytes = 0
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) bytes += statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0
  }
  return bytes
}
