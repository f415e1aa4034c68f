'use client'
/** The Path view of a session's runs to one target: wires the session store, the shared window and the zone to the view. */
import { useEffect, useMemo } from 'react'
import type { ShownRuns } from '#lib/session/runs.ts'
import type { RunView } from '#lib/session/view.ts'
import { useSessionState, useSessionStore, useTimeline } from '../../_hooks/session-context.tsx'
import { useKeys, type KeyMap } from '../../_hooks/use-keys.ts'
import { useSessionUi } from '../session/session-ui.tsx'
import { useZone } from '../shell/zone-context.tsx'
import { chartKey } from './chart-keys.ts'
import { HopsBelow } from './hops-below.tsx'
import { sessionSource } from './session-source.ts'
import { TargetPath } from './target-path.tsx'

/** Keys that work anywhere on the page; `l` and Escape are the page's own. */
const PAGE_KEYS = ['ArrowLeft', 'ArrowRight', '+', '=', '-', '0'] as const

/** Widgets that use arrows themselves. */
const ownsKeys = (target: EventTarget | null): boolean => target instanceof Element && target.closest('input,select,[role=slider],[role=tab],[role=log],[role=tablist],[role=grid]') !== null

export function TargetView({ run, shown }: { run: RunView; shown: ShownRuns }) {
  const session = useSessionStore()
  const store = useTimeline()
  const { clock } = useZone()
  const { notReceivedSinceMs, replay } = useSessionState()
  const { over, lower, setLower } = useSessionUi()
  const ids = { ping: shown.ping?.runId ?? null, path: shown.path?.runId ?? null }
  const source = useMemo(() => sessionSource(session, { ping: ids.ping, path: ids.path }), [session, ids.ping, ids.path])
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
  const { state, outcome, target, tool } = shown.ping ?? shown.path ?? run
  const hops = shown.path !== null && (shown.ping === null || lower === 'path') ? <HopsBelow path={shown.path} stale={notReceivedSinceMs !== null} /> : null
  return (
    <TargetPath
      {...{ source, store, clock }} run={{ state, outcome, target: target.host, tool }} address={target.address}
      disconnectedAtMs={notReceivedSinceMs} brush={!replaying} over={over} below={hops}
      onBelow={shown.path !== null && shown.ping !== null ? () => setLower(lower === 'path' ? 'probes' : 'path') : undefined}
    />
  )
}
