/**
 * The Socket.IO maps. Few events, typed payloads, every client message acknowledged with a Result.
 * Decoders for the client's side lie in `requests.ts`; these types are inferred from them.
 */
import type { Presence, RunRef, TranscriptPage } from './api.ts'
import type { SessionId } from './ids.ts'
import type { Result } from './result.ts'
import type { PointRequest, StopRequest, SubscribeRequest, TranscriptRequest, UnsubscribeRequest } from './requests.ts'
import type { VantageFacts } from './vantage.ts'

type Ack<T> = (result: Result<T>) => void

/** Consecutive events `firstSeq..lastSeq` packed by `codec.ts`, base64. A viewer ignores what it already has. */
export interface EventBatch { sessionId: SessionId; firstSeq: number; lastSeq: number; packed: string }

export interface Subscribed {
  sessionId: SessionId
  /** Last seq in the log when the subscription began; the view is "caught up" once it has been applied. */
  headSeq: number
  /** Sent when `after` is 0 and a snapshot exists: fold starts from it (see lib/session/snapshot). JSON text. */
  snapshot: { seq: number; json: string } | null
  /** May this viewer start and stop runs here? */
  canRun: boolean
  canShare: boolean
  /** The server's clock now, for the offset shown in the status bar. */
  nowMs: number
}

export interface ClientToServer {
  'session:subscribe': (request: SubscribeRequest, ack: Ack<Subscribed>) => void
  'session:unsubscribe': (request: UnsubscribeRequest, ack: Ack<null>) => void
  'run:stop': (request: StopRequest, ack: Ack<RunRef>) => void
  'transcript:read': (request: TranscriptRequest, ack: Ack<TranscriptPage>) => void
  'presence:point': (request: PointRequest, ack: Ack<null>) => void
  /** Round trip to the server, for the status bar. */
  'clock': (request: Record<string, never>, ack: Ack<{ nowMs: number }>) => void
}

export interface ServerToClient {
  'session:events': (batch: EventBatch) => void
  /** This viewer reads too slowly and is being served from the log; `missing` events are still to come. */
  'session:behind': (state: { sessionId: SessionId; missing: number }) => void
  'session:presence': (presence: { sessionId: SessionId } & Presence) => void
  /** Somebody asks everyone to look at a moment. */
  'session:point': (point: { sessionId: SessionId; atMs: number; by: string }) => void
  /** The session was deleted or is no longer visible to this viewer. */
  'session:gone': (gone: { sessionId: SessionId; reason: 'deleted' | 'revoked' | 'expired' }) => void
  'vantage': (state: { online: boolean; facts: VantageFacts | null }) => void
  /** The sessions list changed; read it again. */
  'sessions:changed': () => void
  /** Storage state: events since `seq` are shown live but not kept. */
  'storage': (state: { ok: boolean; message: string; notStoredFromMs: number | null }) => void
  'server:restarting': () => void
  /** This credential is no longer good; the socket is closed right after. */
  'access:ended': (reason: { reason: 'signed-out' | 'revoked' | 'expired' | 'role-changed' }) => void
}
