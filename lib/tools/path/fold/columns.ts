/** The last 8,192 probes of one hop in columns: small at first, grows by doubling, then goes round. */
import { PROBE } from '../../ping/view.ts'
import { HOP_PROBES_KEPT, type HopSeries } from '../view.ts'

const LEAST = 16
/** In the `responder` column: nobody, or the tool does not say who. */
export const NOBODY = 255

export class HopColumns implements HopSeries {
  first = 1
  length = 0
  /** Slot of the oldest probe. */
  start = 0
  sentAtMs = new Float64Array(LEAST).fill(NaN)
  rttMs = new Float64Array(LEAST).fill(NaN)
  state = new Uint8Array(LEAST)
  responder = new Uint8Array(LEAST).fill(NOBODY)
  /** Times of the lines, only once some probe has no time of its own. */
  lineMs: Float64Array<ArrayBuffer> | null = null
  /** 1: the target's address answered that the target was not reached. Only once there is one. */
  refusal: Uint8Array<ArrayBuffer> | null = null

  slot(i: number): number {
    return (this.start + i) & (this.state.length - 1)
  }

  atMs(i: number): number {
    return this.timeOf(this.slot(i))
  }

  /** Time of the probe in this slot: sent, or that of its line; NaN for a number that no line told of. */
  timeOf(slot: number): number {
    const sentAtMs = this.sentAtMs[slot] ?? NaN
    return sentAtMs === sentAtMs ? sentAtMs : (this.lineMs?.[slot] ?? NaN)
  }

  /** Number of the newest probe; 0 while there is none. */
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

  /** Will the next `append` drop the oldest probe? */
  get isFull(): boolean {
    return this.length === HOP_PROBES_KEPT
  }

  /** Adds the number after the newest, of which nothing is known yet. */
  append(): number {
    if (this.isFull) {
      this.first++
      this.start = this.slot(1)
      this.length--
    } else if (this.length === this.state.length) this.#grow(this.length * 2)
    const slot = this.slot(this.length++)
    this.sentAtMs[slot] = NaN
    this.rttMs[slot] = NaN
    this.state[slot] = PROBE.none
    this.responder[slot] = NOBODY
    if (this.lineMs) this.lineMs[slot] = NaN
    if (this.refusal) this.refusal[slot] = 0
    return slot
  }

  /** The time that stands in for a sent time that nobody knows. */
  setLine(slot: number, lineMs: number): void {
    this.lineMs ??= new Float64Array(this.state.length).fill(NaN)
    this.lineMs[slot] = lineMs
  }

  setRefusal(slot: number): void {
    this.refusal ??= new Uint8Array(this.state.length)
    this.refusal[slot] = 1
  }

  isRefusal(slot: number): boolean {
    return this.refusal?.[slot] === 1
  }

  /** Makes room for `length` probes as growing to it would have. */
  reserve(length: number): void {
    let capacity = LEAST
    while (capacity < length) capacity *= 2
    if (capacity > this.state.length) this.#grow(capacity)
  }

  /** Takes over every probe of another series, each in its slot. */
  copyFrom(other: HopColumns): void {
    this.first = other.first
    this.length = other.length
    this.start = other.start
    this.sentAtMs = other.sentAtMs.slice()
    this.rttMs = other.rttMs.slice()
    this.state = other.state.slice()
    this.responder = other.responder.slice()
    this.lineMs = other.lineMs?.slice() ?? null
    this.refusal = other.refusal?.slice() ?? null
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
    if (this.lineMs) this.lineMs = wider(this.lineMs)
    this.state = widerBytes(this.state, capacity, PROBE.none)
    this.responder = widerBytes(this.responder, capacity, NOBODY)
    if (this.refusal) this.refusal = widerBytes(this.refusal, capacity, 0)
  }
}

function widerBytes(column: Uint8Array, capacity: number, fill: number): Uint8Array<ArrayBuffer> {
  const grown = new Uint8Array(capacity).fill(fill, column.length)
  grown.set(column)
  return grown
}
