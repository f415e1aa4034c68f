/**
 * The two numbers called jitter here, both on round trips of consecutive probe numbers that both answered in time:
 * - mean absolute difference: mean of |RTT(n) - RTT(n-1)|;
 * - RFC 3550 form, on RTT: J += (|D| - J) / 16 over the same differences in order, from J = 0. Milliseconds, unscaled
 *   (the RFC's integer form keeps 16 J; printing that undivided is a known mistake).
 * A lost, late or damaged probe breaks the chain; a first reply has no difference and counts as none.
 */

export interface Jitter {
  /** NaN without a difference. */
  meanAbsMs: number
  rfc3550Ms: number
  /** Number of differences. */
  n: number
}

/** J after one more absolute difference. */
export function rfc3550Step(jitterMs: number, differenceMs: number): number {
  return jitterMs + (Math.abs(differenceMs) - jitterMs) / 16
}

/** Jitter of round trips by probe number, NaN where a probe has none. */
export function jitterOf(rttsMs: ArrayLike<number>): Jitter {
  let sum = 0
  let smoothed = 0
  let n = 0
  let previous = NaN
  for (let at = 0; at < rttsMs.length; at++) {
    const rtt = rttsMs[at] ?? NaN
    const difference = rtt - previous
    previous = rtt
    if (Number.isNaN(difference)) continue
    sum += Math.abs(difference)
    smoothed = rfc3550Step(smoothed, difference)
    n++
  }
  return n === 0 ? { meanAbsMs: NaN, rfc3550Ms: NaN, n } : { meanAbsMs: sum / n, rfc3550Ms: smoothed, n }
}
