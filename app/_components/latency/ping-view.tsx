'use client'
/** The Path view of a session's ping run: wires the session store, the shared window and the zone to the view. */
import { useEffect, useMemo } from 'react'
import type { RunView } from '#lib/session/view.ts'
import { useSessionState, useSessionStore, useTimeline } from '../../_hooks/session-context.tsx'
import { useZone } from '../shell/zone-context.tsx'
import { PingPath } from './ping-path.tsx'
import type { PingSource } from './source.ts'

export function PingView({ run }: { run: RunView }) {
  const session = useSessionStore()
  const store = useTimeline()
  const { clock } = useZone()
  const { notReceivedSinceMs, replay } = useSessionState()
  const { runId, target, state, outcome } = run
  const source = useMemo<PingSource>(() => ({
    view: () => session.view().runs.find((one) => one.runId === runId)?.view ?? null,
    subscribe: session.subscribeData,
    nowMs: () => session.view().atMs,
    playedToMs: () => (session.state().replay?.phase === 'ready' ? session.view().atMs : null),
  }), [session, runId])
  const replaying = replay !== null
  useEffect(() => (replaying ? session.subscribeData(() => store.keepVisible(session.view().atMs)) : undefined), [session, store, replaying])
  return <PingPath {...{ source, store, clock }} run={{ state, outcome, target: target.host }} disconnectedAtMs={notReceivedSinceMs} brush={!replaying} />
}
