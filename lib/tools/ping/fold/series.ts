/** The last 131,072 probes in columns: grows by doubling, then goes round. */
import { PROBE, type ProbeSeries, type ProbeState } from '../view.ts'

export const SERIES_MAX = 131_072
const SERIES_MIN = 1024

export class ProbeColumns implements ProbeSeries {
  first = 0
  length = 0
  /** Slot of the oldest probe. */
  start = 0
  sentAtMs = new Float64Array(SERIES_MIN).fill(NaN)
  rttMs = new Float64Array(SERIES_MIN).fill(NaN)
  ttl = new Uint8Array(SERIES_MIN)
  state = new Uint8Array(SERIES_MIN)

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

  /** When the probe in this slot was sent. */
  timeOf(slot: number): number {
    return this.sentAtMs[slot] ?? NaN
  }

  /** Round trip of a probe that answered in time and undamaged; NaN otherwise. */
  sample(probe: number): number {
    const slot = this.slotOf(probe)
    return slot >= 0 && this.state[slot] === PROBE.replied ? (this.rttMs[slot] ?? NaN) : NaN
  }

  /** Will the next `append` drop the oldest probe? */
  get isFull(): boolean {
    return this.length === SERIES_MAX
  }

  /** Adds the probe after the newest; the very first one gets the number that `first` holds. */
  append(sentAtMs: number, state: ProbeState): number {
    if (this.isFull) {
      this.first++
      this.start = this.slot(1)
      this.length--
    } else if (this.length === this.state.length) this.#grow(this.length * 2)
    const slot = this.slot(this.length++)
    this.sentAtMs[slot] = sentAtMs
    this.rttMs[slot] = NaN
    this.ttl[slot] = 0
    this.state[slot] = state
    return slot
  }

  /** Puts one probe before the oldest: for a tool that counts from 0 and whose first reply came second. */
  prepend(sentAtMs: number, state: ProbeState): void {
    if (this.length === this.state.length) this.#grow(this.length * 2)
    for (const column of [this.sentAtMs, this.rttMs, this.ttl, this.state]) column.copyWithin(1, 0, this.length)
    this.first--
    this.length++
    this.sentAtMs[0] = sentAtMs
    this.rttMs[0] = NaN
    this.ttl[0] = 0
    this.state[0] = state
  }

  /** Makes room for `length` probes as growing to it would have. */
  reserve(length: number): void {
    let capacity = SERIES_MIN
    while (capacity < length) capacity *= 2
    if (capacity > this.state.length) this.#grow(capacity)
  }

  /** Takes over every probe of another series, each in its slot. */
  copyFrom(other: ProbeColumns): void {
    this.first = other.first
    this.length = other.length
    this.start = other.start
    this.sentAtMs = other.sentAtMs.slice()
    this.rttMs = other.rttMs.slice()
    this.ttl = other.ttl.slice()
    this.state = other.state.slice()
  }

  /** Only before the columns go round, so `start` is 0. */
  #grow(capacity: number): void {
    const wider = (column: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> => {
      const grown = new Float64Array(capacity).fill(NaN, column.length)
      grown.set(column)
      return grown
    }
    this.sentAtMs = wider(this.sentAtMs)
    this.rttMs = wider(this.rttMs)
    const ttl = new Uint8Array(capacity)
    ttl.set(this.ttl)
    this.ttl = ttl
    const state = new Uint8Array(capacity)
    state.set(this.state)
    this.state = state
  }
}
