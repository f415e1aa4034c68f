/** Probes decimated to pixel columns: counts, extremes and jitter per column, and the holes between bands. Incremental. */
import { PROBE, type Bucket, type PingView } from '#lib/tools/ping/view.ts'
import { endOf, indexAt, placeOf } from './series.ts'

/** Three or more losses in a row: the band has a hole from the first lost probe to the last. */
export interface Hole { startMs: number; endMs: number; lost: number }

/** Column `c` covers `[(k0 + c) * colMs, (k0 + c + 1) * colMs)`. `lost` includes probes answered only by an ICMP error. */
export interface Columns {
  colMs: number
  k0: number
  width: number
  answered: Uint32Array
  lost: Uint32Array
  late: Uint32Array
  awaited: Uint32Array
  /** NaN where nothing was answered. */
  minMs: Float64Array
  maxMs: Float64Array
  jitterSumMs: Float64Array
  jitterCount: Uint32Array
  holes: Hole[]
  /** First time that was counted again in the last update; everything before it is as it was. -Infinity after a full count. */
  dirtyFromMs: number
  /** Where the series took over from the rollups. */
  seriesFromMs: number
}

interface Grid { fromMs: number; spanMs: number; width: number }
interface Kept { key: string; end: number; settled: number; first: number }

/** Keeps columns between frames. `update` counts only what changed while the scale stays and the window moves forward. */
export interface ColumnCounter { update(view: PingView, grid: Grid): Columns }

const HOLE_FROM = 3

export function createColumnCounter(): ColumnCounter {
  let columns = emptyColumns(1, 0, 1)
  let kept: Kept = { key: '', end: 0, settled: 0, first: 0 }
  return {
    update(view, { fromMs, spanMs, width }) {
      const colMs = spanMs / width
      const k0 = Math.floor(fromMs / colMs + 1e-6)
      const { series, counts } = view
      const key = [colMs, width, counts.late, counts.errors, counts.clockSteps, view.firstSentMs, view.intervalMs].join()
      const step = k0 - columns.k0
      const incremental = key === kept.key && endOf(series) >= kept.end && series.first >= kept.first && step >= 0 && step < width
        && kept.settled >= series.first && counts.clockSteps === 0
      const seenToMs = (columns.k0 + columns.width) * colMs
      if (incremental) shiftTo(columns, k0)
      const from = incremental ? restartAt(view, columns, { settled: kept.settled, seenToMs: step > 0 ? seenToMs : Infinity }) : null
      if (from === null || !count(view, columns, from)) {
        columns = emptyColumns(colMs, k0, width)
        columns.seriesFromMs = series.length > 0 ? placeOf(view, 0) : Infinity
        addRollups(view, columns)
        count(view, columns, 0)
      }
      kept = { key, end: endOf(series), settled: settledBefore(view, incremental ? kept.settled : series.first), first: series.first }
      return columns
    },
  }
}

function emptyColumns(colMs: number, k0: number, width: number): Columns {
  const counts = (): Uint32Array => new Uint32Array(width)
  return {
    colMs, k0, width, answered: counts(), lost: counts(), late: counts(), awaited: counts(), jitterCount: counts(),
    minMs: new Float64Array(width).fill(Number.NaN), maxMs: new Float64Array(width).fill(Number.NaN), jitterSumMs: new Float64Array(width),
    holes: [], dirtyFromMs: -Infinity, seriesFromMs: -Infinity,
  }
}

/** Moves the window forward by whole columns. */
function shiftTo(c: Columns, k0: number): void {
  const by = k0 - c.k0
  if (by > 0) for (const a of [c.answered, c.lost, c.late, c.awaited, c.jitterCount, c.jitterSumMs]) { a.copyWithin(0, by); a.fill(0, c.width - by) }
  if (by > 0) for (const a of [c.minMs, c.maxMs]) { a.copyWithin(0, by); a.fill(Number.NaN, c.width - by) }
  c.k0 = k0
}

/** Clears the columns that unsettled probes, or probes beyond the last window's end, lie in and says from which index to count again. */
function restartAt(view: PingView, c: Columns, { settled, seenToMs }: { settled: number; seenToMs: number }): number {
  const { series } = view
  let i = Math.min(settled - series.first, seenToMs === Infinity ? series.length : indexAt(view, seenToMs))
  if (i >= series.length) { c.dirtyFromMs = Infinity; return series.length }
  const k = Math.floor(placeOf(view, i) / c.colMs) - 1
  c.dirtyFromMs = k * c.colMs
  while (i > 0 && (placeOf(view, i - 1) >= c.dirtyFromMs || isUnanswered(view, i - 1))) i -= 1
  const startMs = Math.min(c.dirtyFromMs, placeOf(view, i))
  while ((c.holes.at(-1)?.endMs ?? -Infinity) >= startMs) c.holes.pop()
  const clearFrom = Math.max(0, k - c.k0)
  for (const a of [c.answered, c.lost, c.late, c.awaited, c.jitterCount, c.jitterSumMs]) a.fill(0, Math.min(clearFrom, c.width))
  for (const a of [c.minMs, c.maxMs]) a.fill(Number.NaN, Math.min(clearFrom, c.width))
  return i
}

function isUnanswered({ series }: PingView, i: number): boolean {
  const state = series.state[series.slot(i)]
  return state !== PROBE.replied && state !== PROBE.late
}

/** Counts probes from index `from` on into columns at or after `dirtyFromMs`. False if one lies before it after all: the clock went back. */
function count(view: PingView, c: Columns, from: number): boolean {
  const { series } = view
  let runLost = 0, runStartMs = 0, lastLostMs = 0
  let before = Number.NaN
  if (from > 0) before = repliedMs(view, from - 1)
  for (let i = from; i < series.length; i += 1) {
    const s = series.slot(i)
    const own = series.sentAtMs[s] ?? Number.NaN
    const at = own === own ? own : placeOf(view, i)
    const state = series.state[s]
    const rtt = state === PROBE.replied ? series.rttMs[s] ?? Number.NaN : Number.NaN
    const col = Math.floor(at / c.colMs) - c.k0
    if (at < c.dirtyFromMs && !isUnanswered(view, i)) return false
    if (col >= 0 && col < c.width && at >= c.dirtyFromMs) add(c, col, { state, rtt, before })
    if (state === PROBE.lost || state === PROBE.error) {
      if (runLost === 0) runStartMs = at
      runLost += 1
      lastLostMs = at
    } else if (state !== PROBE.awaited && state !== PROBE.none) {
      if (runLost >= HOLE_FROM) c.holes.push({ startMs: runStartMs, endMs: lastLostMs, lost: runLost })
      runLost = 0
    }
    before = rtt
  }
  if (runLost >= HOLE_FROM) c.holes.push({ startMs: runStartMs, endMs: lastLostMs, lost: runLost })
  return true
}

/** The round trip of probe `i` if it was answered in time. */
function repliedMs({ series }: PingView, i: number): number {
  const s = series.slot(i)
  return series.state[s] === PROBE.replied ? series.rttMs[s] ?? Number.NaN : Number.NaN
}

function add(c: Columns, col: number, probe: { state: number | undefined; rtt: number; before: number }): void {
  const { state, rtt, before } = probe
  if (state === PROBE.replied) {
    c.answered[col] = (c.answered[col] ?? 0) + 1
    if (rtt !== rtt) return
    if (!(rtt >= (c.minMs[col] ?? Number.NaN))) c.minMs[col] = rtt
    if (!(rtt <= (c.maxMs[col] ?? Number.NaN))) c.maxMs[col] = rtt
    if (before === before) { c.jitterSumMs[col] = (c.jitterSumMs[col] ?? 0) + Math.abs(rtt - before); c.jitterCount[col] = (c.jitterCount[col] ?? 0) + 1 }
  } else if (state === PROBE.lost || state === PROBE.error) c.lost[col] = (c.lost[col] ?? 0) + 1
  else if (state === PROBE.late) c.late[col] = (c.late[col] ?? 0) + 1
  else if (state === PROBE.awaited) c.awaited[col] = (c.awaited[col] ?? 0) + 1
}

/** Number of the first probe whose fate is still open, looking from `from` on. */
function settledBefore({ series }: PingView, from: number): number {
  for (let i = Math.max(0, from - series.first); i < series.length; i += 1) {
    const state = series.state[series.slot(i)]
    if (state === PROBE.awaited || state === PROBE.none) return series.first + i
  }
  return endOf(series)
}

/** Buckets that end before the series begins, finest level first, oldest bucket first. */
export function olderBuckets(view: PingView, fromMs: number): { bucket: Bucket; widthMs: number }[] {
  let untilMs = view.series.length > 0 ? placeOf(view, 0) : Infinity
  const found: { bucket: Bucket; widthMs: number }[] = []
  for (const level of view.rollups) {
    if (untilMs <= fromMs) break
    const { widthMs } = level
    const mine = level.since(fromMs - widthMs).filter((b) => b.startMs + widthMs <= untilMs && b.startMs + widthMs > fromMs)
    for (const bucket of mine) found.push({ bucket, widthMs })
    untilMs = Math.min(untilMs, mine[0]?.startMs ?? untilMs)
  }
  return found.sort((a, b) => a.bucket.startMs - b.bucket.startMs)
}

/** Puts each bucket's counts and extremes into the column of its middle. */
function addRollups(view: PingView, c: Columns): void {
  const endMs = (c.k0 + c.width) * c.colMs
  for (const { bucket, widthMs } of olderBuckets(view, c.k0 * c.colMs)) {
    if (bucket.startMs >= endMs) break
    const col = Math.min(c.width - 1, Math.max(0, Math.floor((bucket.startMs + widthMs / 2) / c.colMs) - c.k0))
    c.answered[col] = (c.answered[col] ?? 0) + bucket.answered
    c.lost[col] = (c.lost[col] ?? 0) + bucket.lost
    c.late[col] = (c.late[col] ?? 0) + bucket.late
    if (!(bucket.minMs >= (c.minMs[col] ?? Number.NaN)) && bucket.answered > 0) c.minMs[col] = bucket.minMs
    if (!(bucket.maxMs <= (c.maxMs[col] ?? Number.NaN)) && bucket.answered > 0) c.maxMs[col] = bucket.maxMs
    c.jitterSumMs[col] = (c.jitterSumMs[col] ?? 0) + bucket.jitterSumMs
    c.jitterCount[col] = (c.jitterCount[col] ?? 0) + bucket.jitterCount
  }
}
