'use client'
/** The session's time window, rendered again four times a second at most; and at least once a second while something counts down. */
import { useMemo } from 'react'
import type { WindowStore } from '#lib/timeline/window-store.ts'
import { usePaced } from '../latency/use-paced.ts'

const FOUR_A_SECOND = 250
const QUIET = { subscribe: () => () => undefined }

export function usePacedWindow(store: WindowStore): { fromMs: number; toMs: number } {
  usePaced({ source: QUIET, store, everyMs: FOUR_A_SECOND })
  const { fromMs, toMs } = store.get()
  return useMemo(() => ({ fromMs, toMs }), [fromMs, toMs])
}
