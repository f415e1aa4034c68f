/** Where the cells lie that the canvases draw over, read off the table itself. */

export interface Cell { key: string; x: number; y: number; w: number; h: number }
/** `x` and `y` of a cell's inner left edge and middle, from the corner of the box; empty where the column is not shown. */
export interface Cells { range: readonly Cell[]; heat: readonly Cell[]; height: number }

export function measure(box: HTMLElement): Cells {
  const corner = box.getBoundingClientRect()
  const cells = (name: 'range' | 'heat'): Cell[] => [...box.querySelectorAll<HTMLElement>(`[data-strip="${name}"]`)].flatMap((cell) => {
    const { left, top, width, height } = cell.getBoundingClientRect()
    return width === 0 ? [] : [{ key: cell.dataset.key ?? '', x: left - corner.left, y: top - corner.top + height / 2, w: width, h: height }]
  })
  return { range: cells('range'), heat: cells('heat'), height: box.clientHeight }
}

/** Lays a canvas over a column, `pad` pixels wider on either side; false where there is nothing to cover. */
export function cover(canvas: HTMLCanvasElement, cells: readonly Cell[], { height, pad = 0 }: { height: number; pad?: number }): boolean {
  const first = cells[0]
  canvas.hidden = !first
  if (!first) return false
  const x = Math.min(...cells.map((cell) => cell.x)), end = Math.max(...cells.map((cell) => cell.x + cell.w))
  canvas.style.left = `${x - pad}px`
  canvas.style.width = `${end - x + 2 * pad}px`
  canvas.style.height = `${height}px`
  return true
}
