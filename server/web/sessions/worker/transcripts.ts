/** What the tools wrote, byte for byte: appended loose, merged and deflated in pieces of about 16 KB, read by line. */
import type { DatabaseSync } from 'node:sqlite'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { TranscriptPage } from '#lib/protocol/api.ts'
import { ByteReader, ByteWriter } from '#lib/protocol/bytes.ts'
import { readNumbers, writeNumbers } from '#lib/protocol/columns.ts'
import { LinePager } from './line-pager.ts'
import { bytesOf, numberOf, textOf, type Row } from './rows.ts'
import { inTransaction } from './schema.ts'

/** Kept of one run (S41). The runner cuts first and says so with `run.truncated`; this is the wall behind it. */
const RUN_BYTES_MAX = 8 * 1024 * 1024
const LOOSE_ROWS_MAX = 256
const LOOSE_BYTES_MAX = 16 * 1024
const PIECE_BYTES_MAX = 32 * 1024
const NEWLINE = 10

/** From this byte of a piece on, until the next mark, bytes were read at this time. */
export interface Mark { offset: number; atMs: number }
/** A stretch of a transcript. `lineFrom` is the line its first byte belongs to. */
export interface Piece { lineFrom: number; marks: Mark[]; bytes: Uint8Array }

interface RunPlace { bytes: number; lines: number; openLine: boolean }

function prepare(db: DatabaseSync) {
  return {
    run: db.prepare('select bytes, lines, open_line from run where session = ? and id = ?'),
    insert: db.prepare('insert into transcript (session, run, line_from, byte_from, deflated, marks, body) values (?, ?, ?, ?, ?, ?, ?)'),
    grow: db.prepare(`update run set bytes = bytes + ?, lines = lines + ?, open_line = ?, dropped = dropped + ?,
      loose_rows = loose_rows + 1, loose_bytes = loose_bytes + ? where session = ? and id = ?`),
    sessionGrow: db.prepare('update session set bytes = bytes + ? where no = ?'),
    loose: db.prepare('select id, line_from, byte_from, deflated, marks, body from transcript where session = ? and run = ? and deflated = 0 order by line_from, byte_from'),
    dropLoose: db.prepare('delete from transcript where session = ? and run = ? and deflated = 0'),
    merged: db.prepare('update run set loose_rows = 0, loose_bytes = 0 where session = ? and id = ?'),
    start: db.prepare(`select line_from, byte_from from transcript where session = ? and run = ? and line_from < ?
      order by line_from desc, byte_from desc limit 1`),
    from: db.prepare(`select line_from, deflated, marks, body from transcript where session = ? and run = ?
      and (line_from, byte_from) >= (?, ?) order by line_from, byte_from`),
    looseRuns: db.prepare('select id from run where session = ? and loose_rows > 0'),
    dueRuns: db.prepare(`select id from run where session = ? and (loose_rows >= ${LOOSE_ROWS_MAX} or loose_bytes >= ${LOOSE_BYTES_MAX})`),
  }
}

export class Transcripts {
  readonly #db: DatabaseSync
  readonly #sql: ReturnType<typeof prepare>

  constructor(db: DatabaseSync) {
    this.#db = db
    this.#sql = prepare(db)
  }

  /** Appends within the caller's transaction. A run nobody queued is passed over. */
  append(no: number, runId: string, chunk: { bytes: Uint8Array; atMs: number }): void {
    // In pieces, so that no page read ever has to walk a long one.
    for (let at = 0; at < chunk.bytes.length; at += PIECE_BYTES_MAX) {
      this.#appendPiece(no, runId, { bytes: chunk.bytes.subarray(at, at + PIECE_BYTES_MAX), atMs: chunk.atMs })
    }
  }

  #appendPiece(no: number, runId: string, chunk: { bytes: Uint8Array; atMs: number }): void {
    const run = this.#place(no, runId)
    if (!run) return
    const kept = chunk.bytes.subarray(0, Math.max(0, RUN_BYTES_MAX - run.bytes))
    const dropped = chunk.bytes.length - kept.length
    if (kept.length > 0) this.#sql.insert.run(no, runId, run.lines + 1, run.bytes, 0, packMarks([{ offset: 0, atMs: chunk.atMs }]), kept)
    const open = kept.length > 0 ? kept.at(-1) !== NEWLINE : run.openLine
    this.#sql.grow.run(kept.length, countLines(kept), open ? 1 : 0, dropped, kept.length, no, runId)
    this.#sql.sessionGrow.run(kept.length, no)
  }

  /** Runs of a session that have any loose rows. */
  looseRuns(no: number): string[] {
    return this.#sql.looseRuns.all(no).map((row) => textOf(row, 'id'))
  }

  /** Runs of a session that have enough loose rows to be worth merging. */
  dueRuns(no: number): string[] {
    return this.#sql.dueRuns.all(no).map((row) => textOf(row, 'id'))
  }

  /** Merges a run's loose rows into one deflated row, in one transaction of its own. */
  merge(no: number, runId: string): void {
    inTransaction(this.#db, () => {
      const rows = this.#sql.loose.all(no, runId)
      const first = rows[0]
      if (!first) return
      const pieces = rows.map(pieceOf)
      const bytes = Buffer.concat(pieces.map((piece) => piece.bytes))
      const body = deflateRawSync(bytes, { level: 6 })
      this.#sql.dropLoose.run(no, runId)
      this.#sql.insert.run(no, runId, numberOf(first, 'line_from'), numberOf(first, 'byte_from'), 1, packMarks(joinMarks(pieces)), body)
      this.#sql.merged.run(no, runId)
      this.#sql.sessionGrow.run(body.length - bytes.length, no)
    })
  }

  /** `count` lines from `fromLine` on. Cost follows the page, not the transcript. */
  page(no: number, wanted: { runId: string; fromLine: number; count: number }): TranscriptPage {
    const run = this.#place(no, wanted.runId)
    const totals = { totalLines: (run?.lines ?? 0) + (run?.openLine ? 1 : 0), totalBytes: run?.bytes ?? 0 }
    const pager = new LinePager(wanted.fromLine, wanted.count)
    const start = this.#sql.start.get(no, wanted.runId, wanted.fromLine)
    const from = start ? [numberOf(start, 'line_from'), numberOf(start, 'byte_from')] as const : [0, 0] as const
    for (const row of this.#sql.from.iterate(no, wanted.runId, ...from)) {
      pager.take(pieceOf(row))
      if (pager.full) break
    }
    return { fromLine: wanted.fromLine, lines: pager.end(), ...totals }
  }

  /** Everything a run wrote, as far as it was kept. */
  all(no: number, runId: string): Uint8Array {
    const parts: Uint8Array[] = []
    for (const row of this.#sql.from.iterate(no, runId, 0, 0)) parts.push(pieceOf(row).bytes)
    return new Uint8Array(Buffer.concat(parts))
  }

  #place(no: number, runId: string): RunPlace | null {
    const row = this.#sql.run.get(no, runId)
    if (!row) return null
    return {
      bytes: numberOf(row, 'bytes'), lines: numberOf(row, 'lines'), openLine: numberOf(row, 'open_line') === 1,
    }
  }
}

function pieceOf(row: Row): Piece {
  const body = bytesOf(row, 'body')
  const bytes = numberOf(row, 'deflated') === 1 ? inflateRawSync(body) : body
  return { lineFrom: numberOf(row, 'line_from'), marks: readMarks(bytesOf(row, 'marks')), bytes }
}

function countLines(bytes: Uint8Array): number {
  let lines = 0
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) lines++
  return lines
}

function joinMarks(pieces: readonly Piece[]): Mark[] {
  const marks: Mark[] = []
  let base = 0
  for (const piece of pieces) {
    for (const mark of piece.marks) if (mark.atMs !== marks.at(-1)?.atMs) marks.push({ offset: base + mark.offset, atMs: mark.atMs })
    base += piece.bytes.length
  }
  return marks
}

function packMarks(marks: readonly Mark[]): Uint8Array {
  const out = new ByteWriter()
  out.varint(marks.length)
  writeNumbers(out, marks.map((mark) => mark.offset))
  writeNumbers(out, marks.map((mark) => mark.atMs))
  return out.finish()
}

function readMarks(bytes: Uint8Array): Mark[] {
  const reader = new ByteReader(bytes)
  const count = reader.varint()
  const offsets = readNumbers(reader, count)
  const times = readNumbers(reader, count)
  return Array.from(offsets, (offset, i) => ({ offset, atMs: times[i] ?? 0 }))
}
