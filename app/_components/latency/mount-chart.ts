/** Puts a living chart onto its canvases: painter, pacing, pointer, crosshair, theme and size. */
import type { WindowStore } from '#lib/timeline/window-store.ts'
import { createChartPainter, type ChartOptions } from './chart-painter.ts'
import { listenToPointer } from './chart-pointer.ts'
import { showCrosshair, type CrosshairParts } from './crosshair.ts'
import { createFramePacer } from './frame-pacer.ts'
import { wordsOf, type PingSource } from './source.ts'

export interface ChartParts extends CrosshairParts { box: HTMLElement; main: HTMLCanvasElement; brush: HTMLCanvasElement; selection: HTMLElement }
export interface MountedChart { setOptions(options: ChartOptions): void; update(): void; stop(): void }

export function mountChart(parts: ChartParts, { source, store }: { source: PingSource; store: WindowStore }): MountedChart {
  const painter = createChartPainter({ main: parts.main, brush: parts.brush, source, store })
  let options: ChartOptions | null = null
  const cross = (): void => {
    const view = source.view(), layout = painter.layout(), geometry = painter.geometry()
    const { crosshairMs } = store.get()
    showCrosshair(parts, view && layout && geometry && options && crosshairMs !== null ? { view, layout, geometry, clock: options.clock, crosshairMs, words: wordsOf(source) } : null)
  }
  const pacer = createFramePacer(() => { painter.draw(); cross() })
  const ends = new AbortController()
  listenToPointer({ ...parts, painter, store, source }, ends.signal)
  let drawn = ''
  const stops = [
    source.subscribe(() => pacer.data()),
    store.subscribe(() => {
      const { fromMs, toMs, scale, startMs, following } = store.get()
      const key = [fromMs, toMs, scale, startMs].join()
      // While following, the window moves with the data and is drawn with it.
      if (key !== drawn) { drawn = key; if (following) pacer.data(); else pacer.now() }
      cross()
    }),
    watchTheme(() => { painter.recolour(); pacer.now() }, ends.signal),
    watchSize(parts.box, () => pacer.now()),
  ]
  return {
    setOptions(next) { options = next; painter.setOptions(next); pacer.now() },
    update: () => pacer.data(),
    stop() { ends.abort(); pacer.stop(); for (const stop of stops) stop() },
  }
}

/** Calls back when a canvas must be drawn again in other colours or faces. */
export function watchTheme(changed: () => void, signal: AbortSignal): () => void {
  const observer = new MutationObserver(changed)
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme', 'class'] })
  matchMedia('(forced-colors: active)').addEventListener('change', changed, { signal })
  void document.fonts.ready.then(changed)
  return () => observer.disconnect()
}

/** Calls back when the box got another size. */
export function watchSize(box: HTMLElement, changed: () => void): () => void {
  const observer = new ResizeObserver(changed)
  observer.observe(box)
  return () => observer.disconnect()
}
