/** Undoes the 16-bit wrap of probe numbers and remembers which were answered. Bounded: 8 KiB a run. */

const WRAP = 0x10000
const HALF = WRAP / 2
/** Replies may run ahead of the last known probe by this many, however little time passed. */
const AHEAD_FREE = 64
/** More probes than asked for may fit into a second: the tool's timer is not exact. */
const AHEAD_RATE = 1.25

export class ProbeNumbers {
  readonly #intervalMs: number
  /** Highest number seen; -1 before any. */
  #highest = -1
  /** One bit for each of the last 65,536 numbers: answered. */
  readonly #answered = new Uint8Array(WRAP / 8)
  #credit = AHEAD_FREE
  #lastStampMs = NaN

  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs
  }

  /** The number nearest to the highest seen that prints as `seq`. */
  unwrap(seq: number): number {
    const highest = Math.max(0, this.#highest)
    let number = highest - (highest % WRAP) + seq
    if (number - highest > HALF) number -= WRAP
    else if (highest - number > HALF) number += WRAP
    return number < 0 ? number + WRAP : number
  }

  /**
   * False for a number that cannot have been sent yet. Replies and quoted packets come from the network: a forged one must not
   * make probes exist. Judged by the tool's stamps only; lines without them are believed.
   */
  isPlausible(number: number, stampMs: number | null): boolean {
    if (stampMs === null) return true
    const elapsedMs = Number.isNaN(this.#lastStampMs) ? 0 : Math.max(0, stampMs - this.#lastStampMs)
    const credit = Math.min(this.#credit, AHEAD_FREE) + (AHEAD_RATE * elapsedMs) / this.#intervalMs
    const ahead = Math.max(0, number - Math.max(0, this.#highest))
    if (ahead > credit) return false
    this.#credit = credit - ahead
    this.#lastStampMs = stampMs
    return true
  }

  /** Call for every number that is believed. */
  saw(number: number): void {
    if (number <= this.#highest) return
    const from = Math.max(this.#highest + 1, number - WRAP + 1)
    for (let at = from; at <= number; at++) this.#clear(at)
    this.#highest = number
  }

  /** Marks a number as answered; true if it was before. */
  answer(number: number): boolean {
    const slot = (number % WRAP) >> 3
    const bit = 1 << (number & 7)
    const before = this.#answered[slot] ?? 0
    this.#answered[slot] = before | bit
    return (before & bit) !== 0
  }

  #clear(number: number): void {
    const slot = (number % WRAP) >> 3
    this.#answered[slot] = (this.#answered[slot] ?? 0) & ~(1 << (number & 7))
  }
}
