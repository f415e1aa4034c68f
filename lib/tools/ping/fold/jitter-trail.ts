/** Whole-run jitter in probe order, also when replies come out of order. Definitions: lib/stats/jitter.ts. */
import { rfc3550Step } from '#lib/stats/jitter.ts'
import type { ProbeColumns } from './series.ts'

/**
 * Probes back to which a late-coming sample may change the smoothed form. In time means at most 10 s, and probes are at
 * least 200 ms apart, so 50 are enough.
 */
export const TRAIL = 128

export class JitterTrail {
  readonly #series: ProbeColumns
  n = 0
  sumMs = 0
  /** J after each of the last probes, by number: the point to go on from when a sample lands in between. */
  trail = new Float64Array(TRAIL)

  constructor(series: ProbeColumns) {
    this.#series = series
  }

  get meanAbsMs(): number {
    return this.n === 0 ? NaN : this.sumMs / this.n
  }

  get rfc3550Ms(): number {
    return this.n === 0 ? NaN : this.#at(this.#series.highest)
  }

  /** A probe was appended: until it has a sample, J stays. */
  extend(probe: number): void {
    this.trail[probe & (TRAIL - 1)] = this.#at(probe - 1)
  }

  /** The probe has a sample now. */
  add(probe: number, rttMs: number): void {
    this.#pair(rttMs - this.#series.sample(probe - 1), 1)
    this.#pair(this.#series.sample(probe + 1) - rttMs, 1)
    this.#smooth(probe)
  }

  /** The probe's sample `rttMs` was taken back: call after it has left the series. */
  remove(probe: number, rttMs: number): void {
    this.#pair(rttMs - this.#series.sample(probe - 1), -1)
    this.#pair(this.#series.sample(probe + 1) - rttMs, -1)
    this.#smooth(probe)
  }

  #pair(differenceMs: number, times: 1 | -1): void {
    if (Number.isNaN(differenceMs)) return
    this.n += times
    this.sumMs = this.n === 0 ? 0 : this.sumMs + times * Math.abs(differenceMs)
  }

  #smooth(from: number): void {
    const { highest } = this.#series
    for (let probe = Math.max(from, highest - TRAIL + 2); probe <= highest; probe++) {
      const difference = this.#series.sample(probe) - this.#series.sample(probe - 1)
      const before = this.#at(probe - 1)
      this.trail[probe & (TRAIL - 1)] = Number.isNaN(difference) ? before : rfc3550Step(before, difference)
    }
  }

  #at(probe: number): number {
    return this.trail[probe & (TRAIL - 1)] ?? 0
  }
}
