/** sessions.db: opened, or made, and brought up to date; forward only, with a copy of the older file kept first. */
import { chmodSync, closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { StorageError } from '../options.ts'

const OWNER_ONLY = 0o600
export const DATABASE_FILE = 'sessions.db'

/**
 * Each step brings the schema from its index to the next version. Never change a step that was released: add one.
 * Events lie in `chunk` (about 512 each, never changed again) and behind them in `tail` (small, merged into the next chunk).
 */
export const MIGRATIONS: readonly string[] = [`
  create table session (
    no integer primary key, id text not null unique,
    title text not null, target text not null, vantage text not null, by_name text not null, owner text, visibility text not null,
    created_ms real not null unique, ended_ms real, last_ms real not null,
    live integer not null default 0, interrupted integer not null default 0, deleted integer not null default 0,
    last_seq integer not null default 0, chunked_to integer not null default 0, tail_rows integer not null default 0,
    bytes integer not null default 0, worst text, spark text
  ) strict;
  create index session_by_age on session (last_ms) where live = 0 and deleted = 0;
  create index session_deleted on session (no) where deleted = 1;
  create table run (
    session integer not null, id text not null, tool text not null, queued_ms real not null, ended_ms real, outcome text,
    bytes integer not null default 0, lines integer not null default 0, open_line integer not null default 0,
    dropped integer not null default 0, loose_rows integer not null default 0, loose_bytes integer not null default 0,
    primary key (session, id)
  ) strict, without rowid;
  create index run_open on run (session) where ended_ms is null;
  create table chunk (id integer primary key, session integer not null, first integer not null, last integer not null, body blob not null) strict;
  create unique index chunk_place on chunk (session, first);
  create table tail (
    session integer not null, first integer not null, last integer not null, body blob not null, primary key (session, first)
  ) strict, without rowid;
  create table transcript (
    id integer primary key, session integer not null, run text not null, line_from integer not null, byte_from integer not null,
    deflated integer not null, marks blob not null, body blob not null
  ) strict;
  create unique index transcript_place on transcript (session, run, line_from, byte_from);
  create table snapshot (session integer primary key, seq integer not null, mark text not null, size integer not null, body blob not null) strict;
  create table probe (no integer primary key, at integer not null) strict;
`]

/** Opens `sessions.db` in `dataDir` (made with mode 0700, the file 0600). Throws StorageError `newer` for a later schema. */
export function openDatabase(dataDir: string, migrations: readonly string[] = MIGRATIONS): DatabaseSync {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const path = join(dataDir, DATABASE_FILE)
  // The journal files inherit this mode.
  closeSync(openSync(path, 'a', OWNER_ONLY))
  chmodSync(path, OWNER_ONLY)
  const db = new DatabaseSync(path, { timeout: 100 })
  try {
    db.exec('pragma auto_vacuum = incremental; pragma journal_mode = wal; pragma synchronous = normal; pragma trusted_schema = off')
    db.exec('pragma journal_size_limit = 8388608; pragma cache_size = -16000; pragma temp_store = memory')
    migrate(db, path, migrations)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/** Runs `work` in one write transaction; rolls back and rethrows when it throws. */
export function inTransaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec('begin immediate')
  try {
    const value = work()
    db.exec('commit')
    return value
  } catch (error) {
    if (db.isTransaction) db.exec('rollback')
    throw error
  }
}

/** One transaction a step: killed between two, the next start goes on from there. */
function migrate(db: DatabaseSync, path: string, migrations: readonly string[]): void {
  const version = Number(db.prepare('pragma user_version').get()?.['user_version'] ?? 0)
  if (version > migrations.length) {
    const message = `${path} was written by a newer version of Hopscope (schema ${version}; this one knows ${migrations.length}). Start the newer version, or restore a backup made by this one.`
    throw new StorageError('newer', message)
  }
  if (version > 0 && version < migrations.length) copyFirst(db, path, version)
  for (const [i, step] of migrations.slice(version).entries()) {
    inTransaction(db, () => {
      db.exec(step)
      db.exec(`pragma user_version = ${version + i + 1}`)
    })
  }
}

/** A copy as the older version left it, kept beside it; written whole or not at all. */
function copyFirst(db: DatabaseSync, path: string, version: number): void {
  const copy = `${path}.schema-${version}`
  if (existsSync(copy)) return
  const part = `${copy}.part`
  rmSync(part, { force: true })
  closeSync(openSync(part, 'wx', OWNER_ONLY))
  db.prepare('vacuum into ?').run(part)
  const handle = openSync(part, 'r+')
  fsyncSync(handle)
  closeSync(handle)
  renameSync(part, copy)
}
