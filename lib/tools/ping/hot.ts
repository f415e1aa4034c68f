/** Scans the one line that makes up nearly all of a run, on its bytes, without making a string. */
import { stampOf } from './lines/scan.ts'

/** What a hot line held; reused, so read it before the next scan. */
export interface HotReply { stampMs: number; bytes: number; seq: number; ttl: number; rttMs: number }

export const newHotReply = (): HotReply => ({ stampMs: 0, bytes: 0, seq: 0, ttl: 0, rttMs: 0 })

const BYTES_FROM = ascii(' bytes from ')
const ICMP_SEQ = ascii(': icmp_seq=')
const TTL = ascii(' ttl=')
const TIME = ascii(' time=')
const MS = ascii(' ms')
const DOT = 46
const BLANK = 32
const OPEN = 91
const CLOSE = 93

/** ASCII text as bytes, to compare with. */
export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0))
}

/** Reads digits; keeps where it stopped. One object a parser, so that the hot path allocates nothing. */
export class HotScanner {
  #bytes: Uint8Array = new Uint8Array(0)
  #at = 0
  #end = 0
  readonly #from: Uint8Array

  /** `address` as the tool prints the target. */
  constructor(address: string) {
    this.#from = ascii(address)
  }

  /**
   * True if `bytes[start, end)` is exactly `[sec.usec] N bytes from ADDRESS: icmp_seq=N ttl=N time=N.N ms` with the target's
   * address. False says nothing: the full reader decides.
   */
  scan(bytes: Uint8Array, range: { start: number; end: number }, out: HotReply): boolean {
    this.#bytes = bytes
    this.#at = range.start
    this.#end = range.end
    if (this.#end - this.#at < 60 || bytes[this.#at++] !== OPEN) return false
    const seconds = this.#digits(10)
    if (seconds < 0 || bytes[this.#at++] !== DOT) return false
    const before = this.#at
    const micros = this.#digits(6)
    if (micros < 0 || this.#at - before !== 6 || bytes[this.#at++] !== CLOSE || bytes[this.#at++] !== BLANK) return false
    out.stampMs = stampOf(seconds, micros)
    out.bytes = this.#digits(5)
    if (out.bytes < 0 || !this.#word(BYTES_FROM) || !this.#word(this.#from) || !this.#word(ICMP_SEQ)) return false
    out.seq = this.#digits(5)
    if (out.seq < 0 || out.seq > 65535 || !this.#word(TTL)) return false
    out.ttl = this.#digits(3)
    if (out.ttl < 0 || out.ttl > 255 || !this.#word(TIME)) return false
    out.rttMs = this.#decimal()
    return out.rttMs >= 0 && this.#word(MS) && this.#at === this.#end
  }

  #digits(most: number): number {
    const bytes = this.#bytes
    const limit = Math.min(this.#end, this.#at + most)
    let value = 0
    let at = this.#at
    for (; at < limit; at++) {
      const digit = (bytes[at] ?? 0) - 48
      if (digit < 0 || digit > 9) break
      value = value * 10 + digit
    }
    if (at === this.#at) return -1
    this.#at = at
    return value
  }

  /** Both parts are exact whole numbers, so the one division rounds as the decimal text does. */
  #decimal(): number {
    const whole = this.#digits(7)
    if (whole < 0 || this.#bytes[this.#at] !== DOT) return whole
    const from = ++this.#at
    const part = this.#digits(3)
    if (part < 0) return -1
    const power = this.#at - from === 3 ? 1000 : this.#at - from === 2 ? 100 : 10
    return (whole * power + part) / power
  }

  #word(word: Uint8Array): boolean {
    const bytes = this.#bytes
    const from = this.#at
    for (let i = 0; i < word.length; i++) if (bytes[from + i] !== word[i]) return false
    this.#at = from + word.length
    return true
  }
}
