/** The last 131,072 probes of a ping in columns. */
import { ProbeRing, widerBytes } from '../probe-ring.ts'
import type { ProbeSeries, ProbeState } from '../view.ts'

export const SERIES_MAX = 131_072
const SERIES_MIN = 1024

export class ProbeColumns extends ProbeRing implements ProbeSeries {
  ttl = new Uint8Array(SERIES_MIN)

  constructor() {
    super({ first: 0, least: SERIES_MIN, most: SERIES_MAX })
  }

  /** When the probe in this slot was sent. */
  timeOf(slot: number): number {
    return this.sentAtMs[slot] ?? NaN
  }

  /** Adds the probe after the newest; the very first one gets the number that `first` holds. */
  append(sentAtMs: number, state: ProbeState): number {
    const slot = this.place()
    this.sentAtMs[slot] = sentAtMs
    this.rttMs[slot] = NaN
    this.ttl[slot] = 0
    this.state[slot] = state
    return slot
  }

  /** Puts one probe before the oldest: for a tool that counts from 0 and whose first reply came second. */
  prepend(sentAtMs: number, state: ProbeState): void {
    if (this.length === this.state.length) this.grow(this.length * 2)
    for (const column of [this.sentAtMs, this.rttMs, this.ttl, this.state]) column.copyWithin(1, 0, this.length)
    this.first--
    this.length++
    this.sentAtMs[0] = sentAtMs
    this.rttMs[0] = NaN
    this.ttl[0] = 0
    this.state[0] = state
  }

  /** Takes over every probe of another series, each in its slot. */
  copyFrom(other: ProbeColumns): void {
    this.copyRing(other)
    this.ttl = other.ttl.slice()
  }

  protected override grow(capacity: number): void {
    super.grow(capacity)
    this.ttl = widerBytes(this.ttl, capacity, 0)
  }
}
