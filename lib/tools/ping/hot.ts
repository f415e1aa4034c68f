/** Scans the two lines that make up nearly all of a run, on their bytes, without making a string or looking for their end first. */
import { stampOf } from './lines/scan.ts'

const LF = 10
const CR = 13
const DOT = 46
const BLANK = 32
const OPEN = 91
const CLOSE = 93
const ZERO = 48
const NO_ANSWER_FIRST = 110

/** ASCII text as bytes. */
export function ascii(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0))
}

/** Fixed words of the line, compared four bytes at a time. */
class Word {
  readonly length: number
  readonly #fours: Int32Array
  readonly #rest: Uint8Array

  constructor(text: string) {
    const bytes = ascii(text)
    const view = new DataView(bytes.buffer)
    this.length = bytes.length
    this.#fours = Int32Array.from({ length: bytes.length >> 2 }, (_, at) => view.getInt32(at * 4))
    this.#rest = bytes.slice(this.#fours.length * 4)
  }

  isAt(view: DataView, from: number): boolean {
    const fours = this.#fours
    const rest = this.#rest
    let at = from
    for (let i = 0; i < fours.length; i++, at += 4) if (view.getInt32(at) !== fours[i]) return false
    for (let i = 0; i < rest.length; i++, at++) if (view.getUint8(at) !== rest[i]) return false
    return true
  }
}

const NO_ANSWER = new Word('no answer yet for icmp_seq=')
const TTL = new Word(' ttl=')
const TIME = new Word(' time=')
const MS = new Word(' ms')

/** Longest line of this form, with its end, beside the peer. */
const MOST = 100

/** Reads one line at a time; its fields hold what the last one said. */
export class HotScanner {
  /** True: `no answer yet`; then only stamp and seq are set. */
  isAwaited = false
  stampMs = 0
  bytes = 0
  seq = 0
  ttl = 0
  rttMs = 0
  #chunk: Uint8Array = new Uint8Array(0)
  #view = new DataView(this.#chunk.buffer)
  readonly #peer: Word

  /** `address` as the tool prints the target. */
  constructor(address: string) {
    this.#peer = new Word(` bytes from ${address}: icmp_seq=`)
  }

  /**
   * Position behind the line that begins at `from`, if it is there in full and is exactly
   * `[sec.usec] N bytes from ADDRESS: icmp_seq=N ttl=N time=N.N ms` with the target's address, or
   * `[sec.usec] no answer yet for icmp_seq=N`, with its LF or CR LF.
   * -1 says nothing: the full reader decides.
   */
  scan(chunk: Uint8Array, from: number): number {
    // Room for the longest form, so that nothing below reads past the chunk; its last lines take the other way.
    if (chunk.length - from < MOST + this.#peer.length || chunk[from] !== OPEN) return -1
    if (chunk !== this.#chunk) {
      this.#chunk = chunk
      this.#view = new DataView(chunk.buffer, chunk.byteOffset, chunk.length)
    }
    if (!this.#stamp(from + 1)) return -1
    const at = from + STAMP_LENGTH
    this.isAwaited = chunk[at] === NO_ANSWER_FIRST
    return this.isAwaited ? this.#awaited(at) : this.#fields(at)
  }

  /** Ten digits, a dot, six digits: read four at a time, the pieces overlapping where the number of digits is no multiple. */
  #stamp(at: number): boolean {
    const view = this.#view
    const chunk = this.#chunk
    const a = view.getInt32(at)
    const b = view.getInt32(at + 4)
    const c = view.getInt32(at + 11)
    const odd = notDigits(a) | notDigits(b) | notDigits(view.getInt32(at + 6)) | notDigits(c) | notDigits(view.getInt32(at + 13))
    if (odd !== 0 || chunk[at + 10] !== DOT || chunk[at + 17] !== CLOSE || chunk[at + 18] !== BLANK) return false
    const seconds = fourDigits(a) * 1e6 + fourDigits(b) * 100 + twoDigits(chunk, at + 8)
    this.stampMs = stampOf(seconds, fourDigits(c) * 100 + twoDigits(chunk, at + 15))
    return true
  }

  #awaited(from: number): number {
    if (!NO_ANSWER.isAt(this.#view, from)) return -1
    const seq = digits(this.#chunk, from + NO_ANSWER.length, 5)
    if (seq < 0 || seq >> VALUE > 65535) return -1
    this.seq = seq >> VALUE
    return this.#lineEnd(from + NO_ANSWER.length + (seq & LENGTH))
  }

  #fields(from: number): number {
    const chunk = this.#chunk
    const view = this.#view
    const bytes = digits(chunk, from, 5)
    let at = from + (bytes & LENGTH)
    if (bytes < 0 || !this.#peer.isAt(view, at)) return -1
    at += this.#peer.length
    const seq = digits(chunk, at, 5)
    at += seq & LENGTH
    if (seq < 0 || seq >> VALUE > 65535 || !TTL.isAt(view, at)) return -1
    at += TTL.length
    const ttl = digits(chunk, at, 3)
    at += ttl & LENGTH
    if (ttl < 0 || ttl >> VALUE > 255 || !TIME.isAt(view, at)) return -1
    this.bytes = bytes >> VALUE
    this.seq = seq >> VALUE
    this.ttl = ttl >> VALUE
    return this.#time(at + TIME.length)
  }

  /** Both parts are exact whole numbers, so the one division rounds as the decimal text does. */
  #time(from: number): number {
    const chunk = this.#chunk
    const whole = digits(chunk, from, 7)
    if (whole < 0) return -1
    let at = from + (whole & LENGTH)
    this.rttMs = whole >> VALUE
    if (chunk[at] === DOT) {
      const part = digits(chunk, at + 1, 3)
      if (part < 0) return -1
      const power = POWERS[part & LENGTH] ?? 1
      this.rttMs = (this.rttMs * power + (part >> VALUE)) / power
      at += 1 + (part & LENGTH)
    }
    return MS.isAt(this.#view, at) ? this.#lineEnd(at + MS.length) : -1
  }

  #lineEnd(from: number): number {
    const chunk = this.#chunk
    const at = chunk[from] === CR ? from + 1 : from
    return chunk[at] === LF ? at + 1 : -1
  }
}

/** `[`, ten digits, `.`, six digits, `]`, blank. */
const STAMP_LENGTH = 20
const POWERS = [1, 10, 100, 1000]

/** A run of digits packed into one number: its length in the low bits, its value above. */
const VALUE = 3
const LENGTH = 7

/** At most `most` (7) digits from `from`, packed; -1 if there is none. */
function digits(chunk: Uint8Array, from: number, most: number): number {
  let value = 0
  let at = from
  for (const limit = from + most; at < limit; at++) {
    const digit = (chunk[at] ?? 0) - ZERO
    if (digit < 0 || digit > 9) break
    value = value * 10 + digit
  }
  return at === from ? -1 : (value << VALUE) | (at - from)
}

/** Zero if all four bytes are ASCII digits: adding carries those above 9 into the top bit, subtracting those below 0. */
const notDigits = (four: number): number => ((four + 0x46464646) | (four - 0x30303030)) & 0x80808080

function fourDigits(four: number): number {
  const value = four - 0x30303030
  return (value >>> 24) * 1000 + ((value >> 16) & 255) * 100 + ((value >> 8) & 255) * 10 + (value & 255)
}

const twoDigits = (chunk: Uint8Array, at: number): number => ((chunk[at] ?? ZERO) - ZERO) * 10 + (chunk[at + 1] ?? ZERO) - ZERO
