/** The server's clock against ours, from several questions: the quickest answer says it best. */

export interface ClockSample { roundTripMs: number; serverOffsetMs: number }

/** Questions remembered. */
const KEPT = 6

/** `add` returns the newest round trip with the offset of the quickest answer so far (an answer's error is at most half its round trip). */
export function createClockFilter(): { add(sample: ClockSample): ClockSample } {
  const kept: ClockSample[] = []
  return {
    add(sample) {
      kept.push(sample)
      if (kept.length > KEPT) kept.shift()
      const best = kept.reduce((a, b) => (b.roundTripMs < a.roundTripMs ? b : a), sample)
      return { roundTripMs: sample.roundTripMs, serverOffsetMs: best.serverOffsetMs }
    },
  }
}
