'use client'
/** The session's crosshair on a chart that is drawn in percent of the window. Renders alone when it moves. */
import { useSyncExternalStore } from 'react'
import type { WindowStore } from '#lib/timeline/window-store.ts'

export function CrosshairMark({ store, height }: { store: WindowStore; height: number }) {
  const read = (): string | null => {
    const { crosshairMs, fromMs, toMs } = store.get()
    return crosshairMs === null || crosshairMs < fromMs || crosshairMs > toMs ? null : `${((100 * (crosshairMs - fromMs)) / Math.max(1, toMs - fromMs)).toFixed(2)}%`
  }
  const x = useSyncExternalStore(store.subscribe, read, () => null)
  return x === null ? null : <line x1={x} x2={x} y1="0" y2={height} className="stroke-accent" strokeWidth="1" />
}
