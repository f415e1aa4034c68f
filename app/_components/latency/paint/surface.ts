/** A canvas made ready for one frame: sharp on any screen, cleared, with the label font set. */
import type { Palette } from './palette.ts'

export interface Surface { g: CanvasRenderingContext2D; width: number; height: number; palette: Palette }

/** Sizes the canvas to its box at the screen's density. Null while it has no box or the browser gives no context. */
export function prepare(canvas: HTMLCanvasElement, palette: Palette): Surface | null {
  const width = canvas.clientWidth, height = canvas.clientHeight
  const g = canvas.getContext('2d')
  if (!g || width === 0 || height === 0) return null
  const density = window.devicePixelRatio || 1
  const w = Math.round(width * density), h = Math.round(height * density)
  if (canvas.width !== w || canvas.height !== h) { canvas.width = w; canvas.height = h }
  g.setTransform(density, 0, 0, density, 0, 0)
  g.clearRect(0, 0, width, height)
  g.font = `400 11px ${palette.font}`
  g.textBaseline = 'middle'
  g.globalAlpha = 1
  return { g, width, height, palette }
}

/** The middle of the nearest pixel: where a one-pixel line is sharp. */
export const sharp = (v: number): number => Math.round(v) + 0.5

interface Box { x: number; y: number; w: number; h: number }

/** Diagonal lines across a box. */
export function hatch(g: CanvasRenderingContext2D, { x, y, w, h }: Box, style: { colour: string; alpha?: number; gap?: number }): void {
  const { colour, alpha = 1, gap = 5 } = style
  g.save()
  g.beginPath()
  g.rect(x, y, w, h)
  g.clip()
  g.strokeStyle = colour
  g.globalAlpha = alpha
  g.lineWidth = 1
  g.beginPath()
  // Anchored to the page, not to the box: the pattern must not crawl while the box moves.
  const first = Math.floor((x - h) / gap) * gap
  for (let at = first; at < x + w + h; at += gap) { g.moveTo(at, y + h); g.lineTo(at + h, y) }
  g.stroke()
  g.restore()
}

/** A horizontal line across the plot. */
export function rule(g: CanvasRenderingContext2D, { x, y, w }: Omit<Box, 'h'>, colour: string): void {
  g.strokeStyle = colour
  g.lineWidth = 1
  g.beginPath()
  g.moveTo(x, sharp(y))
  g.lineTo(x + w, sharp(y))
  g.stroke()
}

/** The first of the texts that fits into `room` pixels; null if none does. */
export const fitting = (g: CanvasRenderingContext2D, texts: readonly string[], room: number): string | null => texts.find((text) => g.measureText(text).width <= room) ?? null

/** A small filled label with its left edge at `x`. */
export function label(g: CanvasRenderingContext2D, text: string, at: { x: number; y: number; ground: string; ink: string; font: string }): void {
  g.save()
  g.font = `500 11px ${at.font}`
  const w = g.measureText(text).width + 12
  g.fillStyle = at.ground
  g.beginPath()
  g.roundRect(at.x, at.y, w, 17, 3)
  g.fill()
  g.fillStyle = at.ink
  g.textAlign = 'left'
  g.fillText(text, at.x + 6, at.y + 9)
  g.restore()
}
