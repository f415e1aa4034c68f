/** Pointer and wheel on the latency chart and its brush: hover, pan, zoom, window. */
import { nearestIndex, placeOf } from '#lib/timeline/series.ts'
import { overviewEndMs, type WindowStore } from '#lib/timeline/window-store.ts'
import type { ChartPainter } from './chart-painter.ts'
import type { PingSource } from './source.ts'

export interface PointerParts { main: HTMLCanvasElement; brush: HTMLCanvasElement; selection: HTMLElement; painter: ChartPainter; store: WindowStore; source: PingSource }

const DRAG_FROM_PX = 4
const WHEEL_STEP = 0.0015

/** Listens until `signal` is aborted. */
export function listenToPointer(parts: PointerParts, signal: AbortSignal): void {
  listenToPlot(parts, signal)
  listenToBrush(parts, signal)
}

/** A moment snapped to the probe nearest to it, as long as one is within reach. */
export function snapped(source: PingSource, ms: number): number {
  const view = source.view()
  const i = view ? nearestIndex(view, ms) : -1
  return view && i >= 0 ? placeOf(view, i) : ms
}

function listenToPlot(parts: PointerParts, signal: AbortSignal): void {
  const { main, painter, store, source, selection } = parts
  let held: { x: number; zoom: boolean; fromMs: number; toMs: number; moved: boolean } | null = null
  const inPlot = (x: number): boolean => { const g = painter.geometry(); return g !== null && x >= g.left && x <= g.left + g.plotWidth }
  main.addEventListener('pointerdown', (event) => {
    if (event.button !== 0 || !inPlot(event.offsetX)) return
    const { fromMs, toMs } = store.get()
    held = { x: event.offsetX, zoom: event.shiftKey, fromMs, toMs, moved: false }
    main.setPointerCapture(event.pointerId)
  }, { signal })
  main.addEventListener('pointermove', (event) => {
    if (!held) { store.setCrosshair(inPlot(event.offsetX) ? snapped(source, painter.msAt(event.offsetX)) : null); return }
    held.moved ||= Math.abs(event.offsetX - held.x) >= DRAG_FROM_PX
    if (!held.moved) return
    if (held.zoom) { markSelection(selection, held.x, event.offsetX); return }
    const geometry = painter.geometry()
    const perPx = (held.toMs - held.fromMs) / Math.max(1, geometry?.plotWidth ?? 1)
    const by = (held.x - event.offsetX) * perPx
    store.setWindow(held.fromMs + by, held.toMs + by)
  }, { signal })
  const release = (event: PointerEvent): void => {
    if (held?.moved && held.zoom && event.type === 'pointerup') {
      const [a, b] = [painter.msAt(held.x), painter.msAt(event.offsetX)]
      store.setWindow(Math.min(a, b), Math.max(a, b))
    }
    markSelection(selection, 0, 0)
    held = null
  }
  main.addEventListener('pointerup', release, { signal })
  main.addEventListener('pointercancel', release, { signal })
  main.addEventListener('pointerleave', () => { if (!held) store.setCrosshair(null) }, { signal })
  main.addEventListener('dblclick', () => store.follow(null), { signal })
  main.addEventListener('wheel', (event) => {
    const geometry = painter.geometry()
    if (!geometry || (event.offsetY < geometry.ttl.y && !event.ctrlKey)) return
    event.preventDefault()
    store.zoom(Math.exp(event.deltaY * WHEEL_STEP), painter.msAt(event.offsetX))
  }, { signal, passive: false })
}

function markSelection(selection: HTMLElement, a: number, b: number): void {
  selection.hidden = a === b
  selection.style.left = `${Math.min(a, b)}px`
  selection.style.width = `${Math.abs(b - a)}px`
}

type Grip = 'from' | 'to' | 'all'
const GRIP_PX = 7

function listenToBrush({ brush, painter, store }: PointerParts, signal: AbortSignal): void {
  let held: { grip: Grip; atMs: number; fromMs: number; toMs: number } | null = null
  const msAtX = (x: number): number => {
    const g = painter.geometry()
    const { startMs, nowMs, over } = store.get()
    const endMs = overviewEndMs({ startMs, nowMs, over })
    return g ? startMs + ((x - g.left) / g.plotWidth) * (endMs - startMs) : startMs
  }
  brush.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return
    const atMs = msAtX(event.offsetX)
    const { fromMs, toMs } = store.get()
    const slack = Math.abs(msAtX(GRIP_PX) - msAtX(0))
    brush.setPointerCapture(event.pointerId)
    if (Math.abs(atMs - fromMs) <= slack) held = { grip: 'from', atMs, fromMs, toMs }
    else if (Math.abs(atMs - toMs) <= slack) held = { grip: 'to', atMs, fromMs, toMs }
    else if (atMs > fromMs && atMs < toMs) held = { grip: 'all', atMs, fromMs, toMs }
    else {
      const span = toMs - fromMs
      held = { grip: 'all', atMs, fromMs: atMs - span / 2, toMs: atMs + span / 2 }
      store.setWindow(held.fromMs, held.toMs)
    }
  }, { signal })
  brush.addEventListener('pointermove', (event) => {
    if (!held) return
    const by = msAtX(event.offsetX) - held.atMs
    if (held.grip === 'all') store.setWindow(held.fromMs + by, held.toMs + by)
    else if (held.grip === 'from') store.setWindow(Math.min(held.fromMs + by, held.toMs - 5000), held.toMs)
    else store.setWindow(held.fromMs, Math.max(held.toMs + by, held.fromMs + 5000))
  }, { signal })
  for (const type of ['pointerup', 'pointercancel'] as const) brush.addEventListener(type, () => { held = null }, { signal })
  brush.addEventListener('dblclick', () => store.follow(null), { signal })
}
