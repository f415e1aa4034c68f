/** Answers every call of web: one small transaction, or one bounded read, each. */
import { join } from 'node:path'
import { StorageError, type SessionFold } from '../options.ts'
import type { SessionId } from '#lib/protocol/ids.ts'
import type { SessionSummary } from '#lib/protocol/api.ts'
import { Catalog } from './catalog.ts'
import { EventLog } from './event-log.ts'
import type { Commit, DatabaseCalls, SessionCommit, WorkerSettings } from './messages.ts'
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

/** Opens the database and builds everything around it. Throws StorageError when it cannot be opened. */
export function createDatabase({ settings, fold, nowMs, warn }: DatabaseParts): DatabaseCalls {
  const db = openDatabase(settings.dataDir)
  const log = new EventLog(db)
  const transcripts = new Transcripts(db)
  const catalog = new Catalog(db)
  const snapshots = new Snapshots({ db, log, fold })
  const retention = new Retention(db, settings)
  const journalPath = join(settings.dataDir, `${DATABASE_FILE}-wal`)
  const upkeep = new Upkeep({ log, transcripts, snapshots, retention, journalPath, nowMs, warn })
  const probe = db.prepare('insert into probe (no, at) values (1, 1) on conflict (no) do update set at = at + 1')
  upkeep.deleted()

  const number = (sessionId: SessionId): number => {
    const no = catalog.number(sessionId)
    if (no === null) throw new StorageError('missing', 'This session does not exist any more.')
    return no
  }
  /** Passes over a session that was deleted meanwhile: nobody will miss its events. */
  const commitSession = (commit: SessionCommit): { no: number; over: boolean } | null => {
    const no = catalog.number(commit.sessionId)
    const place = no === null ? null : log.place(no)
    if (no === null || !place) return null
    log.append(place, commit.rows)
    const changed = catalog.advance(no, commit.lastMs, commit.runs)
    return { no, over: changed && !catalog.isLive(no) }
  }
  const commitAll = (commit: Commit): { no: number; over: boolean }[] => inTransaction(db, () => {
    const done = commit.sessions.map(commitSession).filter((one) => one !== null)
    for (const { sessionId, runId, bytes, atMs } of commit.transcripts) {
      const no = catalog.number(sessionId)
      if (no === null) continue
      transcripts.append(no, runId, { bytes, atMs })
      if (!done.some((one) => one.no === no)) done.push({ no, over: !catalog.isLive(no) })
    }
    if (commit.probe) probe.run()
    return done
  })

  return {
    create(session, atMs, first) {
      const summary = inTransaction(db, (): SessionSummary | null => {
        const no = catalog.insert(session, atMs)
        log.append({ no, lastSeq: 0, chunkedTo: 0, tailRows: 0 }, [{ firstSeq: 1, lastSeq: 1, bytes: first }])
        return catalog.summary(session.sessionId)
      })
      if (!summary) throw new StorageError('bug', 'The session was made and cannot be found.')
      return summary
    },
    head(sessionId) {
      const no = catalog.number(sessionId)
      const place = no === null ? null : log.place(no)
      return no === null || !place ? null : { lastSeq: place.lastSeq, openRuns: catalog.openRuns(no) }
    },
    commit(commit) {
      for (const { no, over } of commitAll(commit)) upkeep.committed(no, over)
      return null
    },
    readPacked: (sessionId, after, maxBytes) => log.read(number(sessionId), after, maxBytes),
    base: async (sessionId) => snapshots.base(number(sessionId)),
    page: ({ sessionId, ...wanted }) => transcripts.page(number(sessionId), wanted),
    transcriptBytes: (sessionId, runId) => transcripts.all(number(sessionId), runId),
    summary: (sessionId) => catalog.summary(sessionId),
    list: (filter) => catalog.list(filter),
    digest(sessionId, digest) {
      const no = catalog.number(sessionId)
      if (no !== null) catalog.digest(no, digest)
      return null
    },
    edit(sessionId, change) {
      inTransaction(db, () => catalog.edit(number(sessionId), change))
      return null
    },
    remove(sessionId) {
      const no = number(sessionId)
      catalog.markDeleted(no)
      snapshots.forget(no)
      upkeep.deleted()
      return null
    },
    unfinished: () => catalog.unfinished(),
    retain: (atMs, busy) => retention.retain(atMs, new Set<string>(busy)),
    async settle() {
      await upkeep.settle()
      return null
    },
    async close() {
      await upkeep.close()
      db.close()
      return null
    },
  }
}
