/** Columns of consecutively numbered probes: small at first, they grow by doubling up to a size, then go round. Sizes are powers of two. */
import { PROBE } from './view.ts'

export abstract class ProbeRing {
  first: number
  length = 0
  /** Slot of the oldest probe. */
  start = 0
  sentAtMs: Float64Array<ArrayBuffer>
  rttMs: Float64Array<ArrayBuffer>
  state: Uint8Array<ArrayBuffer>
  readonly #least: number
  readonly #most: number

  constructor(size: { first: number; least: number; most: number }) {
    this.first = size.first
    this.#least = size.least
    this.#most = size.most
    this.sentAtMs = new Float64Array(size.least).fill(NaN)
    this.rttMs = new Float64Array(size.least).fill(NaN)
    this.state = new Uint8Array(size.least)
  }

  slot(i: number): number {
    return (this.start + i) & (this.state.length - 1)
  }

  /** Number of the newest probe; `first - 1` while there is none. */
  get highest(): number {
    return this.first + this.length - 1
  }

  /** Slot of a probe; -1 if it is not kept. */
  slotOf(probe: number): number {
    const i = probe - this.first
    return i < 0 || i >= this.length ? -1 : this.slot(i)
  }

  /** Round trip of a probe that was answered in time; NaN otherwise. */
  sample(probe: number): number {
    const slot = this.slotOf(probe)
    return slot >= 0 && this.state[slot] === PROBE.replied ? (this.rttMs[slot] ?? NaN) : NaN
  }

  /** Will the next probe drop the oldest? */
  get isFull(): boolean {
    return this.length === this.#most
  }

  /** Makes room for `length` probes as growing to it would have. */
  reserve(length: number): void {
    let capacity = this.#least
    while (capacity < length) capacity *= 2
    if (capacity > this.state.length) this.grow(capacity)
  }

  /** A slot for the number after the newest; what stood there is the caller's to overwrite. */
  protected place(): number {
    if (this.isFull) {
      this.first++
      this.start = this.slot(1)
      this.length--
    } else if (this.length === this.state.length) this.grow(this.length * 2)
    return this.slot(this.length++)
  }

  /** Takes over every probe of another ring, each in its slot. */
  protected copyRing(other: ProbeRing): void {
    this.first = other.first
    this.length = other.length
    this.start = other.start
    this.sentAtMs = other.sentAtMs.slice()
    this.rttMs = other.rttMs.slice()
    this.state = other.state.slice()
  }

  /** Only before the columns go round, so `start` is 0. */
  protected grow(capacity: number): void {
    this.sentAtMs = wider(this.sentAtMs, capacity)
    this.rttMs = wider(this.rttMs, capacity)
    this.state = widerBytes(this.state, capacity, PROBE.none)
  }
}

/** The column with room for more, NaN so far. */
export function wider(column: Float64Array<ArrayBuffer>, capacity: number): Float64Array<ArrayBuffer> {
  const grown = new Float64Array(capacity).fill(NaN, column.length)
  grown.set(column)
  return grown
}

/** The same of bytes, `fill` so far. */
export function widerBytes(column: Uint8Array<ArrayBuffer>, capacity: number, fill: number): Uint8Array<ArrayBuffer> {
  const grown = new Uint8Array(capacity).fill(fill, column.length)
  grown.set(column)
  return grown
}
