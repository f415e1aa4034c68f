'use client'
/** The Path view of a session's ping run: wires the session store, the shared window and the zone to the view. */
import { useEffect, useMemo } from 'react'
import type { RunView } from '#lib/session/view.ts'
import { useSessionState, useSessionStore, useTimeline } from '../../_hooks/session-context.tsx'
import { useKeys, type KeyMap } from '../../_hooks/use-keys.ts'
import { useSessionUi } from '../session/session-ui.tsx'
import { useZone } from '../shell/zone-context.tsx'
import { chartKey } from './chart-keys.ts'
import { PingPath } from './ping-path.tsx'
import type { PingSource } from './source.ts'

/** Keys that work anywhere on the page; `l` and Escape are the page's own. */
const PAGE_KEYS = ['ArrowLeft', 'ArrowRight', '+', '=', '-', '0'] as const

/** Widgets that use arrows themselves. */
const ownsKeys = (target: EventTarget | null): boolean => target instanceof Element && target.closest('input,select,[role=slider],[role=tab],[role=log],[role=tablist]') !== null

export function PingView({ run }: { run: RunView }) {
  const session = useSessionStore()
  const store = useTimeline()
  const { clock } = useZone()
  const { notReceivedSinceMs, replay } = useSessionState()
  const { over } = useSessionUi()
  const { runId, target, state, outcome } = run
  const source = useMemo<PingSource>(() => ({
    view: () => session.view().runs.find((one) => one.runId === runId)?.view ?? null,
    subscribe: session.subscribeData,
    nowMs: () => session.view().atMs,
    whole: () => session.state().replay?.whole?.runs.find((one) => one.runId === runId)?.view ?? null,
    playedToMs: () => (session.state().replay?.phase === 'ready' ? session.view().atMs : null),
  }), [session, runId])
  const replaying = replay !== null
  useKeys(Object.fromEntries(PAGE_KEYS.map((key) => [key, (event) => (ownsKeys(event.target) ? false : chartKey({ key, shift: event.shiftKey }, { store, source }) ? undefined : false)] satisfies [string, KeyMap[string]])))
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
  return <PingPath {...{ source, store, clock }} run={{ state, outcome, target: target.host }} disconnectedAtMs={notReceivedSinceMs} brush={!replaying} over={over} />
}
