/** The events of all sessions on disk: appended as small rows, merged into chunks, read in order. */
import type { DatabaseSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import { decodeEvents, encodeEvents } from '#lib/protocol/codec.ts'
import type { SessionEvent } from '#lib/protocol/events.ts'
import { StorageError } from '../options.ts'
import type { LogRow } from './messages.ts'
import { bytesOf, numberOf, type Row } from './rows.ts'
import { inTransaction } from './schema.ts'

/** Events a chunk holds at least, the last one of a session excepted. */
export const CHUNK_EVENTS = 512
/** Small rows a session's tail may have: a late viewer gets them one by one. */
const TAIL_ROWS_MAX = 32

/** Where a session's log stands. */
export interface LogPlace { no: number; lastSeq: number; chunkedTo: number; tailRows: number }

type EventLogParts = ReturnType<typeof prepare>

function prepare(db: DatabaseSync) {
  return {
    place: db.prepare('select no, last_seq, chunked_to, tail_rows from session where no = ?'),
    intoTail: db.prepare('insert into tail (session, first, last, body) values (?, ?, ?, ?)'),
    intoChunk: db.prepare('insert into chunk (session, first, last, body) values (?, ?, ?, ?)'),
    chunks: db.prepare(`select first, last, body from chunk where session = ?
      and first >= coalesce((select max(first) from chunk where session = ? and first <= ?), 0) order by first`),
    tail: db.prepare('select first, last, body from tail where session = ? and last > ? order by first'),
    rowAt: db.prepare('select body from tail where session = ? and first = ? union all select body from chunk where session = ? and first = ?'),
    dropTail: db.prepare('delete from tail where session = ? and first between ? and ?'),
    grow: db.prepare('update session set last_seq = ?, chunked_to = ?, tail_rows = ?, bytes = bytes + ? where no = ?'),
  }
}

export class EventLog {
  readonly #db: DatabaseSync
  readonly #sql: EventLogParts

  constructor(db: DatabaseSync) {
    this.#db = db
    this.#sql = prepare(db)
  }

  place(no: number): LogPlace | null {
    const row = this.#sql.place.get(no)
    return row ? placeOf(row) : null
  }

  /**
   * Appends rows within the caller's transaction. Rows that are stored already, byte for byte, are passed over (the answer to
   * an earlier attempt was lost); any other clash is a `conflict`.
   */
  append(place: LogPlace, rows: readonly LogRow[]): LogPlace {
    const next = { ...place }
    let added = 0
    for (const row of rows) {
      if (row.lastSeq <= next.lastSeq && this.#holds(next.no, row)) continue
      if (row.firstSeq !== next.lastSeq + 1) throw new StorageError('conflict', `The log ends at ${next.lastSeq}; ${row.firstSeq} cannot follow.`)
      const whole = next.tailRows === 0 && row.lastSeq - row.firstSeq + 1 >= CHUNK_EVENTS
      ;(whole ? this.#sql.intoChunk : this.#sql.intoTail).run(next.no, row.firstSeq, row.lastSeq, row.bytes)
      next.lastSeq = row.lastSeq
      if (whole) next.chunkedTo = row.lastSeq
      else next.tailRows++
      added += row.bytes.length
    }
    this.#sql.grow.run(next.lastSeq, next.chunkedTo, next.tailRows, added, next.no)
    return next
  }

  #holds(no: number, row: LogRow): boolean {
    const stored = this.#sql.rowAt.get(no, row.firstSeq, no, row.firstSeq)
    return stored !== undefined && Buffer.compare(bytesOf(stored, 'body'), row.bytes) === 0
  }

  /** Rows from the one that holds `after + 1`, up to about `maxBytes` (one row at least). Damaged rows are refused. */
  read(no: number, after: number, maxBytes: number): LogRow[] {
    const rows: LogRow[] = []
    let bytes = 0
    for (const row of this.#after(no, after)) {
      const piece = rowOf(row)
      if (piece.lastSeq <= after) continue
      // What lies before a damaged row is still good: the refusal comes when it is the next one.
      if (rows.length > 0 && (bytes + piece.bytes.length > maxBytes || !isWhole(piece))) break
      refuseDamage(piece)
      rows.push(piece)
      bytes += piece.bytes.length
    }
    return rows
  }

  *#after(no: number, after: number): Generator<Row> {
    yield* this.#sql.chunks.iterate(no, no, after + 1)
    yield* this.#sql.tail.iterate(no, after)
  }

  needsMerge(place: LogPlace): boolean {
    return place.tailRows >= TAIL_ROWS_MAX || (place.tailRows > 1 && place.lastSeq - place.chunkedTo >= CHUNK_EVENTS)
  }

  /**
   * Merges the tail into one row in one transaction of its own; into chunks once it is long enough, or when the session is
   * over (`final`). Reads before and after it give the same events.
   */
  merge(no: number, final: boolean): void {
    const place = this.place(no)
    if (!place || place.tailRows === 0 || (!final && !this.needsMerge(place))) return
    inTransaction(this.#db, () => {
      const rows = this.#sql.tail.all(no, 0).map(rowOf)
      const events = rows.flatMap(eventsOf)
      const pieces = split(events)
      const last = pieces.at(-1)
      const loose = !final && last && last.length < CHUNK_EVENTS ? last : null
      const next: LogPlace = { ...place, chunkedTo: place.lastSeq - (loose?.length ?? 0), tailRows: loose ? 1 : 0 }
      this.#sql.dropTail.run(no, rows[0]?.firstSeq ?? 0, place.lastSeq)
      let grown = -rows.reduce((sum, row) => sum + row.bytes.length, 0)
      for (const piece of pieces) {
        const bytes = encodeEvents(piece)
        const into = piece === loose ? this.#sql.intoTail : this.#sql.intoChunk
        into.run(no, piece[0]?.seq ?? 0, piece.at(-1)?.seq ?? 0, bytes)
        grown += bytes.length
      }
      this.#sql.grow.run(next.lastSeq, next.chunkedTo, next.tailRows, grown, no)
    })
  }
}

/** Events of a row; a StorageError that names the range when they are damaged. */
export function eventsOf(row: LogRow): SessionEvent[] {
  refuseDamage(row)
  return decodeEvents(row.bytes)
}

/** The checksum alone, by the C implementation: the row goes to a viewer without being decoded. */
function isWhole({ bytes }: LogRow): boolean {
  const end = bytes.length - 4
  return end > 0 && new DataView(bytes.buffer, bytes.byteOffset + end, 4).getUint32(0, true) === crc32(bytes.subarray(0, end))
}

function refuseDamage(row: LogRow): void {
  if (isWhole(row)) return
  throw new StorageError('damaged', `Events ${row.firstSeq} to ${row.lastSeq} of this session are damaged on disk. Restore sessions.db from a backup to see them.`)
}

/** Whole chunks and what is left over. */
function split(events: readonly SessionEvent[]): SessionEvent[][] {
  const pieces: SessionEvent[][] = []
  for (let at = 0; at < events.length; at += CHUNK_EVENTS) pieces.push(events.slice(at, at + CHUNK_EVENTS))
  return pieces
}

const rowOf = (row: Row): LogRow => ({ firstSeq: numberOf(row, 'first'), lastSeq: numberOf(row, 'last'), bytes: bytesOf(row, 'body') })

const placeOf = (row: Row): LogPlace => ({
  no: numberOf(row, 'no'), lastSeq: numberOf(row, 'last_seq'), chunkedTo: numberOf(row, 'chunked_to'), tailRows: numberOf(row, 'tail_rows'),
})
