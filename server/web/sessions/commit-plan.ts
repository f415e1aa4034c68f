/** Turns what waits into one transaction: events get their seqs here, and their packed form, which is the viewers' too. */
import { encodeEvents } from '#lib/protocol/codec.ts'
import type { Observed, SessionEvent } from '#lib/protocol/events.ts'
import type { SessionId } from '#lib/protocol/ids.ts'
import type { AppendRange, Entry } from './pending.ts'
import type { PackedBatch } from './types.ts'
import type { RunChange, SessionCommit, TranscriptCommit } from './worker/messages.ts'

/** Events of one batch at most: a chunk at rest, a message to a viewer. */
const BATCH_EVENTS = 512

/** One session's part of a commit: what to write, and what to do once it is written. */
export interface Planned {
  sessionId: SessionId
  entries: readonly Entry[]
  events: readonly SessionEvent[]
  batches: readonly PackedBatch[]
  commit: SessionCommit
  transcripts: TranscriptCommit[]
  /** Range of each entry, in the order of the entries. */
  ranges: readonly AppendRange[]
}

/** Consecutive seqs from `head + 1` on. */
export function planCommit(sessionId: SessionId, head: number, entries: readonly Entry[]): Planned {
  const events: SessionEvent[] = []
  const ranges: AppendRange[] = []
  const transcripts: TranscriptCommit[] = []
  for (const entry of entries) {
    const firstSeq = head + events.length + 1
    if (entry.kind === 'events') for (const event of entry.events) events.push({ ...event, seq: head + events.length + 1 })
    else transcripts.push({ sessionId, runId: entry.runId, bytes: entry.bytes, atMs: entry.atMs })
    ranges.push({ firstSeq, lastSeq: head + events.length })
  }
  const batches: PackedBatch[] = []
  for (let at = 0; at < events.length; at += BATCH_EVENTS) batches.push(packedBatch(events.slice(at, at + BATCH_EVENTS)))
  const commit: SessionCommit = { sessionId, rows: batches.map(rowOf), lastMs: lastMsOf(events), runs: events.flatMap(runChange) }
  return { sessionId, entries, events, batches, commit, transcripts, ranges }
}

/** One encoding, and at most one base64 text of it, for however many viewers. */
export function packedBatch(events: readonly SessionEvent[]): PackedBatch {
  return sharedBatch({ firstSeq: events[0]?.seq ?? 1, lastSeq: events.at(-1)?.seq ?? 0, bytes: encodeEvents(events) })
}

/** A row of the log as viewers get it. */
export function sharedBatch(row: { firstSeq: number; lastSeq: number; bytes: Uint8Array }): PackedBatch {
  let text: string | null = null
  return { ...row, text: () => (text ??= Buffer.from(row.bytes.buffer, row.bytes.byteOffset, row.bytes.byteLength).toString('base64')) }
}

const lastMsOf = (events: readonly SessionEvent[]): number => events.reduce((last, { atMs }) => (atMs > last ? atMs : last), 0)

const rowOf = ({ firstSeq, lastSeq, bytes }: PackedBatch): { firstSeq: number; lastSeq: number; bytes: Uint8Array } => ({ firstSeq, lastSeq, bytes })

function runChange(event: Observed): RunChange[] {
  if (event.kind === 'run.queued') return [{ runId: event.runId, atMs: event.atMs, queued: { tool: event.tool } }]
  if (event.kind === 'run.ended') return [{ runId: event.runId, atMs: event.atMs, ended: event.outcome.kind }]
  return []
}
