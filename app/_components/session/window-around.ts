/** The time window in which a finding is best seen. Pure. */

/** Room on both sides, as a share of the span. */
const ROOM = 0.15
const LEAST_MS = 60_000

/** The span with some room around it; an open or short one becomes at least a minute, and never leaves the session. */
export function windowAround(span: { fromMs: number; toMs: number }, extent: { startMs: number; nowMs: number }): { fromMs: number; toMs: number } {
  const width = Math.max(LEAST_MS, (span.toMs - span.fromMs) * (1 + 2 * ROOM))
  const middle = (span.fromMs + span.toMs) / 2
  const toMs = Math.min(middle + width / 2, Math.max(extent.nowMs, extent.startMs + width))
  const fromMs = Math.max(extent.startMs, toMs - width)
  return { fromMs, toMs: Math.max(toMs, fromMs + Math.min(width, LEAST_MS)) }
}
