'use client'
/** Renders again at most every so often when the source or the window changes: for numbers, not for charts. */
import { useCallback, useRef, useSyncExternalStore } from 'react'
import type { WindowStore } from '#lib/timeline/window-store.ts'
import type { PingSource } from './source.ts'

/** A number that grows with each paced change. `everyMs` 250: four times a second. */
export function usePaced({ source, store, everyMs }: { source: Pick<PingSource, 'subscribe'>; store: WindowStore; everyMs: number }): number {
  const version = useRef(0)
  const subscribe = useCallback((listener: () => void) => {
    let timer = 0
    let toldAt = -Infinity
    let shown = windowKey(store)
    const tell = (): void => {
      timer = 0
      toldAt = performance.now()
      version.current += 1
      listener()
    }
    const changed = (): void => {
      if (timer === 0) timer = window.setTimeout(tell, Math.max(0, toldAt + everyMs - performance.now()))
    }
    const stops = [source.subscribe(changed), store.subscribe(() => {
      const key = windowKey(store)
      if (key === shown) return
      shown = key
      changed()
    })]
    return () => { clearTimeout(timer); for (const stop of stops) stop() }
  }, [source, store, everyMs])
  return useSyncExternalStore(subscribe, () => version.current, () => 0)
}

/** Everything of the window but the crosshair. */
const windowKey = (store: WindowStore): string => {
  const { fromMs, toMs, scale, following, spanMs } = store.get()
  return [fromMs, toMs, scale, following, spanMs].join()
}
