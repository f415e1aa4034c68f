/** What the database thread does between calls: merging, snapshots, clearing away, and getting the journal onto the disk. */
import { closeSync, fdatasync, openSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { EventLog } from './event-log.ts'
import type { Retention } from './retention.ts'
import type { Snapshots } from './snapshots.ts'
import type { Transcripts } from './transcripts.ts'

/** A power cut loses at most what was committed in this time; a killed process loses nothing. */
const SYNC_EVERY_MS = 1000

export interface UpkeepParts {
  log: EventLog
  transcripts: Transcripts
  snapshots: Snapshots
  retention: Retention
  journalPath: string
  nowMs(): number
  /** Upkeep that fails is tried again with the session's next commit; the log itself is whole without it. */
  warn(message: string, error: unknown): void
}

export class Upkeep {
  readonly #parts: UpkeepParts
  readonly #due = new Map<number, { over: boolean }>()
  #purge = false
  #working: Promise<void> | null = null
  #journal: number | null = null
  #unsynced = false
  readonly #timer: NodeJS.Timeout

  constructor(parts: UpkeepParts) {
    this.#parts = parts
    this.#timer = setInterval(() => this.#sync(), SYNC_EVERY_MS)
    this.#timer.unref()
  }

  /** A session has new events; `over`: its last open run has ended. */
  committed(no: number, over: boolean): void {
    this.#due.set(no, { over })
    this.#unsynced = true
    this.#start()
  }

  /** Sessions were marked as deleted. */
  deleted(): void {
    this.#purge = true
    this.#start()
  }

  /** Resolves when nothing is due. */
  async settle(): Promise<void> {
    while (this.#working) await this.#working
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.settle()
    if (this.#journal !== null) closeSync(this.#journal)
  }

  #start(): void {
    this.#working ??= this.#work().finally(() => {
      this.#working = null
    })
  }

  async #work(): Promise<void> {
    for (;;) {
      await nextTurn()
      const next = this.#due.entries().next()
      if (next.done && !this.#purge) return
      try {
        if (next.done) {
          this.#purge = false
          await this.#parts.retention.purge()
          continue
        }
        const [no, { over }] = next.value
        this.#due.delete(no)
        await this.#tend(no, over)
      } catch (error) {
        this.#parts.warn('Upkeep of the session log failed; it is tried again with the next events', error)
      }
    }
  }

  async #tend(no: number, over: boolean): Promise<void> {
    const { log, transcripts, snapshots, nowMs } = this.#parts
    log.merge(no, over)
    for (const runId of over ? transcripts.looseRuns(no) : transcripts.dueRuns(no)) {
      transcripts.merge(no, runId)
      await nextTurn()
    }
    const place = log.place(no)
    if (place && snapshots.isDue(no, { lastSeq: place.lastSeq, over, nowMs: nowMs() })) await snapshots.make(no, { keep: !over, nowMs: nowMs() })
    if (over) snapshots.forget(no)
  }

  /** Off this thread's loop too. Only the journal: SQLite holds no lock on it that closing a descriptor could drop. */
  #sync(): void {
    if (!this.#unsynced) return
    this.#unsynced = false
    try {
      this.#journal ??= openSync(this.#parts.journalPath, 'r')
    } catch {
      // No journal yet or none any more: everything is in the database file, which SQLite itself syncs.
      return
    }
    fdatasync(this.#journal, (error) => {
      if (error) this.#parts.warn('The journal of the session log could not be synced', error)
    })
  }
}
