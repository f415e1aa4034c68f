/**
 * Group commit: the first event after a quiet spell at once, then one transaction for all sessions that are due. One commit is
 * on its way at a time; only what it brought home is published. One rhythm serves the disk and the viewers alike.
 */
import type { SessionId } from '#lib/protocol/ids.ts'
import { planCommit, type Planned } from './commit-plan.ts'
import type { DatabaseClient } from './database-client.ts'
import { StorageError, type StoreLimits } from './options.ts'
import { NOWHERE, Pending, type Entry } from './pending.ts'
import type { StorageHealth } from './storage-health.ts'

export interface CommitQueueParts {
  database: Pick<DatabaseClient, 'call'>
  health: StorageHealth
  limits: StoreLimits
  /** Last seq of a session as far as it is published; null when there is no such session. */
  head(sessionId: SessionId): Promise<number | null>
  /** The log holds something else than was thought: read the head again. */
  forgetHead(sessionId: SessionId): void
  /** Called after each commit, in order, before the appends resolve. */
  committed(planned: Planned): void
  warn(message: string, error: unknown): void
}

interface Line { pending: Pending; dueMs: number }

export class CommitQueue {
  readonly #parts: CommitQueueParts
  readonly #lines = new Map<SessionId, Line>()
  /** Of an attempt whose answer was lost with the database thread: tried again exactly as it was. */
  #unanswered: Planned[] | null = null
  #committing: Promise<void> | null = null
  #timer: NodeJS.Timeout | null = null
  #nextMs = 0

  constructor(parts: CommitQueueParts) {
    this.#parts = parts
  }

  add(sessionId: SessionId, entry: Entry): void {
    const line = this.#line(sessionId)
    line.pending.add(entry)
    if (!this.#parts.health.ok) {
      line.pending.release()
      this.#trim(line)
    }
    this.#schedule()
  }

  #line(sessionId: SessionId): Line {
    const line = this.#lines.get(sessionId) ?? { pending: new Pending(), dueMs: 0 }
    this.#lines.set(sessionId, line)
    return line
  }

  /** Sessions that have something to write. */
  busy(sessionId: SessionId): boolean {
    return this.#lines.has(sessionId)
  }

  /** A deleted session's events are nobody's any more. */
  drop(sessionId: SessionId): void {
    this.#lines.get(sessionId)?.pending.clear()
    this.#lines.delete(sessionId)
  }

  /** Writes everything that waits; gives up as soon as writing does not work. */
  async flush(): Promise<void> {
    while (this.#committing || this.#unanswered || [...this.#lines.values()].some((line) => !line.pending.empty)) {
      for (const line of this.#lines.values()) line.dueMs = 0
      this.#nextMs = 0
      this.#schedule()
      if (!this.#committing) await new Promise((resolve) => setTimeout(resolve, 1))
      await this.#committing
      if (!this.#parts.health.ok) return
    }
  }

  close(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    for (const sessionId of [...this.#lines.keys()]) this.drop(sessionId)
  }

  #schedule(): void {
    if (this.#committing) return
    let dueMs = this.#unanswered || !this.#parts.health.ok ? 0 : Infinity
    for (const line of this.#lines.values()) if (!line.pending.empty) dueMs = Math.min(dueMs, line.dueMs)
    if (dueMs === Infinity) return
    const nowMs = performance.now()
    const waitMs = Math.max(dueMs, this.#nextMs) - nowMs
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    if (waitMs <= 0) this.#begin()
    else this.#timer = setTimeout(() => this.#begin(), waitMs)
  }

  #begin(): void {
    this.#timer = null
    if (this.#committing) return
    this.#committing = this.#commit().catch((error: unknown) => this.#parts.warn('A commit failed in an unforeseen way', error)).finally(() => {
      this.#committing = null
      this.#schedule()
    })
  }

  async #commit(): Promise<void> {
    const { health, limits } = this.#parts
    const planned = this.#unanswered ?? (await this.#plan())
    this.#unanswered = null
    const probe = !health.ok
    if (planned.length === 0 && !probe) return
    this.#nextMs = performance.now() + limits.transactionGapMs
    const patience = setTimeout(() => this.#stuck(), limits.patienceMs)
    try {
      const fault = await this.#write(planned, probe)
      if (fault?.fault === 'bug') for (const one of planned) await this.#alone(one)
      else if (fault) this.#failed(planned, fault)
    } finally {
      clearTimeout(patience)
    }
  }

  /** One transaction. Null when it was committed and handed on. */
  async #write(planned: readonly Planned[], probe: boolean): Promise<StorageError | null> {
    try {
      await this.#parts.database.call('commit', { sessions: planned.map((one) => one.commit), transcripts: planned.flatMap((one) => one.transcripts), probe })
    } catch (error) {
      return error instanceof StorageError ? error : new StorageError('bug', String(error))
    }
    this.#parts.health.worked()
    for (const one of planned) this.#done(one)
    return null
  }

  /** Something in a commit cannot be written at all: each session goes by itself, so that only the one at fault loses it. */
  async #alone(planned: Planned): Promise<void> {
    const fault = await this.#write([planned], false)
    if (fault?.fault !== 'bug') {
      if (fault) this.#failed([planned], fault)
      return
    }
    this.#parts.warn(`Events of session ${planned.sessionId} that cannot be stored were left out`, fault)
    for (const entry of planned.entries) entry.done(NOWHERE)
  }

  /** Seqs are given here, so the order in which appends were asked for is the order of the log. */
  async #plan(): Promise<Planned[]> {
    const nowMs = performance.now()
    const planned: Planned[] = []
    for (const [sessionId, line] of this.#lines) {
      if (line.dueMs > nowMs || line.pending.empty) continue
      const head = await this.#parts.head(sessionId).catch((error: unknown) => error)
      if (head === null) this.drop(sessionId)
      else if (typeof head === 'number') {
        line.dueMs = nowMs + this.#parts.limits.commitEveryMs
        planned.push(...this.#planOne(sessionId, head, line.pending.take()))
      } else this.#failed([], head instanceof StorageError ? head : new StorageError('bug', 'the log answered neither a seq nor an error'))
    }
    return planned
  }

  /** Events that cannot be packed are a bug of who made them; they must not take the others along. */
  #planOne(sessionId: SessionId, head: number, entries: readonly Entry[]): Planned[] {
    try {
      return [planCommit(sessionId, head, entries)]
    } catch (error) {
      this.#parts.warn('Events that cannot be packed were left out', error)
      for (const entry of entries) entry.done(NOWHERE)
      return []
    }
  }

  #done(planned: Planned): void {
    const line = this.#lines.get(planned.sessionId)
    // A quiet line is forgotten once its pause is over: then the next event is again the first.
    if (line?.pending.empty) this.#retire(planned.sessionId, line)
    this.#parts.committed(planned)
    for (const [i, entry] of planned.entries.entries()) entry.done(planned.ranges[i] ?? NOWHERE)
  }

  #retire(sessionId: SessionId, line: Line): void {
    const timer = setTimeout(() => {
      if (line.pending.empty && line.dueMs <= performance.now() && this.#lines.get(sessionId) === line) this.#lines.delete(sessionId)
    }, this.#parts.limits.commitEveryMs)
    timer.unref()
  }

  #failed(planned: readonly Planned[], error: StorageError): void {
    const { health, limits } = this.#parts
    this.#nextMs = performance.now() + (error.fault === 'busy' && health.ok ? Math.min(50, limits.retryMs) : limits.retryMs)
    if (error.fault === 'lost') this.#unanswered = [...planned]
    else for (const one of planned) this.#giveBack(one, error)
    if (error.fault === 'conflict') return
    health.failed(error)
    if (!health.ok) this.#hold()
  }

  #giveBack(planned: Planned, error: StorageError): void {
    if (error.fault === 'conflict') this.#parts.forgetHead(planned.sessionId)
    this.#line(planned.sessionId).pending.putBack(planned.entries)
  }

  /** No answer for a long time: a slow disk is treated like a full one until it answers. */
  #stuck(): void {
    this.#parts.health.failed(new StorageError('io', 'The disk that holds the session log does not answer. Storing resumes when it does.'), true)
    this.#hold()
  }

  #hold(): void {
    for (const planned of this.#unanswered ?? []) for (const entry of planned.entries) entry.done(NOWHERE)
    for (const line of this.#lines.values()) {
      line.pending.release()
      this.#trim(line)
    }
  }

  #trim(line: Line): void {
    const { holdMs, holdBytes } = this.#parts.limits
    line.pending.trim({ nowMs: performance.now(), holdMs, holdBytes })
  }
}
