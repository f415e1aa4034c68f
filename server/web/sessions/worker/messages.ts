/** What web and the database thread say to each other. */
import type { Severity, SessionSummary, TranscriptPage } from '#lib/protocol/api.ts'
import type { RunId, SessionId, UserId } from '#lib/protocol/ids.ts'
import type { StorageFault } from '../options.ts'
import type { NewSession } from '../types.ts'

export interface WorkerSettings { dataDir: string; foldModule: string; retentionDays: number; maxBytes: number }

/** Consecutive events, packed. */
export interface LogRow { firstSeq: number; lastSeq: number; bytes: Uint8Array }

/** What a run event means for the catalogue. */
export interface RunChange { runId: RunId; atMs: number; queued?: { tool: string }; ended?: string }

export interface SessionCommit { sessionId: SessionId; rows: LogRow[]; lastMs: number; runs: RunChange[] }
export interface TranscriptCommit { sessionId: SessionId; runId: RunId; bytes: Uint8Array; atMs: number }
/** One transaction. `probe`: writes a page even if there is nothing else, to learn whether writing works again. */
export interface Commit { sessions: SessionCommit[]; transcripts: TranscriptCommit[]; probe: boolean }

export interface SessionHead { lastSeq: number; openRuns: RunId[] }
export interface ListFilter { ownerId?: UserId; visibleTo?: UserId; live?: boolean; text?: string; beforeMs?: number; limit: number }
export interface PageRequest { sessionId: SessionId; runId: RunId; fromLine: number; count: number }
export interface Digest { worst: { severity: Severity; title: string } | null; spark: SessionSummary['spark'] }

/** Every question the database thread answers; each is one transaction at most, so answers come in the order of asking unless noted. */
export interface DatabaseCalls {
  create(session: NewSession, atMs: number, first: Uint8Array): SessionSummary
  head(sessionId: SessionId): SessionHead | null
  commit(commit: Commit): null
  readPacked(sessionId: SessionId, after: number, maxBytes: number): LogRow[]
  /** Newest snapshot, made first if the tail behind it has grown long. Answers out of order. */
  base(sessionId: SessionId): Promise<{ seq: number; json: string } | null>
  page(request: PageRequest): TranscriptPage
  transcriptBytes(sessionId: SessionId, runId: RunId): Uint8Array
  summary(sessionId: SessionId): SessionSummary | null
  list(filter: ListFilter): SessionSummary[]
  digest(sessionId: SessionId, digest: Digest): null
  edit(sessionId: SessionId, change: { title?: string; visibility?: 'team' | 'private' }): null
  remove(sessionId: SessionId): null
  unfinished(): { sessionId: SessionId; runIds: RunId[] }[]
  /** Out of order: works in small steps between other calls. */
  retain(nowMs: number, busy: SessionId[]): Promise<{ deleted: SessionId[]; bytes: number }>
  /** Out of order: merges and snapshots everything that is due, then answers. */
  settle(): Promise<null>
  close(): Promise<null>
}

export type Operation = keyof DatabaseCalls
export interface CallMessage { id: number; operation: Operation; args: unknown[] }
export type AnswerMessage =
  | { kind: 'ready' }
  | { kind: 'refused'; fault: StorageFault; message: string }
  | { kind: 'value'; id: number; value: unknown }
  | { kind: 'error'; id: number; fault: StorageFault; message: string }
  | { kind: 'warning'; message: string; detail: string }
