'use client'
/** While a session is replayed the shared window keeps the playhead in view, whichever view is shown. */
import { useEffect } from 'react'
import { useSessionState, useSessionStore, useTimeline } from '../../_hooks/session-context.tsx'

export function useReplayWindow(): void {
  const session = useSessionStore()
  const store = useTimeline()
  const replaying = useSessionState().replay !== null
  useEffect(() => {
    if (!replaying) return
    // A window that followed now begins with the session; one that somebody chose stays until the playhead leaves it.
    const { following, fromMs, startMs } = store.get()
    if (following && fromMs > startMs) store.toPage(session.state().replay?.atMs ?? startMs)
    const stop = session.subscribeData(() => store.keepVisible(session.view().atMs))
    return () => {
      stop()
      store.resume()
    }
  }, [session, store, replaying])
}
