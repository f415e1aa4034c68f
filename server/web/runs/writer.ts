/** Writes what a vantage reports to the session log, in order, and knows when everything has been committed. */
import type { Observed } from '#lib/protocol/events.ts'
import type { RunId, SessionId } from '#lib/protocol/ids.ts'
import type { Clock } from '../access/types.ts'
import type { Log } from '../log.ts'
import type { SessionStore } from '../sessions/types.ts'

export interface WriterFigures {
  eventsAppended: number
  transcriptBytes: number
  /** Appends asked for and not yet committed. */
  pending: number
  /** Time from asking to commit of the newest append, ms, and the longest so far. */
  lastLagMs: number
  maxLagMs: number
  failed: number
}

export interface RunWriter {
  /** Resolves after the commit; never rejects (a failure is logged and counted). */
  events(sessionId: SessionId, events: readonly Observed[]): Promise<void>
  transcript(chunk: { sessionId: SessionId; runId: RunId; bytes: Uint8Array; atMs: number }): Promise<void>
  figures(): WriterFigures
  /** Resolves when nothing is pending. */
  settled(): Promise<void>
}

/** The store keeps the order in which `append` is called for a session, so calls are made at once and only awaited. */
export function createRunWriter(parts: { store: SessionStore; clock: Clock; log: Log }): RunWriter {
  const figures: WriterFigures = { eventsAppended: 0, transcriptBytes: 0, pending: 0, lastLagMs: 0, maxLagMs: 0, failed: 0 }
  const pending = new Set<Promise<void>>()
  const track = (what: string, work: Promise<unknown>): Promise<void> => {
    const startedMs = parts.clock.monotonicMs()
    const done = work.then(
      () => {
        figures.lastLagMs = parts.clock.monotonicMs() - startedMs
        figures.maxLagMs = Math.max(figures.maxLagMs, figures.lastLagMs)
      },
      (error: unknown) => {
        figures.failed += 1
        parts.log.error(`${what} could not be written to the session log`, error)
      },
    ).finally(() => pending.delete(done))
    pending.add(done)
    return done
  }
  return {
    events(sessionId, events) {
      if (events.length === 0) return Promise.resolve()
      figures.eventsAppended += events.length
      return track('events', parts.store.append(sessionId, events))
    },
    transcript({ sessionId, runId, bytes, atMs }) {
      if (bytes.length === 0) return Promise.resolve()
      figures.transcriptBytes += bytes.length
      return track('output', parts.store.appendTranscript(sessionId, runId, bytes, atMs))
    },
    figures: () => ({ ...figures, pending: pending.size }),
    async settled() {
      while (pending.size > 0) await Promise.all(pending)
    },
  }
}
