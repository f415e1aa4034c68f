/** Keys of the latency chart. The session page may call the same function for keys pressed elsewhere. */
import { indexAt, nearestIndex, placeOf } from '#lib/timeline/series.ts'
import type { WindowStore } from '#lib/timeline/window-store.ts'
import type { PingSource } from './source.ts'

export interface ChartKey { key: string; shift: boolean }

const ZOOM = 0.5

/** Applies a key; false when it means nothing here. Arrows move the crosshair one probe (Shift: ten). */
export function chartKey({ key, shift }: ChartKey, { store, source }: { store: WindowStore; source: PingSource }): boolean {
  const { fromMs, toMs, crosshairMs } = store.get()
  const around = crosshairMs !== null && crosshairMs >= fromMs && crosshairMs <= toMs ? crosshairMs : (fromMs + toMs) / 2
  switch (key) {
    case 'ArrowLeft': return step(shift ? -10 : -1, { store, source })
    case 'ArrowRight': return step(shift ? 10 : 1, { store, source })
    case 'Home': return jump(fromMs, { store, source })
    case 'End': return jump(toMs, { store, source })
    case '+': case '=': store.zoom(ZOOM, around); return true
    case '-': store.zoom(1 / ZOOM, around); return true
    case '0': store.follow(null); return true
    case 'l': store.resume(); return true
    case 'Escape': if (crosshairMs === null) return false; store.setCrosshair(null); return true
    default: return false
  }
}

function step(by: number, { store, source }: { store: WindowStore; source: PingSource }): boolean {
  const view = source.view()
  if (!view || view.series.length === 0) return false
  const { crosshairMs, fromMs, toMs } = store.get()
  const last = view.series.length - 1
  const inside = Math.min(last, Math.max(0, indexAt(view, toMs) - 1))
  const from = crosshairMs === null ? inside + (by < 0 ? 1 : 0) : nearestIndex(view, crosshairMs)
  const ms = placeOf(view, Math.max(0, Math.min(last, from + by)))
  store.setCrosshair(ms)
  if (ms < fromMs || ms > toMs) store.setWindow(ms - (toMs - fromMs) / 2, ms + (toMs - fromMs) / 2)
  return true
}

function jump(ms: number, { store, source }: { store: WindowStore; source: PingSource }): boolean {
  const view = source.view()
  const i = view ? nearestIndex(view, ms) : -1
  if (!view || i < 0) return false
  store.setCrosshair(placeOf(view, i))
  return true
}
