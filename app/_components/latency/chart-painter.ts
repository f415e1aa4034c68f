/** The canvas side of the latency chart: keeps the layout, paints frames, answers where things are. No React in here. */
import type { Clock } from '#lib/format/time.ts'
import { createTimeline, msAt, xOf, type TimelineLayout } from '#lib/timeline/layout.ts'
import { layoutOverview, type Overview } from '#lib/timeline/overview.ts'
import { timeTicks } from '#lib/timeline/time-ticks.ts'
import { overviewEndMs, type WindowStore } from '#lib/timeline/window-store.ts'
import { geometryOf, type Geometry } from './paint/geometry.ts'
import { brushBins, paintBrush } from './paint/paint-brush.ts'
import { paintPlot } from './paint/paint-plot.ts'
import { paintStrips } from './paint/paint-strips.ts'
import { readPalette, type Palette } from './paint/palette.ts'
import { prepare } from './paint/surface.ts'
import { sourceNow, wordsOf, type PingSource } from './source.ts'

export interface ChartOptions { clock: Clock; notReceivedFromMs: number | null; brush: boolean }

export interface ChartPainter {
  /** Draws one frame from the source and the window. */
  draw(): void
  setOptions(options: ChartOptions): void
  /** Reads the colours again (theme change). */
  recolour(): void
  layout(): TimelineLayout | null
  geometry(): Geometry | null
  /** Pixel on the canvas of a moment, and back. */
  xOf(ms: number): number
  msAt(x: number): number
}

/** The overview follows now this often at the most, and in steps of half a bar: finer would show nothing. */
const OVERVIEW_EVERY_MS = 1000

export function createChartPainter({ main, brush, source, store }: { main: HTMLCanvasElement; brush: HTMLCanvasElement; source: PingSource; store: WindowStore }): ChartPainter {
  const timeline = createTimeline()
  const words = wordsOf(source)
  let palette: Palette | null = null
  let options: ChartOptions | null = null
  let layout: TimelineLayout | null = null
  let geometry: Geometry | null = null
  let overview: { made: Overview; key: string; atMs: number } | null = null

  const drawMain = (colours: Palette, { clock, notReceivedFromMs }: ChartOptions): void => {
    const view = source.view()
    const surface = prepare(main, colours)
    if (!surface || !view) return
    const { fromMs, toMs, scale } = store.get()
    geometry = geometryOf(surface.width, surface.height, words.ttl)
    const { plotWidth: width, plot: { h: height } } = geometry
    layout = timeline.layout({ view, fromMs, toMs, width, height, scale, density: window.devicePixelRatio || 1, nowMs: sourceNow(source), changes: source.changes?.() ?? [], notReceivedFromMs, playedToMs: source.playedToMs?.() ?? null })
    const { ticks } = timeTicks({ fromMs: layout.fromMs, toMs: layout.toMs, width, clock })
    const frame = { surface, geometry, layout, ticks, words }
    paintPlot(frame)
    paintStrips(frame)
  }
  const drawBrush = (colours: Palette, { clock }: ChartOptions): void => {
    const view = source.view()
    const surface = prepare(brush, colours)
    if (!surface || !view || !geometry) return
    const { fromMs, toMs, startMs, nowMs, over } = store.get()
    const bins = brushBins(geometry)
    const endMs = overviewEndMs({ startMs, nowMs, over })
    const key = [bins, startMs, over ? endMs : 0, view.firstSentMs, view.series.first > 1 ? 1 : 0].join()
    const everyMs = Math.max(OVERVIEW_EVERY_MS, (endMs - startMs) / bins / 2)
    if (!overview || overview.key !== key || Math.abs(nowMs - overview.atMs) >= everyMs) overview = { made: layoutOverview(view, { fromMs: startMs, toMs: endMs, bins }), key, atMs: nowMs }
    paintBrush({ surface, geometry, overview: overview.made, changes: source.changes?.() ?? [], fromMs, toMs, clock })
  }
  return {
    draw() {
      if (!options) return
      palette ??= readPalette(main)
      drawMain(palette, options)
      if (options.brush) drawBrush(palette, options)
    },
    setOptions(next) { options = next },
    recolour() { palette = null },
    layout: () => layout,
    geometry: () => geometry,
    xOf: (ms) => (layout && geometry ? geometry.left + xOf(layout, ms) : 0),
    msAt: (x) => (layout && geometry ? msAt(layout, x - geometry.left) : 0),
  }
}
