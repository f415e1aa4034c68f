/** The timeline as draw lists: a folded ping view and a window in, pixels out. Pure; nothing is drawn that was not measured. */
import { PROBE, type PingView } from '#lib/tools/ping/view.ts'
import { layoutJitter, layoutLane, type Bars, type JitterBars } from './bars.ts'
import { createColumnCounter, olderBuckets, type Columns } from './columns.ts'
import { layoutMarks, type Marks } from './marks.ts'
import { linearScale, logScale, type ScaleKind, type ValueScale } from './scale.ts'
import { selectQuantile } from './select.ts'
import { indexAt } from './series.ts'
import type { RouteChange } from './route-changes.ts'
import { createSmokeMaker, type Smoke } from './smoke.ts'
import { layoutNotes, layoutTtl, routeMoments, type Note, type TtlSegment } from './strips.ts'

export interface TimelineInput {
  view: PingView
  fromMs: number
  toMs: number
  /** Plot size in CSS pixels, without gutters. One column a pixel. */
  width: number
  height: number
  scale: ScaleKind
  /** Screen pixels in one CSS pixel; default 1. */
  density?: number
  /** The session's now; the scale changes only when its whole second does. */
  nowMs: number
  /** Changes of route that a path run to the same target saw: bands break there, and each gets a note. */
  changes?: readonly RouteChange[]
  /** From here on nothing has arrived since the connection was lost. */
  notReceivedFromMs?: number | null
  /** Replay: the playhead; what lies after it is not played yet. */
  playedToMs?: number | null
}

/** A stretch of the plot in pixels. */
export interface Stretch { x0: number; x1: number }

export interface TimelineLayout extends Marks {
  fromMs: number
  toMs: number
  width: number
  height: number
  /** `x = ms / colMs - k0`. */
  colMs: number
  k0: number
  /** Pixels between two probes. */
  intervalPx: number
  scale: ValueScale
  columns: Columns
  smoke: Smoke
  lane: Bars
  jitter: JitterBars
  /** Three or more losses in a row. */
  bursts: (Stretch & { lost: number })[]
  ttl: TtlSegment[]
  notes: Note[]
  notReceived: Stretch | null
  notPlayed: Stretch | null
  /** Sums over the window's columns. `lost` includes probes answered only by an error. */
  counts: { answered: number; lost: number; late: number; awaited: number }
}

/** Pixel of a moment, from the left edge of the plot. */
export const xOf = (layout: { colMs: number; k0: number }, ms: number): number => ms / layout.colMs - layout.k0
/** Moment at a pixel. */
export const msAt = (layout: { colMs: number; k0: number }, x: number): number => (layout.k0 + x) * layout.colMs

/** Keeps what did not change between frames, so that a frame costs the new probes and the pixels, not the session. */
export interface Timeline { layout(input: TimelineInput): TimelineLayout }

export function createTimeline(): Timeline {
  const counter = createColumnCounter()
  const smoker = createSmokeMaker()
  let kept: { key: string; scale: ValueScale } | null = null
  const scaleFor = (input: TimelineInput, columns: Columns): ValueScale => {
    const key = [Math.floor(input.nowMs / 1000), input.scale, columns.colMs, columns.width, input.view.firstSentMs].join()
    if (kept?.key !== key) kept = { key, scale: measureScale(input.view, columns, input.scale) }
    return kept.scale
  }
  return {
    layout(input) {
      const { view, fromMs, toMs, height } = input
      const width = Math.max(1, Math.floor(input.width))
      const columns = counter.update(view, { fromMs, spanMs: Math.max(1, toMs - fromMs), width })
      const breaks = routeMoments(view, input.changes ?? [])
      const smoke = smoker.update(view, columns, levelBreaks(view, breaks))
      const scale = scaleFor(input, columns)
      const untilMs = Math.min(input.playedToMs ?? Infinity, input.notReceivedFromMs ?? Infinity, Math.max(view.lastSentMs, input.nowMs))
      return {
        ...layoutMarks(view, columns, { height, scale, density: input.density ?? 1 }),
        fromMs: columns.k0 * columns.colMs, toMs: (columns.k0 + width) * columns.colMs, width, height, colMs: columns.colMs, k0: columns.k0,
        intervalPx: view.intervalMs / columns.colMs, scale, columns, smoke, lane: layoutLane(view, columns), jitter: layoutJitter(view, columns), bursts: layoutBursts(view, columns),
        ttl: layoutTtl(view, columns, untilMs), notes: layoutNotes(view, columns, breaks),
        notReceived: after(columns, input.notReceivedFromMs), notPlayed: after(columns, input.playedToMs), counts: sum(columns),
      }
    },
  }
}

/** One layout without memory. For live charts keep a `createTimeline`. */
export const layoutTimeline = (input: TimelineInput): TimelineLayout => createTimeline().layout(input)

function after(columns: Columns, ms: number | null | undefined): Stretch | null {
  if (ms === null || ms === undefined) return null
  const x0 = Math.max(0, ms / columns.colMs - columns.k0)
  return x0 < columns.width ? { x0, x1: columns.width } : null
}

const BURST_LEAST_PX = 2

/** From the first lost probe to the end of the last one's interval. */
function layoutBursts(view: PingView, columns: Columns): (Stretch & { lost: number })[] {
  return columns.holes.flatMap(({ startMs, endMs, lost }) => {
    const x0 = startMs / columns.colMs - columns.k0
    const x1 = Math.max(x0 + BURST_LEAST_PX, (endMs + view.intervalMs) / columns.colMs - columns.k0)
    return x1 <= 0 || x0 >= columns.width ? [] : [{ x0: Math.max(0, x0), x1: Math.min(columns.width, x1), lost }]
  })
}

const SAMPLED = 16_384

/** Where a band may not run on: changes of route, and lasting shifts that came without one. Oldest first. */
function levelBreaks(view: PingView, routes: readonly { ms: number }[]): number[] {
  const moved = view.shifts.map((shift) => shift.atMs).filter((at) => routes.every(({ ms }) => Math.abs(ms - at) > 2 * view.intervalMs))
  return [...routes.map(({ ms }) => ms), ...moved].sort((a, b) => a - b)
}

/** The value axis for what is in the window, from at most 16,384 replies evenly taken. */
function measureScale(view: PingView, columns: Columns, kind: ScaleKind): ValueScale {
  const fromMs = columns.k0 * columns.colMs, toMs = (columns.k0 + columns.width) * columns.colMs
  const stepped = view.counts.clockSteps > 0
  const first = stepped ? 0 : indexAt(view, fromMs), end = stepped ? view.series.length : indexAt(view, toMs)
  const stride = Math.max(1, Math.ceil((end - first) / SAMPLED))
  const older = olderBuckets(view, fromMs).filter(({ bucket }) => bucket.startMs < toMs && bucket.answered > 0)
  const values = new Float64Array(Math.ceil((end - first) / stride) + older.length + 1)
  let n = 0
  for (let i = first; i < end; i += stride) {
    const s = view.series.slot(i)
    const rtt = view.series.rttMs[s] ?? Number.NaN
    if (view.series.state[s] === PROBE.replied && rtt === rtt) { values[n] = rtt; n += 1 }
  }
  for (const { bucket } of older) { values[n] = bucket.p90Ms; n += 1 }
  const p99Ms = selectQuantile(values, n, 0.99)
  return kind === 'linear' ? linearScale(p99Ms) : logScale(p99Ms, selectQuantile(values, n, 0))
}

function sum(columns: Columns): TimelineLayout['counts'] {
  const total = (a: Uint32Array): number => a.reduce((x, y) => x + y, 0)
  return { answered: total(columns.answered), lost: total(columns.lost), late: total(columns.late), awaited: total(columns.awaited) }
}
