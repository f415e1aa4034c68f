/** What web keeps in memory of sessions: their head, their viewers, their open runs and, while somebody needs it, the folded view. */
import { decodeEvents } from '#lib/protocol/codec.ts'
import type { SessionEvent } from '#lib/protocol/events.ts'
import type { RunId, SessionId } from '#lib/protocol/ids.ts'
import type { SessionView } from '#lib/session/view.ts'
import { sharedBatch, type Planned } from './commit-plan.ts'
import type { DatabaseClient } from './database-client.ts'
import { Hub } from './fanout.ts'
import { StorageError, type SessionFold } from './options.ts'
import type { SessionHead } from './worker/messages.ts'

/** Read and folded in one turn of the loop: a few milliseconds. */
const TURN_BYTES = 8 * 1024
/** Entries without a view cost almost nothing, but not nothing. */
const IDLE_SESSIONS = 512

export interface Kept {
  sessionId: SessionId
  hub: Hub
  openRuns: Set<RunId>
  /** Folded up to the hub's head, or null. */
  view: SessionView | null
  loading: Promise<SessionView> | null
  /** The head must be read again before it is used. */
  stale: boolean
  digestDueMs: number
}

export interface SessionTableParts {
  database: Pick<DatabaseClient, 'call'>
  fold: SessionFold
  idleViews: number
  /** Does it have events that wait to be written? */
  busy(sessionId: SessionId): boolean
  warn(message: string, error: unknown): void
}

export class SessionTable {
  readonly #parts: SessionTableParts
  /** Least recently used first. */
  readonly #kept = new Map<SessionId, Kept>()
  readonly #loading = new Map<SessionId, Promise<Kept | null>>()

  constructor(parts: SessionTableParts) {
    this.#parts = parts
  }

  /** Null when there is no such session. */
  async get(sessionId: SessionId): Promise<Kept | null> {
    const known = this.#kept.get(sessionId)
    if (known && !known.stale) {
      this.#touch(known)
      return known
    }
    const loading = this.#loading.get(sessionId) ?? this.#load(sessionId).finally(() => this.#loading.delete(sessionId))
    this.#loading.set(sessionId, loading)
    return loading
  }

  peek(sessionId: SessionId): Kept | null {
    return this.#kept.get(sessionId) ?? null
  }

  /** As `get`, for those who cannot go on without it. */
  async need(sessionId: SessionId): Promise<Kept> {
    const kept = await this.get(sessionId)
    if (!kept) throw new StorageError('missing', 'This session does not exist any more.')
    return kept
  }

  /** A session that was just made. */
  adopt(sessionId: SessionId, first: SessionEvent): void {
    const kept = this.#add(sessionId, { lastSeq: 1, openRuns: [] })
    kept.view = this.#parts.fold.emptySession()
    this.#fold(kept, [first])
  }

  remove(sessionId: SessionId): void {
    this.#kept.get(sessionId)?.hub.close()
    this.#kept.delete(sessionId)
  }

  all(): Iterable<Kept> {
    return this.#kept.values()
  }

  /** Folds what was committed, then hands it to the viewers. */
  committed(planned: Planned): Kept | null {
    const kept = this.#kept.get(planned.sessionId)
    if (!kept) return null
    for (const { runId, queued, ended } of planned.commit.runs) {
      if (queued) kept.openRuns.add(runId)
      if (ended !== undefined) kept.openRuns.delete(runId)
    }
    this.#fold(kept, planned.events)
    kept.hub.publish(planned.batches)
    return kept
  }

  /** The folded view as of the last published event; read and folded if nobody has it. */
  async view(sessionId: SessionId): Promise<SessionView> {
    const kept = await this.need(sessionId)
    if (kept.view) return kept.view
    kept.loading ??= this.#foldFromLog(kept).finally(() => {
      kept.loading = null
      this.#evict()
    })
    return kept.loading
  }

  async #foldFromLog(kept: Kept): Promise<SessionView> {
    const { database, fold } = this.#parts
    const base = await database.call('base', kept.sessionId)
    const view = (base && this.#decode(base.json)) ?? fold.emptySession()
    while (view.seq < kept.hub.head) {
      const rows = await database.call('readPacked', kept.sessionId, view.seq, TURN_BYTES)
      if (rows.length === 0) throw new StorageError('damaged', 'The log of this session is shorter than its catalogue says. Restore sessions.db from a backup.')
      for (const row of rows) for (const event of decodeEvents(row.bytes)) if (event.seq > view.seq) fold.applyEvent(view, event)
    }
    kept.view = view
    return view
  }

  /** A snapshot is a copy: when it cannot be read, the log has it all. */
  #decode(json: string): SessionView | null {
    try {
      return this.#parts.fold.decodeSession(JSON.parse(json))
    } catch (error) {
      this.#parts.warn('A snapshot could not be read; the session is folded from its start', error)
      return null
    }
  }

  #fold(kept: Kept, events: readonly SessionEvent[]): void {
    if (!kept.view) return
    try {
      for (const event of events) this.#parts.fold.applyEvent(kept.view, event)
    } catch (error) {
      // The log and the viewers are unharmed; the next to ask folds afresh, and fails with the reason if it is in the events.
      kept.view = null
      this.#parts.warn('A session could not be folded', error)
    }
  }

  async #load(sessionId: SessionId): Promise<Kept | null> {
    const head = await this.#parts.database.call('head', sessionId)
    if (!head) {
      this.remove(sessionId)
      return null
    }
    const known = this.#kept.get(sessionId)
    if (!known) return this.#add(sessionId, head)
    known.stale = false
    known.view = null
    known.openRuns = new Set(head.openRuns)
    known.hub.advance(head.lastSeq)
    return known
  }

  #add(sessionId: SessionId, head: SessionHead): Kept {
    const { database, warn } = this.#parts
    const read = async (after: number, maxBytes: number) => (await database.call('readPacked', sessionId, after, maxBytes)).map(sharedBatch)
    const hub = new Hub({ head: head.lastSeq, read, warn })
    const kept: Kept = { sessionId, hub, openRuns: new Set(head.openRuns), view: null, loading: null, stale: false, digestDueMs: 0 }
    this.#kept.set(sessionId, kept)
    this.#evict()
    return kept
  }

  #touch(kept: Kept): void {
    this.#kept.delete(kept.sessionId)
    this.#kept.set(kept.sessionId, kept)
  }

  /** Live sessions and watched ones stay; of the others only the last used. */
  #evict(): void {
    const idle = [...this.#kept.values()].filter((kept) => kept.hub.viewers === 0 && kept.openRuns.size === 0 && !kept.loading && !this.#parts.busy(kept.sessionId))
    const withView = idle.filter((kept) => kept.view)
    for (const kept of withView.slice(0, Math.max(0, withView.length - this.#parts.idleViews))) kept.view = null
    // The newest stays in any case: its caller is about to use it.
    for (const kept of idle.slice(0, Math.max(0, idle.length - IDLE_SESSIONS))) this.#kept.delete(kept.sessionId)
  }
}
