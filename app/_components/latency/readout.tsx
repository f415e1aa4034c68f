'use client'
/** The figures of the window in one strip: round trip, loss, jitter, reply TTL, and routers out and back; or those of connections. */
import { currentTtl, lossOf } from '#lib/timeline/moment.ts'
import type { WindowStore } from '#lib/timeline/window-store.ts'
import { outOf } from '#lib/timeline/way-out.ts'
import type { PathView } from '#lib/tools/path/view.ts'
import type { PingView } from '#lib/tools/ping/view.ts'
import { windowStats } from '#lib/tools/ping/window.ts'
import { ConnectStrip } from '../reach/connect-strip.tsx'
import { FiguresStrip } from './figures.tsx'
import type { PingSource } from './source.ts'
import { usePaced } from './use-paced.ts'

const FOUR_A_SECOND = 250

interface Props {
  source: PingSource
  store: WindowStore
  /** The figures are of before the connection was lost: shown at 72 %. */
  stale?: boolean
}

export function Readout({ source, store, stale = false }: Props) {
  usePaced({ source, store, everyMs: FOUR_A_SECOND })
  const view = source.view()
  const { fromMs, toMs } = store.get()
  if (source.reach !== undefined) return <ConnectStrip address={source.reach()} {...{ fromMs, toMs, stale }} />
  return <ReadoutStrip view={view} path={source.path?.() ?? null} fromMs={fromMs} toMs={toMs} stale={stale} />
}

/** The strip for one view and window; without state, so that it can be drawn anywhere. */
export function ReadoutStrip({ view, path = null, fromMs, toMs, stale = false }: { view: PingView | null; path?: PathView | null; fromMs: number; toMs: number; stale?: boolean }) {
  const stats = view ? windowStats(view, fromMs, toMs) : null
  const { ttl = null, was = null } = currentTtl(view, fromMs, toMs) ?? {}
  const { p50Ms = null, p90Ms = null, p99Ms = null, jitterMs = null } = stats ?? {}
  return <FiguresStrip figures={{ p50Ms, p90Ms, p99Ms, jitterMs, ...(stats ? lossOf(stats) : { lost: 0, of: 0 }), ttl, wasTtl: was, ...outOf(path) }} stale={stale} />
}
