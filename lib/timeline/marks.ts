/** What is drawn probe by probe or column by column: replies, losses, late and awaited probes, and what lies above the top. */
import { PROBE, type PingView } from '#lib/tools/ping/view.ts'
import type { Columns } from './columns.ts'
import { shareOf, type ValueScale } from './scale.ts'
import { indexAt, placeOf } from './series.ts'

/** Places in pixels from the top left of the plot. Only the first `n` entries count. */
export interface Points { n: number; x: Float32Array; y: Float32Array }
/** Vertical strokes from `y` down to `y2`. */
export interface Strokes extends Points { y2: Float32Array }
/** Hairlines of lost probes: left edge, width, strength 0 to 1, probes behind each. */
export interface Hairlines { n: number; x: Float32Array; w: Float32Array; alpha: Float32Array; lost: Uint32Array }
/** Triangles on the top edge, each with how many replies it stands for. */
export interface Above { n: number; x: Float32Array; count: Uint32Array; total: number }

export interface Marks {
  /** More than one probe a pixel: strokes and columns instead of dots and single losses. */
  dense: boolean
  dots: Points
  strokes: Strokes
  lost: Hairlines
  late: Points
  awaited: Points
  above: Above
}

/** Pixels between two probes of the run. */
export const probePx = (view: PingView, columns: Columns): number => view.intervalMs / columns.colMs
const DENSE_BELOW_PX = 0.9
export const isDense = (view: PingView, columns: Columns, density = 1): boolean => probePx(view, columns) * density < DENSE_BELOW_PX

/** `density`: screen pixels in one CSS pixel. Dots are told apart by the screen's. */
interface Plot { height: number; scale: ValueScale; density: number }

/** Places the marks of the window. Cost: the probes in the window while they are sparse, else the columns. */
export function layoutMarks(view: PingView, columns: Columns, plot: Plot): Marks {
  const dense = isDense(view, columns, plot.density)
  const above = new AboveCounter(columns.width)
  const marks = dense ? denseMarks(columns, plot, above) : sparseMarks(view, columns, { plot, above })
  if (!dense) olderLosses(columns, marks.lost)
  return { dense, ...marks, above: above.list() }
}

type Drawn = Omit<Marks, 'dense' | 'above'>

const points = (n: number): Points => ({ n: 0, x: new Float32Array(n), y: new Float32Array(n) })
const hairlines = (n: number): Hairlines => ({ n: 0, x: new Float32Array(n), w: new Float32Array(n), alpha: new Float32Array(n), lost: new Uint32Array(n) })

function put(to: Points, x: number, y: number): void {
  to.x[to.n] = x
  to.y[to.n] = y
  to.n += 1
}

function putLost(to: Hairlines, line: { x: number; w: number; alpha: number; lost: number }): void {
  to.x[to.n] = line.x
  to.w[to.n] = line.w
  to.alpha[to.n] = line.alpha
  to.lost[to.n] = line.lost
  to.n += 1
}

const HAIR_MAX_PX = 5
const HAIR_ALPHA = 0.16

function sparseMarks(view: PingView, columns: Columns, { plot, above }: { plot: Plot; above: AboveCounter }): Drawn {
  const { series } = view
  const fromMs = columns.k0 * columns.colMs, toMs = (columns.k0 + columns.width) * columns.colMs
  const [first, end] = rangeOf(view, fromMs, toMs)
  const n = Math.max(0, end - first)
  const drawn: Drawn = { dots: points(n), strokes: { ...points(0), y2: new Float32Array(0) }, lost: hairlines(n + columns.width), late: points(n), awaited: points(n) }
  const w = Math.min(HAIR_MAX_PX, Math.max(1, probePx(view, columns)))
  for (let i = first; i < end; i += 1) {
    const at = placeOf(view, i)
    if (!(at >= fromMs && at < toMs)) continue
    const s = series.slot(i)
    const state = series.state[s]
    const x = at / columns.colMs - columns.k0
    if (state === PROBE.replied) {
      const rtt = series.rttMs[s] ?? Number.NaN
      if (rtt > plot.scale.topMs) above.add(x)
      else if (rtt === rtt) put(drawn.dots, x, plot.height * (1 - shareOf(plot.scale, rtt)))
    } else if (state === PROBE.lost || state === PROBE.error) putLost(drawn.lost, { x: x - w / 2, w, alpha: HAIR_ALPHA, lost: 1 })
    else if (state === PROBE.late) put(drawn.late, x, plot.height * (1 - shareOf(plot.scale, series.rttMs[s] ?? Number.NaN)))
    else if (state === PROBE.awaited) put(drawn.awaited, x, plot.height)
  }
  return drawn
}

/** Indexes that may lie in the window. With a stepped clock every probe may. */
function rangeOf(view: PingView, fromMs: number, toMs: number): [number, number] {
  if (view.counts.clockSteps > 0) return [0, view.series.length]
  return [indexAt(view, fromMs), indexAt(view, toMs)]
}

/** Losses known only from rollups: their columns end before the series begins. */
function olderLosses(columns: Columns, lost: Hairlines): void {
  const until = Math.min(columns.width, Math.ceil(columns.seriesFromMs / columns.colMs) - columns.k0 - 1)
  for (let c = 0; c < until; c += 1) if ((columns.lost[c] ?? 0) > 0) putLost(lost, { x: c, w: 1, alpha: HAIR_ALPHA, lost: columns.lost[c] ?? 0 })
}

const DENSE_ALPHA = { least: 0.04, most: 0.5 } as const

function denseMarks(columns: Columns, plot: Plot, above: AboveCounter): Drawn {
  const { width } = columns
  const drawn: Drawn = { dots: points(0), strokes: { ...points(width), y2: new Float32Array(width) }, lost: hairlines(width), late: points(width), awaited: points(width) }
  for (let c = 0; c < width; c += 1) {
    const low = columns.minMs[c] ?? Number.NaN, high = columns.maxMs[c] ?? Number.NaN
    const lost = columns.lost[c] ?? 0, answered = columns.answered[c] ?? 0
    if (low === low) {
      if (high > plot.scale.topMs) above.add(c + 0.5)
      drawn.strokes.y2[drawn.strokes.n] = plot.height * (1 - shareOf(plot.scale, low))
      put(drawn.strokes, c, plot.height * (1 - shareOf(plot.scale, high)))
    }
    if (lost > 0) putLost(drawn.lost, { x: c, w: 1, alpha: Math.min(DENSE_ALPHA.most, Math.max(DENSE_ALPHA.least, (DENSE_ALPHA.most * lost) / (lost + answered))), lost })
    if ((columns.late[c] ?? 0) > 0) put(drawn.late, c + 0.5, 0)
    if ((columns.awaited[c] ?? 0) > 0) put(drawn.awaited, c + 0.5, plot.height)
  }
  return drawn
}

const TRIANGLE_PX = 8

/** Gathers what lies above the top into triangles that do not overlap. */
class AboveCounter {
  readonly #count: Uint32Array
  #total = 0
  constructor(width: number) { this.#count = new Uint32Array(Math.ceil(width / TRIANGLE_PX) + 1) }
  add(x: number): void {
    const cell = Math.max(0, Math.floor(x / TRIANGLE_PX))
    this.#count[cell] = (this.#count[cell] ?? 0) + 1
    this.#total += 1
  }
  list(): Above {
    const found: Above = { n: 0, x: new Float32Array(this.#count.length), count: new Uint32Array(this.#count.length), total: this.#total }
    this.#count.forEach((count, cell) => {
      if (count === 0) return
      found.x[found.n] = (cell + 0.5) * TRIANGLE_PX
      found.count[found.n] = count
      found.n += 1
    })
    return found
  }
}
