/** Cuts stretches of a transcript into the lines of one page. */
import type { TranscriptPage } from '#lib/protocol/api.ts'
import type { Mark, Piece } from './transcripts.ts'

/** Shown of one line; the rest is marked as cut (S41). */
const LINE_BYTES_MAX = 4096
const NEWLINE = 10
const RETURN = 13

type PageLine = TranscriptPage['lines'][number]

/** Lines end with LF; one CR before it (a pty's) is no part of the text. Bytes that are no UTF-8 show as U+FFFD. */
export class LinePager {
  readonly #from: number
  readonly #count: number
  readonly #lines: PageLine[] = []
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  /** Of the line being collected. */
  #parts: Uint8Array[] = []
  #bytes = 0
  #atMs: number | null = null
  /** Number of the line the next byte belongs to. */
  #line = 0

  constructor(fromLine: number, count: number) {
    this.#from = fromLine
    this.#count = count
  }

  get full(): boolean {
    return this.#lines.length >= this.#count
  }

  /** The next stretch; the first one must begin at or before the page's first line. */
  take(piece: Piece): void {
    this.#line = piece.lineFrom
    let at = 0
    while (at < piece.bytes.length && !this.full) {
      const newline = piece.bytes.indexOf(NEWLINE, at)
      const end = newline < 0 ? piece.bytes.length : newline
      if (this.#line >= this.#from) this.#collect(piece.bytes.subarray(at, end), timeOf(piece.marks, at))
      if (newline < 0) return
      if (this.#line >= this.#from) this.#finish()
      this.#line++
      at = newline + 1
    }
  }

  /** The page; a line that has no end yet is its last. */
  end(): PageLine[] {
    if (this.#atMs !== null && !this.full) this.#finish()
    return this.#lines
  }

  #collect(bytes: Uint8Array, atMs: number): void {
    this.#atMs ??= atMs
    // One more than is shown, so that a line of exactly the limit with its CR is not called cut.
    const room = LINE_BYTES_MAX + 1 - Math.min(this.#bytes, LINE_BYTES_MAX + 1)
    if (room > 0) this.#parts.push(bytes.subarray(0, room))
    this.#bytes += bytes.length
  }

  #finish(): void {
    let bytes: Uint8Array = Buffer.concat(this.#parts)
    let total = this.#bytes
    if (total === bytes.length && bytes.at(-1) === RETURN) {
      bytes = bytes.subarray(0, -1)
      total--
    }
    const line: PageLine = { line: this.#line, atMs: this.#atMs ?? 0, text: this.#decoder.decode(bytes.subarray(0, LINE_BYTES_MAX)) }
    if (total > LINE_BYTES_MAX) line.cut = true
    this.#lines.push(line)
    this.#parts = []
    this.#bytes = 0
    this.#atMs = null
  }
}

/** Marks are in order; the last one at or before `offset` tells. */
function timeOf(marks: readonly Mark[], offset: number): number {
  let low = 0
  let high = marks.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((marks[middle]?.offset ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return marks[low]?.atMs ?? 0
}
