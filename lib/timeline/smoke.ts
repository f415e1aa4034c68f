/** Smoke bands: quantiles of a sliding window, broken where three or more probes in a row were lost, where the route changed and where the median moved for good. */
import { PROBE, type PingView } from '#lib/tools/ping/view.ts'
import { olderBuckets, type Columns, type Hole } from './columns.ts'
import { BAND, selectBand } from './select.ts'
import { indexAt, placeOf } from './series.ts'

/** Points left to right. Quantiles of point `i` lie at `q[5 * i ..]`: p10, p25, p50, p75, p90, all of them measured values. */
export interface Smoke {
  n: number
  /** Pixels from the left edge of the plot; the first and last may lie just outside it. */
  x: Float32Array
  q: Float64Array
  /** 1 where the band must not be joined to the point before. */
  broken: Uint8Array
}

/** A window holds this many probes whatever their interval (18 s at one a second); wide columns widen it to their own width. */
const WINDOW_PROBES = 18
/** Fewer replies than this have no quantiles worth drawing. */
const LEAST = 3
/** How many windows may lie over one probe: bounds the work of a band to 32 selections a probe. */
const OVERLAP = 32

/** How points are spaced: every `step` columns, each over `windowMs`. `coarse`: a point is exactly its own column. */
export interface SmokePlan { step: number; windowMs: number; coarse: boolean }

export function planSmoke(colMs: number, intervalMs: number): SmokePlan {
  const windowMs = WINDOW_PROBES * intervalMs
  if (colMs >= windowMs) return { step: 1, windowMs: colMs, coarse: true }
  const byProbe = Math.round((2 * intervalMs) / colMs)
  const byWork = Math.ceil(windowMs / (OVERLAP * colMs))
  return { step: Math.max(2, Math.min(12, byProbe), byWork), windowMs, coarse: false }
}

/** Keeps points between frames; only points whose window holds something that changed are selected again. */
export interface SmokeMaker { update(view: PingView, columns: Columns, routeBreaks: readonly number[]): Smoke }

/** Points in progress: quantiles by absolute position, so that they stay put while the window slides. */
interface Points { plan: SmokePlan; colMs: number; p0: number; n: number; q: Float64Array; cuts: number[]; breaks: readonly number[]; firstDirty: number }

export function createSmokeMaker(): SmokeMaker {
  let kept: Points | null = null
  let scratch = new Float64Array(1024)
  const room = (n: number): Float64Array => {
    if (scratch.length < n) scratch = new Float64Array(2 * n)
    return scratch
  }
  return {
    update(view, columns, breaks) {
      const points = begin(view, columns, breaks)
      if (!kept || !carryOver(kept, points, columns)) points.cuts = fromRollups(view, columns, points)
      selectAll(view, columns, { points, room })
      kept = points
      return finish(columns, points)
    },
  }
}

function begin(view: PingView, { colMs, k0, width }: Columns, breaks: readonly number[]): Points {
  const plan = planSmoke(colMs, view.intervalMs)
  const p0 = Math.floor(k0 / plan.step)
  const n = Math.floor((k0 + width) / plan.step) - p0 + 1
  return { plan, colMs, p0, n, q: new Float64Array(n * BAND.length).fill(Number.NaN), cuts: [], breaks, firstDirty: 0 }
}

/** Copies the points that cannot have changed; false when none may be kept. */
function carryOver(kept: Points, points: Points, columns: Columns): boolean {
  const { plan, colMs, p0, n, q, breaks } = points
  const same = kept.colMs === colMs && kept.plan.step === plan.step && kept.plan.windowMs === plan.windowMs && p0 >= kept.p0
    && kept.breaks.length === breaks.length && kept.breaks.every((at, i) => at === breaks[i])
  if (!same || columns.dirtyFromMs === -Infinity) return false
  const by = p0 - kept.p0
  const dirty = Math.floor((columns.dirtyFromMs - plan.windowMs / 2) / (plan.step * colMs)) - 1 - p0
  points.firstDirty = Math.max(0, Math.min(dirty, kept.n - by, n))
  q.set(kept.q.subarray(by * BAND.length, (by + points.firstDirty) * BAND.length))
  points.cuts = kept.cuts
  return true
}

/** Middle of point `i`, epoch ms. */
const centreOf = (i: number, { plan, p0, colMs }: Points): number => ((p0 + i) * plan.step + 0.5) * colMs

/** Selects the quantiles of every point from `firstDirty` on that lies within the series. */
function selectAll(view: PingView, columns: Columns, { points, room }: { points: Points; room: (n: number) => Float64Array }): void {
  const { series } = view
  const { plan, n, q, firstDirty } = points
  if (firstDirty >= n || series.length === 0) return
  const half = plan.windowMs / 2
  const startMs = centreOf(firstDirty, points) - half
  let lo = view.counts.clockSteps > 0 ? 0 : indexAt(view, startMs)
  let hi = lo, near = lo
  for (let i = firstDirty; i < n; i += 1) {
    const centre = centreOf(i, points)
    while (lo < series.length && placeOf(view, lo) < centre - half) lo += 1
    hi = Math.max(hi, lo)
    while (hi < series.length && placeOf(view, hi) < centre + half) hi += 1
    near = Math.max(near, lo)
    while (!plan.coarse && near < hi && placeOf(view, near) < centre) near += 1
    const limits = plan.coarse ? { fromMs: centre - half, toMs: centre + half } : isNear(view, near, { centre, reachMs: plan.step * points.colMs }) && within(centre, { half, columns, points, view })
    if (!limits) continue
    const whole = view.counts.clockSteps === 0 && limits.fromMs === centre - half && limits.toMs === centre + half
    const found = gather(view, { lo, hi, ...limits, whole }, room(hi - lo))
    if (found >= LEAST) selectBand(room(found), found, { to: q, at: i * BAND.length })
  }
}

/** Round trips of the indexes `lo` to `hi` within the limits; `whole`: all of them are. */
function gather(view: PingView, span: { lo: number; hi: number; fromMs: number; toMs: number; whole: boolean }, values: Float64Array): number {
  const { series } = view
  let found = 0
  for (let j = span.lo; j < span.hi; j += 1) {
    const s = series.slot(j)
    if (series.state[s] !== PROBE.replied) continue
    const rtt = series.rttMs[s] ?? Number.NaN
    if (rtt !== rtt) continue
    const at = span.whole ? span.fromMs : placeOf(view, j)
    if (at < span.fromMs || at >= span.toMs) continue
    values[found] = rtt
    found += 1
  }
  return found
}

/** Is there a probe close enough to `centre` for a band to be drawn there? Never beyond the first or the newest probe. */
function isNear(view: PingView, near: number, { centre, reachMs }: { centre: number; reachMs: number }): boolean {
  const before = near > 0 ? centre - placeOf(view, near - 1) : Infinity
  const after = near < view.series.length ? placeOf(view, near) - centre : Infinity
  if (before === Infinity || after === Infinity) return Math.min(before, after) <= view.intervalMs / 2
  return Math.min(before, after) <= Math.max(1.5 * view.intervalMs, reachMs)
}

/** The part of a point's window on its own side of every break; null when the point lies in a hole. */
function within(centre: number, { half, columns, points, view }: { half: number; columns: Columns; points: Points; view: PingView }): { fromMs: number; toMs: number } | null {
  let fromMs = centre - half, toMs = centre + half
  const margin = view.intervalMs / 2
  for (let h = firstHole(columns.holes, fromMs); h < columns.holes.length; h += 1) {
    const hole = columns.holes[h]
    if (!hole || hole.startMs > toMs) break
    if (centre >= hole.startMs - margin && centre <= hole.endMs + margin) return null
    if (hole.endMs < centre) fromMs = Math.max(fromMs, hole.endMs)
    else toMs = Math.min(toMs, hole.startMs)
  }
  for (const at of points.breaks) {
    if (at <= centre) fromMs = Math.max(fromMs, at)
    else toMs = Math.min(toMs, at)
  }
  return { fromMs, toMs }
}

/** Index of the first hole that ends at or after `ms`. */
function firstHole(holes: readonly Hole[], ms: number): number {
  let lo = 0, hi = holes.length
  while (lo < hi) {
    const mid = (lo + hi) >>> 1
    if ((holes[mid]?.endMs ?? Infinity) < ms) lo = mid + 1
    else hi = mid
  }
  return lo
}

/** Before the series begins, a point takes the quantiles of the bucket whose middle is nearest. Returns where the band is cut there. */
function fromRollups(view: PingView, columns: Columns, points: Points): number[] {
  const { plan, colMs, p0, n, q } = points
  const cuts: number[] = []
  let endMs = -Infinity
  for (const { bucket, widthMs } of olderBuckets(view, columns.k0 * colMs)) {
    const middleMs = bucket.startMs + widthMs / 2
    if (bucket.answered < LEAST || bucket.startMs > endMs + widthMs) cuts.push(middleMs)
    endMs = bucket.startMs + widthMs
    const i = Math.round(middleMs / colMs / plan.step - 0.5) - p0
    if (bucket.answered >= LEAST && i >= 0 && i < n) q.set([bucket.p10Ms, bucket.p25Ms, bucket.p50Ms, bucket.p75Ms, bucket.p90Ms], i * BAND.length)
  }
  return cuts
}

/** Drops points without quantiles and marks where the band must not be joined. */
function finish(columns: Columns, points: Points): Smoke {
  const { n, q, breaks, cuts } = points
  const smoke: Smoke = { n: 0, x: new Float32Array(n), q: new Float64Array(n * BAND.length), broken: new Uint8Array(n) }
  let missing = true, beforeMs = -Infinity
  for (let i = 0; i < n; i += 1) {
    if (Number.isNaN(q[i * BAND.length + 2] ?? Number.NaN)) { missing = true; continue }
    const centre = centreOf(i, points)
    const between = (at: number): boolean => at > beforeMs && at <= centre
    const hole = columns.holes[firstHole(columns.holes, beforeMs)]
    const old = centre < columns.seriesFromMs
    const broken = (missing && !old) || (hole !== undefined && hole.startMs < centre) || breaks.some(between) || cuts.some(between)
    smoke.x[smoke.n] = centre / columns.colMs - columns.k0
    smoke.q.set(q.subarray(i * BAND.length, (i + 1) * BAND.length), smoke.n * BAND.length)
    smoke.broken[smoke.n] = broken || smoke.n === 0 ? 1 : 0
    smoke.n += 1
    missing = false
    beforeMs = centre
  }
  return smoke
}
