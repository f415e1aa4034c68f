/** Paints the session brush: median and losses of the whole session, with the window on it. */
import type { Clock } from '#lib/format/time.ts'
import type { Overview } from '#lib/timeline/overview.ts'
import { timeTicks } from '#lib/timeline/time-ticks.ts'
import type { Geometry } from './geometry.ts'
import { sharp, type Surface } from './surface.ts'

export interface BrushFrame { surface: Surface; geometry: Geometry; overview: Overview; changes: readonly { ms: number }[]; fromMs: number; toMs: number; clock: Clock }

const LABELS_H = 13
const PIXELS_PER_BIN = 4
export const brushBins = (geometry: Geometry): number => Math.max(8, Math.floor(geometry.plotWidth / PIXELS_PER_BIN))

/** Pixel of a moment on the brush, within the plot. */
export const brushX = ({ geometry, overview }: Pick<BrushFrame, 'geometry' | 'overview'>, ms: number): number =>
  geometry.left + (geometry.plotWidth * (ms - overview.fromMs)) / Math.max(1, overview.toMs - overview.fromMs)

export function paintBrush(frame: BrushFrame): void {
  const { surface: { g, palette, height }, geometry } = frame
  const h = height - LABELS_H
  g.fillStyle = palette.surface1
  g.fillRect(geometry.left, 0, geometry.plotWidth, h)
  paintSession(frame, h)
  paintChanges(frame, h)
  paintWindow(frame, h)
  g.fillStyle = palette.axis
  g.textAlign = 'center'
  const { overview, clock } = frame
  for (const { ms, label } of timeTicks({ fromMs: overview.fromMs, toMs: overview.toMs, width: geometry.plotWidth * 0.75, clock }).ticks) {
    const x = brushX(frame, ms)
    if (x > geometry.left + 18 && x < geometry.width - 26) g.fillText(label, x, height - 5)
  }
  g.textAlign = 'right'
  if (!geometry.narrow) g.fillText('session', geometry.left - 8, h / 2)
}

function paintSession({ surface: { g, palette }, geometry, overview }: BrushFrame, h: number): void {
  const { bins, medianMs, lost, judged, topMs } = overview
  const x = (bin: number): number => geometry.left + (geometry.plotWidth * bin) / bins
  const binPx = geometry.plotWidth / bins
  g.strokeStyle = palette.lat
  g.lineWidth = 1.2
  g.beginPath()
  let pen = false
  for (let b = 0; b < bins; b += 1) {
    const v = medianMs[b] ?? Number.NaN
    if (v !== v) { pen = pen && (judged[b] ?? 0) === 0; continue }
    const y = h - 2 - (h - 9) * Math.min(1, v / (topMs * 1.15))
    if (pen) g.lineTo(x(b + 0.5), y)
    else { g.moveTo(x(b + 0.5) - 1, y); g.lineTo(x(b + 0.5), y) }
    pen = true
  }
  g.stroke()
  g.fillStyle = palette.loss
  for (let b = 0; b < bins; b += 1) {
    if ((lost[b] ?? 0) === 0) continue
    g.fillRect(x(b), 0, Math.max(1.5, binPx - 1), Math.min(10, 3 + (30 * (lost[b] ?? 0)) / Math.max(1, judged[b] ?? 1) / 4))
  }
}

/** Changes of route: the same dashed amber as on the chart. */
function paintChanges(frame: BrushFrame, h: number): void {
  const { surface: { g, palette }, geometry, changes } = frame
  g.strokeStyle = palette.warn
  g.lineWidth = 1
  g.setLineDash([2, 2])
  g.beginPath()
  for (const { ms } of changes) {
    const x = sharp(brushX(frame, ms))
    if (x < geometry.left || x > geometry.left + geometry.plotWidth) continue
    g.moveTo(x, 1)
    g.lineTo(x, h - 1)
  }
  g.stroke()
  g.setLineDash([])
}

function paintWindow(frame: BrushFrame, h: number): void {
  const { surface: { g, palette }, geometry, fromMs, toMs } = frame
  const end = geometry.left + geometry.plotWidth
  const x0 = Math.max(geometry.left, brushX(frame, fromMs)), x1 = Math.min(end, brushX(frame, toMs))
  if (x1 < x0) return
  g.fillStyle = palette.bg
  g.globalAlpha = 0.55
  g.fillRect(geometry.left, 0, x0 - geometry.left, h)
  g.fillRect(x1, 0, end - x1, h)
  g.fillStyle = palette.accent
  g.globalAlpha = 0.1
  g.fillRect(x0, 0, x1 - x0, h)
  g.globalAlpha = 1
  g.strokeStyle = palette.accent
  g.lineWidth = 1
  g.strokeRect(sharp(x0), 0.5, Math.max(1, Math.floor(x1 - x0) - 1), h - 1)
  for (const x of [x0, x1]) {
    g.fillStyle = palette.accent
    g.beginPath()
    g.roundRect(x - 2.5, h / 2 - 7, 5, 14, 2)
    g.fill()
  }
}
