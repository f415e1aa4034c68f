'use client'
/** Hands the one session store down the session page. */
import { createContext, use, useSyncExternalStore, type ReactNode } from 'react'
import type { SessionState, SessionStore } from './session-store.ts'

const SessionContext = createContext<SessionStore | null>(null)

export function SessionProvider({ store, children }: { store: SessionStore; children: ReactNode }) {
  return <SessionContext value={store}>{children}</SessionContext>
}

/** The store itself: for canvases (`view`, `subscribeData`) and for actions. */
export function useSessionStore(): SessionStore {
  const store = use(SessionContext)
  if (!store) throw new Error('useSessionStore is called outside a session page')
  return store
}

/** The state, re-rendering at most 4 times a second. */
export function useSessionState(): SessionState {
  const store = useSessionStore()
  return useSyncExternalStore(store.subscribe, store.state, store.state)
}
