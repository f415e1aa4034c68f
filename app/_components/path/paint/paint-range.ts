/** Paints the range graph: best to worst, middle half, median, last, and the medians joined from hop to hop. */
import { shareOf, type ValueScale } from '#lib/timeline/scale.ts'
import { sharp, type Surface } from '../../latency/paint/surface.ts'
import type { StripRow } from '../strips.ts'
import type { Cell } from './measure.ts'

const HEAD_PX = 26
/** Room on either side of the scale, so that a dot at its end is whole. */
export const PAD_PX = 4

interface Frame { surface: Surface; cells: readonly Cell[]; rows: ReadonlyMap<string, StripRow>; scale: ValueScale }

export function paintRange({ surface, cells, rows, scale }: Frame): void {
  const { g, palette, height, width } = surface
  const place = (ms: number): number => PAD_PX + (width - 2 * PAD_PX) * shareOf(scale, ms)
  g.strokeStyle = palette.grid
  g.beginPath()
  for (const tick of scale.ticks) {
    const x = sharp(place(tick))
    g.moveTo(x, HEAD_PX)
    g.lineTo(x, height)
  }
  g.stroke()
  const drawn = cells.flatMap((cell) => {
    const row = rows.get(cell.key)
    return row && row.look !== 'silent' && Number.isFinite(row.figures.p50Ms) ? [{ row, y: Math.round(cell.y) }] : []
  })
  for (const { row, y } of drawn) paintRow(surface, { row, y, place })
  paintJoin(surface, drawn.filter(({ row }) => row.look === 'plain').map(({ row, y }) => ({ x: place(row.figures.p50Ms), y })))
  for (const { row, y } of drawn) dot(surface, { x: place(row.figures.p50Ms), y, colour: row.look === 'struck' ? palette.text3 : palette.text1 })
}

function paintRow({ g, palette }: Surface, { row: { figures, look }, y, place }: { row: StripRow; y: number; place: (ms: number) => number }): void {
  const best = place(figures.minMs), worst = place(figures.maxMs), low = place(figures.p25Ms), high = place(figures.p75Ms)
  const dim = look === 'struck' ? 0.45 : 1
  g.globalAlpha = dim
  g.strokeStyle = palette.line3
  g.beginPath()
  g.moveTo(best, y + 0.5)
  g.lineTo(worst, y + 0.5)
  for (const x of [best, worst]) { g.moveTo(sharp(x), y - 2); g.lineTo(sharp(x), y + 3) }
  g.stroke()
  g.globalAlpha = 0.34 * dim
  g.fillStyle = palette.lat
  g.beginPath()
  g.roundRect(low, y - 3, Math.max(1.5, high - low), 7, 1.5)
  g.fill()
  g.globalAlpha = dim
  g.strokeStyle = palette.lat
  g.lineWidth = 1.2
  g.beginPath()
  g.arc(place(figures.lastMs), y + 0.5, 2, 0, 7)
  g.stroke()
  g.lineWidth = 1
  g.globalAlpha = 1
}

function paintJoin({ g, palette }: Surface, points: readonly { x: number; y: number }[]): void {
  g.globalAlpha = 0.55
  g.strokeStyle = palette.text1
  g.lineWidth = 1.1
  g.lineJoin = 'round'
  g.beginPath()
  for (const { x, y } of points) g.lineTo(x, y + 0.5)
  g.stroke()
  g.lineWidth = 1
  g.globalAlpha = 1
}

function dot({ g }: Surface, { x, y, colour }: { x: number; y: number; colour: string }): void {
  g.fillStyle = colour
  g.beginPath()
  g.arc(x, y + 0.5, 2.6, 0, 7)
  g.fill()
}
