/** What the session page reads: one store, two speeds. React reads `state` (4 times a second at most), charts read `view` after each batch. */
import type { Presence, TranscriptPage } from '#lib/protocol/api.ts'
import type { RunId } from '#lib/protocol/ids.ts'
import type { Result } from '#lib/protocol/result.ts'
import type { VantageFacts } from '#lib/protocol/vantage.ts'
import type { FindingRecord } from '#lib/diagnose/finding.ts'
import type { SessionView } from '#lib/session/view.ts'

/** Why nothing more will come. `gone`: deleted, or never visible to this viewer; the two look alike on purpose. */
export type EndReason = 'signed-out' | 'revoked' | 'expired' | 'role-changed' | 'gone'

export type Connection =
  | { state: 'connecting' }
  | { state: 'live' }
  /** Times on the browser's clock, ms since the epoch. `attempt` counts from 1; `nextTryAtMs` is null while a try is under way. */
  | { state: 'reconnecting'; sinceMs: number; attempt: number; nextTryAtMs: number | null; restarting: boolean }
  | { state: 'ended'; reason: EndReason }

export interface StorageState { ok: boolean; message: string; notStoredFromMs: number | null }

/** Where the playhead is in a session that is being replayed. All times on the vantage's clock. */
export interface ReplayState {
  /** `loading`: on the way to `atMs`; what is shown is still the moment `shownMs`. `failed`: it stayed there, `problem` says why. */
  phase: 'loading' | 'ready' | 'failed'
  /** First and last event of the session. */
  fromMs: number
  toMs: number
  /** The playhead: once ready, the view is the fold of every event up to here. */
  atMs: number
  /** The moment that the view shows: the playhead once ready, the last one while loading or when that failed. */
  shownMs: number
  /** While loading: share of the way that is done, 0 to 1, and the session time it has come to; else null. */
  progress: number | null
  reachedMs: number | null
  playing: boolean
  /** Session seconds per second. */
  speed: number
  /** Everything the whole session found, so that marks can be drawn before the playhead reaches them. */
  findings: readonly FindingRecord[]
  /** The view at the end, for the overview line; null when there is nothing to replay. */
  whole: SessionView | null
  /** Why loading failed. */
  problem: string | null
}

/** A new object each time anything a component could show has changed; `view` itself is folded in place. */
export interface SessionState {
  /** Grows with every change of `view`. */
  version: number
  view: SessionView
  /** The log up to the moment of joining has been applied: what is shown is whole. */
  caughtUp: boolean
  connection: Connection
  presence: Presence
  canRun: boolean
  canShare: boolean
  /** Events still to come because this browser or its line is slow; 0 = up to date. */
  behind: number
  /** Server clock minus browser clock, ms; null until measured. */
  serverOffsetMs: number | null
  /** Round trip of the last clock question, ms. */
  roundTripMs: number | null
  /** From the observation of the newest event to its arrival here, ms; null until one came live. Not its age: it does not grow while nothing arrives. */
  lagMs: number | null
  /** Events per second over the last ten. */
  eventsPerS: number
  /** While disconnected: session time (vantage clock) after which nothing was received. Not received is not lost. */
  notReceivedSinceMs: number | null
  storage: StorageState | null
  vantage: { online: boolean; facts: VantageFacts | null } | null
  /** Somebody asked everyone to look at this moment. `n` grows with each, so that the same moment can be pointed at twice. */
  point: { atMs: number; by: string; n: number } | null
  replay: ReplayState | null
}

export interface ReplayControls {
  /** Puts the playhead at `atMs` (default: the end, which needs no log) and, if asked, plays once it is there. */
  enter(atMs?: number, play?: boolean): void
  /** Back to live or to the end. */
  leave(): void
  seek(atMs: number): void
  play(): void
  pause(): void
  setSpeed(speed: number): void
}

export interface SessionStore {
  /** Latest state for React; changes identity at most 4 times a second, at once for findings and connection. */
  state(): SessionState
  subscribe(listener: () => void): () => void
  /** The folded view now: read it in a paint, never keep parts of it. In replay it is the view at the playhead. */
  view(): SessionView
  /** Called after each folded batch or seek, without throttle: for canvases only. */
  subscribeData(listener: () => void): () => void
  retryNow(): void
  stop(runId: RunId): Promise<Result<unknown>>
  point(atMs: number): void
  readTranscript(request: { runId: RunId; fromLine: number; count: number }): Promise<Result<TranscriptPage>>
  replay: ReplayControls
  /** Opens the connection; the returned function closes it for good. */
  start(): () => void
}
