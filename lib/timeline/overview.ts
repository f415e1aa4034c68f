/** The whole session in one strip: median and losses per few pixels, for the brush and the replay bar. */
import { PROBE, type PingView } from '#lib/tools/ping/view.ts'
import { olderBuckets } from './columns.ts'
import { selectQuantile } from './select.ts'
import { placeOf } from './series.ts'

/** `bins` equal stretches of [fromMs, toMs]. The median is NaN where nothing was answered; `lost` of `judged` probes. */
export interface Overview { fromMs: number; toMs: number; bins: number; medianMs: Float64Array; lost: Uint32Array; judged: Uint32Array; topMs: number }

export function layoutOverview(view: PingView, { fromMs, toMs, bins }: { fromMs: number; toMs: number; bins: number }): Overview {
  const perMs = bins / Math.max(1, toMs - fromMs)
  const binOf = (ms: number): number => Math.floor((ms - fromMs) * perMs)
  const overview: Overview = { fromMs, toMs, bins, medianMs: new Float64Array(bins).fill(Number.NaN), lost: new Uint32Array(bins), judged: new Uint32Array(bins), topMs: 1 }
  fromSeries(view, overview, binOf)
  for (const { bucket, widthMs } of olderBuckets(view, fromMs)) {
    const bin = binOf(bucket.startMs + widthMs / 2)
    if (bin < 0 || bin >= bins) continue
    overview.lost[bin] = (overview.lost[bin] ?? 0) + bucket.lost
    overview.judged[bin] = (overview.judged[bin] ?? 0) + bucket.lost + bucket.answered + bucket.late
    if (Number.isNaN(overview.medianMs[bin] ?? Number.NaN) && bucket.answered > 0) overview.medianMs[bin] = bucket.p50Ms
  }
  const known = overview.medianMs.filter((v) => v === v)
  overview.topMs = selectQuantile(Float64Array.from(known), known.length, 0.99) || 1
  return overview
}

/** Counts every kept probe into its bin, then takes each bin's median. */
function fromSeries(view: PingView, { bins, lost, judged, medianMs }: Overview, binOf: (ms: number) => number): void {
  const { series } = view
  const binOfProbe = new Int32Array(series.length).fill(-1)
  const starts = new Uint32Array(bins + 1)
  for (let i = 0; i < series.length; i += 1) {
    const bin = binOf(placeOf(view, i))
    if (!(bin >= 0 && bin < bins)) continue
    const s = series.slot(i)
    const state = series.state[s]
    if (state === PROBE.lost || state === PROBE.error) lost[bin] = (lost[bin] ?? 0) + 1
    if (state !== PROBE.awaited && state !== PROBE.none) judged[bin] = (judged[bin] ?? 0) + 1
    const rtt = series.rttMs[s] ?? Number.NaN
    if (state !== PROBE.replied || rtt !== rtt) continue
    binOfProbe[i] = bin
    starts[bin + 1] = (starts[bin + 1] ?? 0) + 1
  }
  for (let b = 0; b < bins; b += 1) starts[b + 1] = (starts[b + 1] ?? 0) + (starts[b] ?? 0)
  const values = new Float64Array(starts[bins] ?? 0)
  const next = starts.slice()
  binOfProbe.forEach((bin, i) => {
    if (bin < 0) return
    const at = next[bin] ?? 0
    values[at] = series.rttMs[series.slot(i)] ?? Number.NaN
    next[bin] = at + 1
  })
  for (let b = 0; b < bins; b += 1) {
    const from = starts[b] ?? 0, to = starts[b + 1] ?? 0
    if (to > from) medianMs[b] = selectQuantile(values.subarray(from, to), to - from, 0.5)
  }
}
