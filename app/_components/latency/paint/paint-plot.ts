/** Paints the round-trip plot: grid, loss lane and hairlines, bands, replies, median, notes. */
import type { TimeTick } from '#lib/timeline/time-ticks.ts'
import { xOf, type TimelineLayout } from '#lib/timeline/layout.ts'
import { shareOf } from '#lib/timeline/scale.ts'
import type { SeriesWords } from '#lib/timeline/words.ts'
import type { Geometry } from './geometry.ts'
import { fitting, hatch, label, rule, sharp, type Surface } from './surface.ts'

interface Frame { surface: Surface; geometry: Geometry; layout: TimelineLayout; ticks: readonly TimeTick[]; words: SeriesWords }

export function paintPlot(frame: Frame): void {
  paintGrid(frame)
  const { surface: { g }, geometry } = frame
  g.save()
  g.beginPath()
  g.rect(geometry.left, 0, geometry.plotWidth, geometry.plot.y + geometry.plot.h + 4)
  g.clip()
  g.translate(geometry.left, 0)
  paintLoss(frame)
  paintBands(frame)
  paintReplies(frame)
  paintMedian(frame)
  paintNotes(frame)
  g.restore()
}

const tickText = (v: number): string => (v === 0 ? '0' : v >= 1000 ? `${v / 1000}k` : String(v))

function paintGrid({ surface: { g, palette }, geometry, layout, ticks, words }: Frame): void {
  const { left, plotWidth, plot, lane, jitter, narrow } = geometry
  g.textAlign = 'right'
  g.fillStyle = palette.axis
  g.fillText(words.lane, left - 8, lane.h / 2 + 1)
  for (const v of layout.scale.ticks) {
    const y = plot.y + plot.h * (1 - shareOf(layout.scale, v))
    rule(g, { x: left, y, w: plotWidth }, palette.grid)
    g.fillText(tickText(v) + (v === layout.scale.ticks.at(-1) && !narrow ? ' ms' : ''), left - 8, y - (y >= plot.y + plot.h - 1 ? 3 : 0))
  }
  g.strokeStyle = palette.grid
  g.beginPath()
  for (const { ms } of ticks) {
    const x = sharp(left + xOf(layout, ms))
    g.moveTo(x, 0)
    g.lineTo(x, jitter.y + jitter.h)
  }
  g.stroke()
  g.fillStyle = palette.surface2
  g.fillRect(left, 1, plotWidth, lane.h - 2)
}

const LEAST_BAR_PX = 3
const LONG_BURST_PX = 60

function paintLoss({ surface: { g, palette }, geometry, layout }: Frame): void {
  const { lane, plot } = geometry
  const top = lane.h + 2, height = plot.y + plot.h - top
  g.fillStyle = palette.loss
  const { lane: bars, lost } = layout
  for (let i = 0; i < bars.n; i += 1) {
    const h = Math.max(LEAST_BAR_PX, (lane.h - 2) * (bars.value[i] ?? 0))
    g.fillRect(bars.x[i] ?? 0, lane.h - 1 - h, bars.w[i] ?? 1, h)
  }
  for (let i = 0; i < lost.n; i += 1) {
    g.globalAlpha = lost.alpha[i] ?? 0
    g.fillRect(lost.x[i] ?? 0, top, lost.w[i] ?? 1, height)
  }
  g.globalAlpha = 1
  // A long outage would be a wall of red: the wider the hatch, the fainter.
  for (const { x0, x1 } of layout.bursts) hatch(g, { x: x0, y: top, w: x1 - x0, h: height }, { colour: palette.loss, alpha: x1 - x0 > LONG_BURST_PX ? 0.22 : 0.6 })
  g.fillStyle = palette.text3
  for (let i = 0; i < layout.awaited.n; i += 1) g.fillRect((layout.awaited.x[i] ?? 0) - 1, lane.h - 4, 2, 3)
}

/** Ranges of smoke points that belong together. */
function* runs(layout: TimelineLayout): Generator<[number, number]> {
  const { smoke } = layout
  let from = 0
  for (let i = 1; i <= smoke.n; i += 1) if (i === smoke.n || smoke.broken[i] === 1) { yield [from, i]; from = i }
}

const BANDS = [[0, 4, 0.17], [1, 3, 0.26]] as const

function paintBands({ surface: { g, palette }, geometry: { plot }, layout }: Frame): void {
  const { smoke, scale } = layout
  const y = (i: number, q: number): number => plot.y + plot.h * (1 - shareOf(scale, smoke.q[5 * i + q] ?? 0))
  g.fillStyle = palette.lat
  for (const [low, high, alpha] of BANDS) {
    g.globalAlpha = alpha
    for (const [from, to] of runs(layout)) {
      g.beginPath()
      for (let i = from; i < to; i += 1) g.lineTo(smoke.x[i] ?? 0, y(i, high))
      for (let i = to - 1; i >= from; i -= 1) g.lineTo(smoke.x[i] ?? 0, y(i, low))
      g.fill()
    }
  }
  g.globalAlpha = 1
}

function paintReplies({ surface: { g, palette }, geometry: { plot, narrow }, layout }: Frame): void {
  const { dots, strokes, above, late } = layout
  g.fillStyle = palette.lat
  g.globalAlpha = 0.62
  const r = layout.intervalPx >= 8 ? 1.8 : narrow ? 0.8 : 1.1
  g.beginPath()
  for (let i = 0; i < dots.n; i += 1) {
    const x = dots.x[i] ?? 0, y = plot.y + (dots.y[i] ?? 0)
    g.moveTo(x + r, y)
    g.arc(x, y, r, 0, 7)
  }
  g.fill()
  g.globalAlpha = 0.3
  for (let i = 0; i < strokes.n; i += 1) g.fillRect(strokes.x[i] ?? 0, plot.y + (strokes.y[i] ?? 0), 1, Math.max(1, (strokes.y2[i] ?? 0) - (strokes.y[i] ?? 0)))
  g.globalAlpha = 1
  g.beginPath()
  for (let i = 0; i < above.n; i += 1) triangle(g, above.x[i] ?? 0, plot.y - 1)
  g.fill()
  g.strokeStyle = palette.warn
  g.lineWidth = 1.2
  g.beginPath()
  for (let i = 0; i < late.n; i += 1) {
    const x = late.x[i] ?? 0, y = plot.y + Math.max(3, late.y[i] ?? 0)
    g.moveTo(x + 3, y)
    g.arc(x, y, 3, 0, 7)
  }
  g.stroke()
  g.lineWidth = 1
}

function triangle(g: CanvasRenderingContext2D, x: number, y: number): void {
  g.moveTo(x - 3.5, y + 5)
  g.lineTo(x + 3.5, y + 5)
  g.lineTo(x, y)
}

function paintMedian({ surface: { g, palette }, geometry: { plot }, layout }: Frame): void {
  const { smoke, scale } = layout
  g.strokeStyle = palette.text1
  g.lineWidth = 1.4
  g.lineJoin = 'round'
  g.beginPath()
  for (const [from, to] of runs(layout)) {
    for (let i = from; i < to; i += 1) {
      const x = smoke.x[i] ?? 0, y = plot.y + plot.h * (1 - shareOf(scale, smoke.q[5 * i + 2] ?? 0))
      if (i === from) g.moveTo(to - from === 1 ? x - 1 : x, y)
      g.lineTo(to - from === 1 ? x + 1 : x, y)
    }
  }
  g.stroke()
  g.lineWidth = 1
}

/** A note keeps to the side with room, and gives up words rather than cover another. */
function paintNotes({ surface: { g, palette }, geometry: { plot, lane }, layout }: Frame): void {
  let freeFrom = 0
  for (const note of layout.notes) {
    const x = sharp(note.x)
    g.setLineDash([2, 3])
    g.strokeStyle = palette.warn
    g.beginPath()
    g.moveTo(x, lane.h + 2)
    g.lineTo(x, plot.y + plot.h + 4)
    g.stroke()
    g.setLineDash([])
    const left = fitting(g, note.labels, Math.max(0, x - freeFrom - 22))
    const right = left === null ? fitting(g, note.labels, layout.width - x - 22) : null
    const text = left ?? right
    if (text === null) continue
    g.font = `500 11px ${palette.font}`
    const w = g.measureText(text).width + 12
    const at = left === null ? x + 4 : x - w - 4
    label(g, text, { x: at, y: plot.y + 4, ground: palette.warnSoft, ink: palette.warn, font: palette.font })
    g.font = `400 11px ${palette.font}`
    freeFrom = at + w
  }
}
