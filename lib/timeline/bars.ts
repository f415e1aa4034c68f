/** Bars under and over the plot: share lost (the loss lane) and jitter. A bar stands still while the window slides. */
import { PROBE, type PingView } from '#lib/tools/ping/view.ts'
import type { Columns } from './columns.ts'
import { probePx } from './marks.ts'
import { niceAbove } from './scale.ts'
import { selectQuantile } from './select.ts'
import { indexAt, placeOf } from './series.ts'

/** Left edge and width in pixels; `value` is the share lost, or ms; `count` the losses, or the differences averaged. */
export interface Bars { n: number; x: Float32Array; w: Float32Array; value: Float32Array; count: Uint32Array }
export interface JitterBars extends Bars { topMs: number }

const bars = (n: number): Bars => ({ n: 0, x: new Float32Array(n), w: new Float32Array(n), value: new Float32Array(n), count: new Uint32Array(n) })

function put(to: Bars, bar: { x: number; w: number; value: number; count: number }): void {
  to.x[to.n] = bar.x
  to.w[to.n] = bar.w
  to.value[to.n] = bar.value
  to.count[to.n] = bar.count
  to.n += 1
}

/** Columns in one bar for about `probes` probes: 4 to 12 pixels. */
const barColumns = (view: PingView, columns: Columns, probes: number): number => Math.min(12, Math.max(4, Math.round(probes * probePx(view, columns))))
/** From here on every probe has its own bar. */
const SINGLE_FROM_PX = 9
const SINGLE_MAX_PX = 10

/** Sums column groups that are aligned to absolute time. */
function* groups(columns: Columns, size: number): Generator<{ x: number; from: number; to: number }> {
  for (let g = Math.floor(columns.k0 / size); g * size < columns.k0 + columns.width; g += 1) {
    yield { x: g * size - columns.k0, from: Math.max(0, g * size - columns.k0), to: Math.min(columns.width, (g + 1) * size - columns.k0) }
  }
}

const LANE_PROBES = 6

/** Share lost per bar; only bars with a loss. The counts add up to the losses in the window. */
export function layoutLane(view: PingView, columns: Columns): Bars {
  const found = bars(columns.width + 1)
  const single = probePx(view, columns) >= SINGLE_FROM_PX
  const size = single ? 1 : barColumns(view, columns, LANE_PROBES)
  for (const { x, from, to } of groups(columns, size)) {
    let lost = 0, judged = 0
    for (let c = from; c < to; c += 1) {
      lost += columns.lost[c] ?? 0
      judged += (columns.lost[c] ?? 0) + (columns.answered[c] ?? 0) + (columns.late[c] ?? 0)
    }
    if (lost === 0) continue
    const w = single ? Math.min(SINGLE_MAX_PX, probePx(view, columns) - 1) : Math.max(2, size - 1)
    put(found, { x: single ? x + 0.5 - w / 2 : x, w, value: lost / judged, count: lost })
  }
  return found
}

const JITTER_PROBES = 4
/** Bars above this share of all bars may be cut off by the top, so that one spike does not flatten the rest. */
const JITTER_SHARE = 0.9

/** Mean absolute difference of consecutive replies per bar, never across a loss; `topMs` is the strip's own 1-2-5 top. */
export function layoutJitter(view: PingView, columns: Columns): JitterBars {
  const found = probePx(view, columns) >= SINGLE_FROM_PX ? singleJitter(view, columns) : groupedJitter(view, columns)
  const values = Float64Array.from(found.value.subarray(0, found.n))
  return { ...found, topMs: niceAbove(selectQuantile(values, found.n, JITTER_SHARE) || 1) }
}

function groupedJitter(view: PingView, columns: Columns): Bars {
  const size = barColumns(view, columns, JITTER_PROBES)
  const found = bars(columns.width + 1)
  for (const { x, from, to } of groups(columns, size)) {
    let sum = 0, count = 0
    for (let c = from; c < to; c += 1) { sum += columns.jitterSumMs[c] ?? 0; count += columns.jitterCount[c] ?? 0 }
    if (count > 0) put(found, { x, w: Math.max(1, size - 1), value: sum / count, count })
  }
  return found
}

function singleJitter(view: PingView, columns: Columns): Bars {
  const { series } = view
  const fromMs = columns.k0 * columns.colMs, toMs = (columns.k0 + columns.width) * columns.colMs
  const first = view.counts.clockSteps > 0 ? 0 : indexAt(view, fromMs)
  const found = bars(Math.max(0, series.length - first))
  const w = Math.min(SINGLE_MAX_PX, probePx(view, columns) - 1)
  for (let i = Math.max(1, first); i < series.length; i += 1) {
    const at = placeOf(view, i)
    if (at >= toMs && view.counts.clockSteps === 0) break
    const here = series.slot(i), before = series.slot(i - 1)
    if (at < fromMs || at >= toMs || series.state[here] !== PROBE.replied || series.state[before] !== PROBE.replied) continue
    const value = Math.abs((series.rttMs[here] ?? Number.NaN) - (series.rttMs[before] ?? Number.NaN))
    if (value === value) put(found, { x: at / columns.colMs - columns.k0 - w / 2, w, value, count: 1 })
  }
  return found
}
