/** Reading a probe series by time. Send times mostly grow, but a stepped clock may send them back and some are not known. */
import type { PingView, ProbeSeries } from '#lib/tools/ping/view.ts'

/** When probe `first + i` is drawn, epoch ms: its send time, or for one never stamped, its neighbour's plus whole intervals. NaN if no probe is stamped. */
export function placeOf(view: PingView, i: number): number {
  const { series } = view
  const own = series.sentAtMs[series.slot(i)]
  return own !== undefined && own === own ? own : inferred(view, i)
}

function inferred({ series, intervalMs }: PingView, i: number): number {
  for (let d = 1; d < series.length; d += 1) {
    const before = i - d >= 0 ? series.sentAtMs[series.slot(i - d)] : undefined
    if (before !== undefined && before === before) return before + d * intervalMs
    const after = i + d < series.length ? series.sentAtMs[series.slot(i + d)] : undefined
    if (after !== undefined && after === after) return after - d * intervalMs
  }
  return Number.NaN
}

/** First index whose place is at or after `ms`, by bisection: exact where send times grow. */
export function indexAt(view: PingView, ms: number): number {
  let lo = 0, hi = view.series.length
  while (lo < hi) {
    const mid = (lo + hi) >>> 1
    if (placeOf(view, mid) < ms) lo = mid + 1
    else hi = mid
  }
  return lo
}

/** Index of the probe drawn nearest to `ms`; -1 when there is none. */
export function nearestIndex(view: PingView, ms: number): number {
  const after = indexAt(view, ms)
  if (view.series.length === 0) return -1
  if (after <= 0) return 0
  if (after >= view.series.length) return view.series.length - 1
  return placeOf(view, after) - ms < ms - placeOf(view, after - 1) ? after : after - 1
}

/** One past the newest probe's number: grows with every probe. */
export const endOf = (series: ProbeSeries): number => series.first + series.length
