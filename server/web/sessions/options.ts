/** What the session store is built with. */
import type { SessionEvent } from '#lib/protocol/events.ts'
import type { SessionView } from '#lib/session/view.ts'
import type { Log } from '../log.ts'

/** The fold, injected so that the store knows no tool. `decodeSession` answers null for a snapshot that another build wrote. */
export interface SessionFold {
  emptySession(): SessionView
  applyEvent(view: SessionView, event: SessionEvent): void
  encodeSession(view: SessionView): unknown
  decodeSession(snapshot: unknown): SessionView | null
}

export interface StoreOptions {
  /** Folder of mode 0700; `sessions.db` is made in it. */
  dataDir: string
  fold: SessionFold
  /** URL of a module that exports the same `fold`, for the database thread, which makes the snapshots. Default: ./session-fold.ts. */
  foldModule?: string
  /** Age after which `retain` removes a session that is not live. */
  retentionDays: number
  /** Upper bound of the data folder in bytes, kept by `retain`. */
  maxBytes: number
  /** Wall clock, for retention and for the moment from which nothing could be stored. */
  nowMs(): number
  log: Pick<Log, 'warn' | 'error'>
  /** Where it differs from the defaults (tests). */
  limits?: Partial<StoreLimits>
}

export interface StoreLimits {
  /** Commits of one session are at least this far apart; the first after a quiet spell goes at once. Also paces the viewers. */
  commitEveryMs: number
  /** Transactions of all sessions together are at least this far apart. */
  transactionGapMs: number
  /** While nothing can be stored: how long, and how much per session, is held before the oldest is dropped. */
  holdMs: number
  holdBytes: number
  /** How soon a failed write is tried again. */
  retryMs: number
  /** A locked database, or a write without an answer, is put up with for this long before viewers are told. */
  patienceMs: number
  /** Folded views kept of sessions that nobody watches. */
  idleViews: number
}

export const DEFAULT_LIMITS: StoreLimits = {
  commitEveryMs: 33, transactionGapMs: 5, holdMs: 30_000, holdBytes: 4 * 1024 * 1024, retryMs: 500, patienceMs: 2000, idleViews: 16,
}

/** Why the store could not do what was asked. `full`: no room. `busy`: locked by another program. `lost`: the database thread died. */
export type StorageFault = 'full' | 'busy' | 'io' | 'damaged' | 'newer' | 'conflict' | 'missing' | 'lost' | 'closed' | 'bug'

/** Thrown by reads and by `create`, `edit` and `delete`; `append` never throws. The message is fit to be shown. */
export class StorageError extends Error {
  override readonly name = 'StorageError'
  readonly fault: StorageFault
  constructor(fault: StorageFault, message: string) {
    super(message)
    this.fault = fault
  }
}
