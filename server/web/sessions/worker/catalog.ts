/** The sessions themselves: made, found, listed, changed, marked as deleted; and which of their runs are open. */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import type { Severity, SessionSummary } from '#lib/protocol/api.ts'
import type { RunId, SessionId, UserId } from '#lib/protocol/ids.ts'
import type { NewSession } from '../types.ts'
import type { Digest, ListFilter, RunChange } from './messages.ts'
import { maybeNumber, maybeText, numberOf, textOf, type Row } from './rows.ts'

const COLUMNS = 'id, title, target, vantage, by_name, owner, visibility, created_ms, ended_ms, live, interrupted, last_seq, bytes, worst, spark'
const NO_SPARK: SessionSummary['spark'] = { medianMs: [], lost: [] }

function prepare(db: DatabaseSync) {
  return {
    insert: db.prepare(`insert into session (id, title, target, vantage, by_name, owner, visibility, created_ms, last_ms)
      values (?, ?, ?, ?, ?, ?, ?, ?, ?)`),
    taken: db.prepare('select 1 from session where created_ms = ?'),
    number: db.prepare('select no from session where id = ? and deleted = 0'),
    summary: db.prepare(`select ${COLUMNS} from session where id = ? and deleted = 0`),
    digest: db.prepare('update session set worst = ?, spark = ? where no = ?'),
    title: db.prepare('update session set title = ? where no = ?'),
    visibility: db.prepare('update session set visibility = ? where no = ?'),
    remove: db.prepare('update session set deleted = 1, live = 0 where no = ?'),
    openRuns: db.prepare('select id from run where session = ? and ended_ms is null order by queued_ms'),
    unfinished: db.prepare(`select s.id as session_id, r.id as run_id from run r join session s on s.no = r.session
      where r.ended_ms is null and s.deleted = 0 order by s.no, r.queued_ms`),
    queue: db.prepare('insert into run (session, id, tool, queued_ms) values (?, ?, ?, ?) on conflict do nothing'),
    end: db.prepare('update run set ended_ms = ?, outcome = ? where session = ? and id = ? and ended_ms is null'),
    moved: db.prepare('update session set last_ms = max(last_ms, ?) where no = ?'),
    lively: db.prepare(`update session set live = exists (select 1 from run where session = no and ended_ms is null),
      ended_ms = (select case when count(*) = count(ended_ms) then max(ended_ms) end from run where session = no),
      interrupted = coalesce((select outcome = 'interrupted' from run where session = no order by queued_ms desc, ended_ms desc limit 1), 0) where no = ?`),
    isLive: db.prepare('select live from session where no = ?'),
  }
}

export class Catalog {
  readonly #db: DatabaseSync
  readonly #sql: ReturnType<typeof prepare>

  constructor(db: DatabaseSync) {
    this.#db = db
    this.#sql = prepare(db)
  }

  /** Inserts a session. Times of making are unique (moved by whole ms), so that the list can be paged by them alone. */
  insert(session: NewSession, atMs: number): number {
    let createdMs = atMs
    while (this.#sql.taken.get(createdMs)) createdMs++
    const { sessionId, title, target, vantage, by, ownerId, visibility } = session
    const done = this.#sql.insert.run(sessionId, title, target, vantage, by, ownerId, visibility, createdMs, atMs)
    return Number(done.lastInsertRowid)
  }

  /** Internal number of a session; null when there is none, or it was deleted. */
  number(sessionId: SessionId): number | null {
    const row = this.#sql.number.get(sessionId)
    return row ? numberOf(row, 'no') : null
  }

  summary(sessionId: SessionId): SessionSummary | null {
    const row = this.#sql.summary.get(sessionId)
    return row ? summaryOf(row) : null
  }

  /** Newest first; `beforeMs` is the `createdAtMs` of the last row of the page before. */
  list(filter: ListFilter): SessionSummary[] {
    const where = ['deleted = 0']
    const values: SQLInputValue[] = []
    const and = (condition: string, ...bound: SQLInputValue[]): void => {
      where.push(condition)
      values.push(...bound)
    }
    if (filter.ownerId !== undefined) and('owner = ?', filter.ownerId)
    if (filter.visibleTo !== undefined) and("(visibility = 'team' or owner = ?)", filter.visibleTo)
    if (filter.live !== undefined) and('live = ?', filter.live ? 1 : 0)
    if (filter.beforeMs !== undefined) and('created_ms < ?', filter.beforeMs)
    for (const word of (filter.text ?? '').split(/\s+/).filter(Boolean)) {
      const like = `%${word.replace(/[\\%_]/g, '\\$&')}%`
      and("(title like ? escape '\\' or target like ? escape '\\' or by_name like ? escape '\\')", like, like, like)
    }
    const sql = `select ${COLUMNS} from session where ${where.join(' and ')} order by created_ms desc limit ?`
    return this.#db.prepare(sql).all(...values, filter.limit).map(summaryOf)
  }

  digest(no: number, digest: Digest): void {
    this.#sql.digest.run(digest.worst ? JSON.stringify(digest.worst) : null, JSON.stringify(digest.spark), no)
  }

  edit(no: number, change: { title?: string; visibility?: 'team' | 'private' }): void {
    if (change.title !== undefined) this.#sql.title.run(change.title, no)
    if (change.visibility !== undefined) this.#sql.visibility.run(change.visibility, no)
  }

  /** From now on nobody sees it; its rows go in small steps later. */
  markDeleted(no: number): void {
    this.#sql.remove.run(no)
  }

  openRuns(no: number): RunId[] {
    return this.#sql.openRuns.all(no).map((row) => textOf(row, 'id') as RunId)
  }

  unfinished(): { sessionId: SessionId; runIds: RunId[] }[] {
    const found: { sessionId: SessionId; runIds: RunId[] }[] = []
    for (const row of this.#sql.unfinished.iterate()) {
      const sessionId = textOf(row, 'session_id') as SessionId
      const last = found.at(-1)
      const into = last?.sessionId === sessionId ? last : { sessionId, runIds: [] }
      if (into !== last) found.push(into)
      into.runIds.push(textOf(row, 'run_id') as RunId)
    }
    return found
  }

  /** What new events mean for the session's row. Answers whether a run was queued or ended. */
  advance(no: number, lastMs: number, runs: readonly RunChange[]): boolean {
    this.#sql.moved.run(lastMs, no)
    for (const { runId, atMs, queued, ended } of runs) {
      if (queued) this.#sql.queue.run(no, runId, queued.tool, atMs)
      if (ended !== undefined) this.#sql.end.run(atMs, ended, no, runId)
    }
    if (runs.length > 0) this.#sql.lively.run(no)
    return runs.length > 0
  }

  isLive(no: number): boolean {
    const row = this.#sql.isLive.get(no)
    return row !== undefined && numberOf(row, 'live') === 1
  }
}

/** Columns written by this store alone hold what their types say. */
function summaryOf(row: Row): SessionSummary {
  const worst = maybeText(row, 'worst')
  const spark = maybeText(row, 'spark')
  return {
    sessionId: textOf(row, 'id') as SessionId,
    title: textOf(row, 'title'), target: textOf(row, 'target'), vantage: textOf(row, 'vantage'), by: textOf(row, 'by_name'),
    ownerId: maybeText(row, 'owner') as UserId | null,
    visibility: textOf(row, 'visibility') === 'private' ? 'private' : 'team',
    createdAtMs: numberOf(row, 'created_ms'), endedAtMs: maybeNumber(row, 'ended_ms'),
    live: numberOf(row, 'live') === 1, interrupted: numberOf(row, 'interrupted') === 1,
    lastSeq: numberOf(row, 'last_seq'), bytes: numberOf(row, 'bytes'),
    worst: worst === null ? null : (JSON.parse(worst) as { severity: Severity; title: string }),
    spark: spark === null ? NO_SPARK : (JSON.parse(spark) as SessionSummary['spark']),
  }
}
