/** Answers every call of web: one small transaction, or one bounded read, each. */
import { join } from 'node:path'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { SessionSummary, TranscriptPage } from '#lib/protocol/api.ts'
import type { RunId, SessionId } from '#lib/protocol/ids.ts'
import { StorageError, type SessionFold } from '../options.ts'
import type { NewSession } from '../types.ts'
import { Catalog } from './catalog.ts'
import { EventLog } from './event-log.ts'
import type { Commit, DatabaseCalls, Digest, ListFilter, LogRow, PageRequest, SessionCommit, SessionHead, WorkerSettings } from './messages.ts'
import { Retention } from './retention.ts'
import { DATABASE_FILE, inTransaction, openDatabase } from './schema.ts'
import { Snapshots } from './snapshots.ts'
import { Transcripts } from './transcripts.ts'
import { Upkeep } from './upkeep.ts'

export interface DatabaseParts {
  settings: WorkerSettings
  fold: SessionFold
  nowMs(): number
  warn(message: string, error: unknown): void
}

interface Touched { no: number; over: boolean }

/** Opening throws StorageError when the file cannot be opened or is of a newer schema. */
export class Database implements DatabaseCalls {
  readonly #db: DatabaseSync
  readonly #log: EventLog
  readonly #transcripts: Transcripts
  readonly #catalog: Catalog
  readonly #snapshots: Snapshots
  readonly #retention: Retention
  readonly #upkeep: Upkeep
  readonly #probe: StatementSync

  constructor({ settings, fold, nowMs, warn }: DatabaseParts) {
    this.#db = openDatabase(settings.dataDir)
    this.#log = new EventLog(this.#db)
    this.#transcripts = new Transcripts(this.#db)
    this.#catalog = new Catalog(this.#db)
    this.#snapshots = new Snapshots({ db: this.#db, log: this.#log, fold })
    this.#retention = new Retention(this.#db, settings)
    this.#upkeep = new Upkeep({
      log: this.#log, transcripts: this.#transcripts, snapshots: this.#snapshots, retention: this.#retention,
      journalPath: join(settings.dataDir, `${DATABASE_FILE}-wal`), nowMs, warn,
    })
    this.#probe = this.#db.prepare('insert into probe (no, at) values (1, 1) on conflict (no) do update set at = at + 1')
    // A process before this one may have ended in the middle of clearing away.
    this.#upkeep.deleted()
  }

  create(session: NewSession, atMs: number, first: Uint8Array): SessionSummary {
    return inTransaction(this.#db, () => {
      const no = this.#catalog.insert(session, atMs)
      this.#log.append({ no, lastSeq: 0, chunkedTo: 0, tailRows: 0 }, [{ firstSeq: 1, lastSeq: 1, bytes: first }])
      const summary = this.#catalog.summary(session.sessionId)
      if (!summary) throw new StorageError('bug', 'The session was made and cannot be found.')
      return summary
    })
  }

  head(sessionId: SessionId): SessionHead | null {
    const no = this.#catalog.number(sessionId)
    const place = no === null ? null : this.#log.place(no)
    return no === null || !place ? null : { lastSeq: place.lastSeq, openRuns: this.#catalog.openRuns(no) }
  }

  commit(commit: Commit): null {
    const touched = inTransaction(this.#db, () => {
      const done = commit.sessions.map((one) => this.#commitSession(one)).filter((one) => one !== null)
      this.#commitTranscripts(commit, done)
      if (commit.probe) this.#probe.run()
      return done
    })
    for (const { no, over } of touched) this.#upkeep.committed(no, over)
    return null
  }

  /** Passes over a session that was deleted meanwhile: nobody will miss its events. */
  #commitSession(commit: SessionCommit): Touched | null {
    const no = this.#catalog.number(commit.sessionId)
    const place = no === null ? null : this.#log.place(no)
    if (no === null || !place) return null
    this.#log.append(place, commit.rows)
    const changed = this.#catalog.advance(no, commit.lastMs, commit.runs)
    return { no, over: changed && !this.#catalog.isLive(no) }
  }

  #commitTranscripts(commit: Commit, touched: Touched[]): void {
    for (const { sessionId, runId, bytes, atMs } of commit.transcripts) {
      const no = this.#catalog.number(sessionId)
      if (no === null) continue
      this.#transcripts.append(no, runId, { bytes, atMs })
      if (!touched.some((one) => one.no === no)) touched.push({ no, over: !this.#catalog.isLive(no) })
    }
  }

  readPacked(sessionId: SessionId, after: number, maxBytes: number): LogRow[] {
    return this.#log.read(this.#number(sessionId), after, maxBytes)
  }

  async base(sessionId: SessionId): Promise<{ seq: number; json: string } | null> {
    return this.#snapshots.base(this.#number(sessionId))
  }

  page({ sessionId, ...wanted }: PageRequest): TranscriptPage {
    return this.#transcripts.page(this.#number(sessionId), wanted)
  }

  transcriptBytes(sessionId: SessionId, runId: RunId): Uint8Array {
    return this.#transcripts.all(this.#number(sessionId), runId)
  }

  summary(sessionId: SessionId): SessionSummary | null {
    return this.#catalog.summary(sessionId)
  }

  list(filter: ListFilter): SessionSummary[] {
    return this.#catalog.list(filter)
  }

  digest(sessionId: SessionId, digest: Digest): null {
    const no = this.#catalog.number(sessionId)
    if (no !== null) this.#catalog.digest(no, digest)
    return null
  }

  edit(sessionId: SessionId, change: { title?: string; visibility?: 'team' | 'private' }): null {
    inTransaction(this.#db, () => this.#catalog.edit(this.#number(sessionId), change))
    return null
  }

  remove(sessionId: SessionId): null {
    const no = this.#number(sessionId)
    this.#catalog.markDeleted(no)
    this.#snapshots.forget(no)
    this.#upkeep.deleted()
    return null
  }

  unfinished(): { sessionId: SessionId; runIds: RunId[] }[] {
    return this.#catalog.unfinished()
  }

  retain(nowMs: number, busy: SessionId[]): Promise<{ deleted: SessionId[]; bytes: number }> {
    return this.#retention.retain(nowMs, new Set<string>(busy))
  }

  async settle(): Promise<null> {
    await this.#upkeep.settle()
    return null
  }

  async close(): Promise<null> {
    await this.#upkeep.close()
    this.#db.close()
    return null
  }

  #number(sessionId: SessionId): number {
    const no = this.#catalog.number(sessionId)
    if (no === null) throw new StorageError('missing', 'This session does not exist any more.')
    return no
  }
}
