/** The last 8,192 probes of one hop in columns: small at first, grows by doubling, then goes round. */
import { ProbeRing, wider, widerBytes } from '../../ping/probe-ring.ts'
import { PROBE } from '../../ping/view.ts'
import { HOP_PROBES_KEPT, type HopSeries } from '../view.ts'

const LEAST = 16
/** In the `responder` column: nobody, or the tool does not say who. */
export const NOBODY = 255

export class HopColumns extends ProbeRing implements HopSeries {
  responder = new Uint8Array(LEAST).fill(NOBODY)
  /** Times of the lines, only once some probe has no time of its own. */
  lineMs: Float64Array<ArrayBuffer> | null = null
  /** 1: the target's address answered that the target was not reached. Only once there is one. */
  refusal: Uint8Array<ArrayBuffer> | null = null

  constructor() {
    super({ first: 1, least: LEAST, most: HOP_PROBES_KEPT })
  }

  atMs(i: number): number {
    return this.timeOf(this.slot(i))
  }

  /** Time of the probe in this slot: sent, or that of its line; NaN for a number that no line told of. */
  timeOf(slot: number): number {
    const sentAtMs = this.sentAtMs[slot] ?? NaN
    return sentAtMs === sentAtMs ? sentAtMs : (this.lineMs?.[slot] ?? NaN)
  }

  /** Adds the number after the newest, of which nothing is known yet. */
  append(): number {
    const slot = this.place()
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

  /** Takes over every probe of another series, each in its slot. */
  copyFrom(other: HopColumns): void {
    this.copyRing(other)
    this.responder = other.responder.slice()
    this.lineMs = other.lineMs?.slice() ?? null
    this.refusal = other.refusal?.slice() ?? null
  }

  protected override grow(capacity: number): void {
    super.grow(capacity)
    if (this.lineMs) this.lineMs = wider(this.lineMs, capacity)
    this.responder = widerBytes(this.responder, capacity, NOBODY)
    if (this.refusal) this.refusal = widerBytes(this.refusal, capacity, 0)
  }
}
