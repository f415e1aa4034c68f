/** Paints the heat strips: milliseconds above each hop's own best by lightness, losses from the top edge, route changes. */
import { HEAT_CUTS } from '#lib/tools/path/heat.ts'
import { hatch, sharp, type Surface } from '../../latency/paint/surface.ts'
import type { Span } from '../path-rows.ts'
import type { StripRow, Strips } from '../strips.ts'
import type { Cell } from './measure.ts'

const STRIP_PX = 13
const PHONE_STRIP_PX = 9
const SILENT_PX = 8
const LEAST_MARK_PX = 4

/** Five colours, least first. */
export type Ramp = readonly string[]

/** Reads the ramp from the page's tokens. */
export function readRamp(element: Element): Ramp {
  const style = getComputedStyle(element)
  return ['--heat-0', '--heat-1', '--heat-2', '--heat-3', '--heat-4'].map((token) => style.getPropertyValue(token).trim())
}

interface Frame { surface: Surface; cells: readonly Cell[]; rows: ReadonlyMap<string, StripRow>; strips: Strips; window: Span; ramp: Ramp }

export function paintHeat(frame: Frame): void {
  const { surface, cells, rows, strips, window } = frame
  const { g, width } = surface
  const place = (ms: number): number => ((ms - window.fromMs) / Math.max(1, window.toMs - window.fromMs)) * width
  for (const cell of cells) {
    const row = rows.get(cell.key)
    if (!row) continue
    const h = Math.min(cell.h, cell.h < STRIP_PX ? PHONE_STRIP_PX : STRIP_PX)
    const y = Math.round(cell.y - h / 2)
    if (row.look === 'silent') { hatch(g, { x: 0, y: Math.round(cell.y - SILENT_PX / 2), w: width, h: SILENT_PX }, { colour: surface.palette.line2 }); continue }
    g.save()
    g.beginPath()
    g.roundRect(0, y, width, h, 2)
    g.clip()
    paintColumns(frame, { row, y, h, place })
    if (row.look === 'struck') hatch(g, { x: 0, y, w: width, h }, { colour: surface.palette.bg, alpha: 0.75 })
    g.restore()
    paintChanges(surface, strips.changes.filter((change) => change.ttls.includes(row.ttl)).map((change) => place(change.atMs)), { y, h })
  }
}

interface Line { row: StripRow; y: number; h: number; place: (ms: number) => number }

function paintColumns({ surface: { g, palette, width }, strips, ramp }: Frame, { row, y, h, place }: Line): void {
  const { heat, look } = row
  for (let i = 0; i < strips.columns; i += 1) {
    const x0 = Math.round(place(strips.fromMs + i * strips.colMs)), x1 = Math.round(place(strips.fromMs + (i + 1) * strips.colMs))
    if (x1 <= 0 || x0 >= width) continue
    const above = heat.aboveBestMs[i] ?? NaN
    if (!Number.isNaN(above)) {
      const step = HEAT_CUTS.filter((cut) => above > cut).length
      g.fillStyle = ramp[step] ?? palette.lat
      g.fillRect(x0, y, x1 - x0, h)
    }
    const lost = heat.lost[i] ?? 0, sent = heat.sent[i] ?? 0
    if (lost === 0 || sent === 0 || look === 'struck') continue
    const mark = Math.max(LEAST_MARK_PX, Math.round((h * lost) / sent))
    g.fillStyle = palette.bg
    g.fillRect(x0, y, x1 - x0, Math.min(h, mark + 1))
    g.fillStyle = palette.loss
    g.fillRect(x0, y, Math.max(1, x1 - x0), mark)
  }
}

function paintChanges({ g, palette, width }: Surface, xs: readonly number[], { y, h }: { y: number; h: number }): void {
  g.strokeStyle = palette.warn
  g.setLineDash([2, 2])
  g.beginPath()
  for (const x of xs) {
    if (x < 0 || x > width) continue
    g.moveTo(sharp(x), y - 4)
    g.lineTo(sharp(x), y + h + 4)
  }
  g.stroke()
  g.setLineDash([])
}
