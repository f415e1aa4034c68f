/** The session log as the rest of web sees it. SQLite is behind it today; no caller knows. */
import type { SessionSummary } from '#lib/protocol/api.ts'
import type { Observed, SessionEvent } from '#lib/protocol/events.ts'
import type { RunId, SessionId, UserId } from '#lib/protocol/ids.ts'
import type { TranscriptPage } from '#lib/protocol/api.ts'
import type { SessionView } from '#lib/session/view.ts'

export interface NewSession {
  sessionId: SessionId
  title: string
  target: string
  vantage: string
  by: string
  ownerId: UserId | null
  visibility: 'team' | 'private'
}

/** Consecutive events in their packed form (lib/protocol/codec.ts): the same bytes at rest and on the wire. */
export interface PackedBatch {
  firstSeq: number
  lastSeq: number
  bytes: Uint8Array
  /** The bytes as base64, made once and shared by every viewer. Absent on batches that the store did not make. */
  text?: () => string
}

/** A viewer's end. The hub asks `ready` before each batch and stops pushing while it is false. */
export interface Sink {
  /** False while the viewer's socket holds more than its allowance of unsent bytes. */
  ready(): boolean
  send(batch: PackedBatch): void
  /** Told once when the viewer falls behind and is served from the log, and with 0 when it has caught up. */
  behind(missing: number): void
}

export interface Subscription {
  headSeq: number
  /** Where the viewer should start folding from, if it asked from 0 and a snapshot exists. */
  snapshot: { seq: number; json: string } | null
  /** The socket drained: go on sending. */
  drained(): void
  close(): void
}

export type AppendState = { ok: true } | { ok: false; message: string; notStoredFromMs: number }

export interface SessionStore {
  /** Also writes `session.created` as event 1 (observed at `atMs`); the summary returned has lastSeq 1. */
  create(session: NewSession, atMs: number): Promise<SessionSummary>
  /**
   * Gives the events their seq, commits them (group commit off the main thread), folds them, then hands them to subscribers.
   * Resolves after the commit, never rejects. While nothing can be stored (`state()`) it resolves at once with lastSeq < firstSeq:
   * the events are held, shown to nobody, and written when writing works again; beyond 30 s or 4 MB the oldest are dropped and
   * a `log.gap` event takes their place. Run lifecycle events are never dropped. The same answer for a session that is gone.
   */
  append(sessionId: SessionId, events: readonly Observed[]): Promise<{ firstSeq: number; lastSeq: number }>
  /** Bytes a run's tool wrote, beside the log. Committed with the same group commit. */
  appendTranscript(sessionId: SessionId, runId: RunId, bytes: Uint8Array, atMs: number): Promise<void>
  /** `noSnapshot`: events from `after` even if a snapshot exists (redacted and frozen viewers fold every event themselves). */
  subscribe(sessionId: SessionId, after: number, sink: Sink, options?: { noSnapshot: true }): Promise<Subscription>
  /** Committed events after `after`, in order, at most `limit`. */
  read(sessionId: SessionId, after: number, limit: number): Promise<SessionEvent[]>
  /** The same, packed and without decoding, from the chunk that holds `after + 1`. */
  readPacked(sessionId: SessionId, after: number, maxBytes: number): Promise<PackedBatch[]>
  /** Folded view as of the last committed event (cached for live sessions, else snapshot + tail). Do not mutate. */
  view(sessionId: SessionId): Promise<SessionView>
  transcript(sessionId: SessionId, runId: RunId, fromLine: number, count: number): Promise<TranscriptPage>
  /** The raw bytes, for download. */
  transcriptBytes(sessionId: SessionId, runId: RunId): Promise<Uint8Array>
  summary(sessionId: SessionId): Promise<SessionSummary | null>
  list(filter: { ownerId?: UserId; visibleTo?: UserId; live?: boolean; text?: string; beforeMs?: number; limit: number }): Promise<SessionSummary[]>
  edit(sessionId: SessionId, change: { title?: string; visibility?: 'team' | 'private' }): Promise<void>
  delete(sessionId: SessionId): Promise<void>
  /** Sessions with a run that never ended (the process died under it): for the interrupted mark at start-up. */
  unfinished(): Promise<{ sessionId: SessionId; runIds: RunId[] }[]>
  /** Removes sessions past their age, then the oldest until under the size cap; live ones are kept. */
  retain(): Promise<{ deleted: SessionId[]; bytes: number }>
  state(): AppendState
  on(event: 'changed', listener: (sessionId: SessionId) => void): void
  on(event: 'deleted', listener: (sessionId: SessionId) => void): void
  on(event: 'state', listener: (state: AppendState) => void): void
  close(): Promise<void>
}
