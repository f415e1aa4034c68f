/** Splits a byte stream into capped lines: cost linear in the new bytes, memory one line, whatever the stream holds. */

/** Bytes of a line that are kept (S41); the rest is cut, marked and counted. */
export const LINE_CAP_BYTES = 4096

const LF = 10
const CR = 13

/** One line: `bytes[start, end)`, without its end. Only valid during the call it is handed to; copy what must last. */
export interface RawLine {
  bytes: Uint8Array
  start: number
  end: number
  /** 1-based. */
  number: number
  /** Bytes of the line that were not kept. */
  cutBytes: number
}

export type TakeLine = (line: RawLine) => void

/**
 * A reader of one frequent form of line: takes the whole line `number` that begins at `from` and gives the position behind
 * its LF, or -1 to leave the line to the splitter.
 */
export type FastLine = (bytes: Uint8Array, from: number, number: number) => number

/**
 * A line ends at LF. A CR right before it belongs to the end (a pty writes CR LF); other CRs stay in the line, since they
 * move a terminal's cursor and the reader of the line decides what they mean. Text after the last LF is handed out by `end`.
 */
export class LineSplitter {
  readonly #cap: number
  readonly #carry: Uint8Array
  readonly #fast: FastLine
  #held = 0
  /** Bytes of the open line beyond the cap, and the last of them. */
  #dropped = 0
  #lastDropped = 0
  #line: RawLine

  constructor(capBytes: number = LINE_CAP_BYTES, fast: FastLine = () => -1) {
    this.#fast = fast
    this.#cap = capBytes
    // One byte more than the cap, so that a CR LF right behind a full line does not mark it as cut.
    this.#carry = new Uint8Array(capBytes + 1)
    this.#line = { bytes: this.#carry, start: 0, end: 0, number: 0, cutBytes: 0 }
  }

  /** Hands every line that these bytes complete to `take`. */
  push(bytes: Uint8Array, take: TakeLine): void {
    let from = 0
    for (;;) {
      if (this.#held === 0) {
        const next = this.#fast(bytes, from, this.#line.number + 1)
        if (next > from) {
          this.#line.number++
          from = next
          continue
        }
      }
      const lf = bytes.indexOf(LF, from)
      if (lf < 0) break
      if (this.#held === 0 && lf - from <= this.#cap) {
        const end = lf > from && bytes[lf - 1] === CR ? lf - 1 : lf
        this.#emit(take, bytes, { start: from, end, cutBytes: 0 })
      } else {
        this.#keep(bytes, from, lf)
        this.#release(take)
      }
      from = lf + 1
    }
    this.#keep(bytes, from, bytes.length)
  }

  /** The stream is over: hands out a last line that has no end. */
  end(take: TakeLine): void {
    if (this.#held > 0) this.#release(take)
  }

  #keep(bytes: Uint8Array, from: number, to: number): void {
    const room = Math.min(to - from, this.#carry.length - this.#held)
    if (room > 0) {
      this.#carry.set(bytes.subarray(from, from + room), this.#held)
      this.#held += room
    }
    if (from + room < to) {
      this.#dropped += to - from - room
      this.#lastDropped = bytes[to - 1] ?? 0
    }
  }

  #release(take: TakeLine): void {
    let length = this.#held + this.#dropped
    const last = this.#dropped > 0 ? this.#lastDropped : this.#carry[this.#held - 1]
    if (last === CR) length--
    const end = Math.min(length, this.#cap)
    this.#held = 0
    this.#dropped = 0
    this.#emit(take, this.#carry, { start: 0, end, cutBytes: length - end })
  }

  #emit(take: TakeLine, bytes: Uint8Array, part: { start: number; end: number; cutBytes: number }): void {
    const line = this.#line
    line.bytes = bytes
    line.start = part.start
    line.end = part.end
    line.cutBytes = part.cutBytes
    line.number++
    take(line)
    // Not to hold on to the caller's chunk.
    line.bytes = this.#carry
  }
}
