/** The session log: SQLite in a thread of its own, group commit, folded views, viewers. */
import { pathToFileURL } from 'node:url'
import type { SessionSummary, TranscriptPage } from '#lib/protocol/api.ts'
import { decodeEvents } from '#lib/protocol/codec.ts'
import type { Observed, SessionEvent } from '#lib/protocol/events.ts'
import type { RunId, SessionId } from '#lib/protocol/ids.ts'
import type { SessionView } from '#lib/session/view.ts'
import { packedBatch, sharedBatch, type Planned } from './commit-plan.ts'
import { CommitQueue } from './commit-queue.ts'
import { DatabaseClient } from './database-client.ts'
import { digestOf } from './digest.ts'
import { DEFAULT_LIMITS, type StoreOptions } from './options.ts'
import type { AppendRange } from './pending.ts'
import { SessionTable, type Kept } from './session-table.ts'
import { StorageHealth } from './storage-health.ts'
import type { AppendState, NewSession, PackedBatch, SessionStore, Sink, Subscription } from './types.ts'
import type { ListFilter } from './worker/messages.ts'

/** How often the row of a live session in the list gets its worst finding and sparkline anew. */
const DIGEST_EVERY_MS = 5000
/** Read in one piece when events are asked for. */
const READ_BYTES = 64 * 1024

interface Listeners {
  changed: Set<(sessionId: SessionId) => void>
  deleted: Set<(sessionId: SessionId) => void>
  state: Set<(state: AppendState) => void>
}

export class SqliteSessionStore implements SessionStore {
  readonly #options: StoreOptions
  readonly #database: DatabaseClient
  readonly #health: StorageHealth
  readonly #table: SessionTable
  readonly #queue: CommitQueue
  readonly #listeners: Listeners = { changed: new Set(), deleted: new Set(), state: new Set() }

  /** Nothing is opened yet: see `open`. */
  constructor(options: StoreOptions) {
    const limits = { ...DEFAULT_LIMITS, ...options.limits }
    const { dataDir, retentionDays, maxBytes, log } = options
    const foldModule = options.foldModule ?? new URL('./session-fold.ts', import.meta.url).href
    const warn = (message: string, error: unknown): void => log.error(message, error)
    this.#options = options
    this.#database = new DatabaseClient({
      settings: { dataDir, foldModule: foldModule.startsWith('/') ? pathToFileURL(foldModule).href : foldModule, retentionDays, maxBytes },
      warn: (message, detail) => log.warn(message, { detail }),
    })
    this.#health = new StorageHealth({ nowMs: options.nowMs, patienceMs: limits.patienceMs, changed: (state) => this.#stateChanged(state) })
    this.#table = new SessionTable({ database: this.#database, fold: options.fold, idleViews: limits.idleViews, busy: (id) => this.#queue.busy(id), warn })
    this.#queue = new CommitQueue({
      database: this.#database, health: this.#health, limits, warn,
      head: async (id) => (await this.#table.get(id))?.hub.head ?? null,
      forgetHead: (id) => this.#forgetHead(id),
      committed: (planned) => this.#committed(planned),
    })
  }

  /** A store with its database open. Rejects with a StorageError whose message says why not (`newer`: a later schema). */
  static async open(options: StoreOptions): Promise<SqliteSessionStore> {
    const store = new SqliteSessionStore(options)
    await store.#database.open()
    return store
  }

  async create(session: NewSession, atMs: number): Promise<SessionSummary> {
    const { sessionId, title, target, by, vantage } = session
    const first: SessionEvent = { kind: 'session.created', sessionId, title, target, by, vantage, atMs, seq: 1 }
    const summary = await this.#database.call('create', session, atMs, packedBatch([first]).bytes)
    this.#table.adopt(sessionId, first)
    this.#changed(sessionId)
    return summary
  }

  append(sessionId: SessionId, events: readonly Observed[]): Promise<AppendRange> {
    return new Promise((done) => this.#queue.add(sessionId, { kind: 'events', events: [...events], arrivedMs: performance.now(), done }))
  }

  async appendTranscript(sessionId: SessionId, runId: RunId, bytes: Uint8Array, atMs: number): Promise<void> {
    await new Promise((done) => this.#queue.add(sessionId, { kind: 'output', runId, bytes, atMs, arrivedMs: performance.now(), done }))
  }

  async subscribe(sessionId: SessionId, after: number, sink: Sink, options: { noSnapshot?: true } = {}): Promise<Subscription> {
    await this.#table.need(sessionId)
    const snapshot = after === 0 && !options.noSnapshot ? await this.#database.call('base', sessionId) : null
    const { hub } = await this.#table.need(sessionId)
    const viewer = hub.add(snapshot?.seq ?? after, sink)
    return { headSeq: hub.head, snapshot, drained: () => viewer.drained(), close: () => viewer.close() }
  }

  async read(sessionId: SessionId, after: number, limit: number): Promise<SessionEvent[]> {
    const events: SessionEvent[] = []
    for (let last = after; events.length < limit; last = events.at(-1)?.seq ?? last) {
      const batches = await this.#database.call('readPacked', sessionId, last, READ_BYTES)
      if (batches.length === 0) break
      for (const batch of batches) for (const event of decodeEvents(batch.bytes)) if (event.seq > last) events.push(event)
    }
    return events.slice(0, limit)
  }

  async readPacked(sessionId: SessionId, after: number, maxBytes: number): Promise<PackedBatch[]> {
    return (await this.#database.call('readPacked', sessionId, after, maxBytes)).map(sharedBatch)
  }

  view(sessionId: SessionId): Promise<SessionView> {
    return this.#table.view(sessionId)
  }

  transcript(sessionId: SessionId, runId: RunId, fromLine: number, count: number): Promise<TranscriptPage> {
    return this.#database.call('page', { sessionId, runId, fromLine, count })
  }

  transcriptBytes(sessionId: SessionId, runId: RunId): Promise<Uint8Array> {
    return this.#database.call('transcriptBytes', sessionId, runId)
  }

  summary(sessionId: SessionId): Promise<SessionSummary | null> {
    return this.#database.call('summary', sessionId)
  }

  list(filter: ListFilter): Promise<SessionSummary[]> {
    return this.#database.call('list', filter)
  }

  async edit(sessionId: SessionId, change: { title?: string; visibility?: 'team' | 'private' }): Promise<void> {
    await this.#database.call('edit', sessionId, change)
    this.#changed(sessionId)
  }

  async delete(sessionId: SessionId): Promise<void> {
    await this.#database.call('remove', sessionId)
    this.#gone(sessionId)
  }

  unfinished(): Promise<{ sessionId: SessionId; runIds: RunId[] }[]> {
    return this.#database.call('unfinished')
  }

  async retain(): Promise<{ deleted: SessionId[]; bytes: number }> {
    const busy = [...this.#table.all()].filter((kept) => kept.openRuns.size > 0 || this.#queue.busy(kept.sessionId)).map((kept) => kept.sessionId)
    const done = await this.#database.call('retain', this.#options.nowMs(), busy)
    for (const sessionId of done.deleted) this.#gone(sessionId)
    return done
  }

  state(): AppendState {
    return this.#health.state
  }

  on(event: 'changed' | 'deleted', listener: (sessionId: SessionId) => void): void
  on(event: 'state', listener: (state: AppendState) => void): void
  on(event: keyof Listeners, listener: ((sessionId: SessionId) => void) & ((state: AppendState) => void)): void {
    this.#listeners[event].add(listener)
  }

  /** Waits until merging and snapshots have caught up with what was committed. */
  async settled(): Promise<void> {
    await this.#queue.flush()
    await this.#database.call('settle')
  }

  /** Writes what waits, if it can, and closes the database. */
  async close(): Promise<void> {
    await this.#queue.flush()
    this.#queue.close()
    for (const kept of this.#table.all()) kept.hub.close()
    await this.#database.close()
  }

  #committed(planned: Planned): void {
    const kept = this.#table.committed(planned)
    if (!kept) return
    const turned = planned.commit.runs.length > 0
    if (turned) this.#changed(kept.sessionId)
    if (turned || performance.now() >= kept.digestDueMs) this.#digest(kept)
  }

  /** Brings the session's row up to date; what fails here is made good by the next one. */
  #digest(kept: Kept): void {
    kept.digestDueMs = performance.now() + DIGEST_EVERY_MS
    const work = async (): Promise<void> => {
      await this.#database.call('digest', kept.sessionId, digestOf(await this.#table.view(kept.sessionId)))
      this.#changed(kept.sessionId)
    }
    work().catch((error: unknown) => {
      if (this.#table.peek(kept.sessionId) && this.#health.ok) this.#options.log.error('A row of the sessions list could not be brought up to date', error)
    })
  }

  #forgetHead(sessionId: SessionId): void {
    const kept = this.#table.peek(sessionId)
    if (kept) kept.stale = true
  }

  #gone(sessionId: SessionId): void {
    this.#queue.drop(sessionId)
    this.#table.remove(sessionId)
    for (const listener of this.#listeners.deleted) listener(sessionId)
  }

  #changed(sessionId: SessionId): void {
    for (const listener of this.#listeners.changed) listener(sessionId)
  }

  #stateChanged(state: AppendState): void {
    for (const listener of this.#listeners.state) listener(state)
  }
}
