'use client'
/** Hands the one session store and the one time window down the session page. */
import { createContext, use, useMemo, useSyncExternalStore, type ReactNode } from 'react'
import type { WindowState, WindowStore } from '#lib/timeline/window-store.ts'
import type { SessionState, SessionStore } from './session-store.ts'

interface Stores { store: SessionStore; timeline: WindowStore }
const SessionContext = createContext<Stores | null>(null)

export function SessionProvider({ store, timeline, children }: Stores & { children: ReactNode }) {
  const stores = useMemo(() => ({ store, timeline }), [store, timeline])
  return <SessionContext value={stores}>{children}</SessionContext>
}

function useStores(): Stores {
  const stores = use(SessionContext)
  if (!stores) throw new Error('session hooks are called outside a session page')
  return stores
}

/** The store itself: for canvases (`view`, `subscribeData`) and for actions. */
export const useSessionStore = (): SessionStore => useStores().store

/** The state, re-rendering at most 4 times a second. */
export function useSessionState(): SessionState {
  const { store } = useStores()
  return useSyncExternalStore(store.subscribe, store.state, store.state)
}

/** The time window and crosshair of the session, without rendering on their changes. */
export const useTimeline = (): WindowStore => useStores().timeline

/** One fact of the time window; renders only when that fact changes. */
export function useWindow<T>(pick: (state: WindowState) => T): T {
  const { timeline } = useStores()
  const read = (): T => pick(timeline.get())
  return useSyncExternalStore(timeline.subscribe, read, read)
}
