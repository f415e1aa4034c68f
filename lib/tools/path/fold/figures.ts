/** Running figures of one hop's round trips that came in time. */
import { rfc3550Step } from '#lib/stats/jitter.ts'
import type { MtrColumns, RttFigures } from '../view.ts'

/** What mtr keeps beside: differences of round trips one after the other as they arrived, whatever was lost between, and the geometric mean. */
export interface Arrivals { n: number; lastMs: number; logSum: number; differenceMs: number; sumMs: number; maxMs: number; smoothedMs: number }

export const newArrivals = (): Arrivals => ({ n: 0, lastMs: NaN, logSum: 0, differenceMs: NaN, sumMs: 0, maxMs: NaN, smoothedMs: 0 })

export function addArrival(to: Arrivals, rttMs: number): void {
  to.n++
  to.logSum += Math.log(rttMs)
  const difference = Math.abs(rttMs - to.lastMs)
  to.lastMs = rttMs
  if (to.n < 2) return
  to.differenceMs = difference
  to.sumMs += difference
  to.smoothedMs = rfc3550Step(to.smoothedMs, difference)
  if (!(difference <= to.maxMs)) to.maxMs = difference
}

export function mtrColumns(rtt: RttFigures, of: Arrivals): MtrColumns {
  const some = of.n > 1
  return {
    Last: rtt.lastMs, Avg: rtt.meanMs, Best: rtt.minMs, Wrst: rtt.maxMs, StDev: rtt.stdevMs,
    Gmean: of.n === 0 ? NaN : Math.exp(of.logSum / of.n),
    Jttr: of.differenceMs, Javg: some ? of.sumMs / (of.n - 1) : NaN, Jmax: of.maxMs, Jint: some ? of.smoothedMs : NaN,
  }
}

/** Differences of consecutive probe numbers that both came in time. */
export interface Pairs { n: number; sumMs: number; maxMs: number }

export const newPairs = (): Pairs => ({ n: 0, sumMs: 0, maxMs: NaN })

/** NaN: one of the two is missing, so it is no difference. */
export function addPair(to: Pairs, differenceMs: number): void {
  const difference = Math.abs(differenceMs)
  if (Number.isNaN(difference)) return
  to.n++
  to.sumMs += difference
  if (!(difference <= to.maxMs)) to.maxMs = difference
}
