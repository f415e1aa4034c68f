'use client'
/** Keeps the time window in step with the session, the zone, the selection and the address bar. */
import { useEffect, useRef } from 'react'
import { useSessionState, useSessionStore, useTimeline } from '../../_hooks/session-context.tsx'
import { readPageQuery, writePageQuery } from '../../_lib/window-url.ts'
import { useZone } from '../shell/zone-context.tsx'
import type { SessionUi } from './session-ui.tsx'

/** The address is rewritten at most this often: browsers limit it, and a drag changes the window many times a second. */
const WRITE_EVERY_MS = 500

export function useTimelineSync(ui: Pick<SessionUi, 'finding' | 'run'>): void {
  const store = useSessionStore()
  const timeline = useTimeline()
  const { utc } = useZone()
  const { caughtUp, point } = useSessionState()
  useEffect(() => timeline.setUtc(utc), [timeline, utc])
  useEffect(() => {
    if (point) timeline.setCrosshair(point.atMs)
  }, [timeline, point])
  useEffect(() => {
    const grow = (): void => {
      const state = store.state()
      const view = store.view()
      if (view.createdAtMs === 0) return
      timeline.setExtent(view.createdAtMs, Math.max(view.atMs, state.replay?.toMs ?? 0))
    }
    grow()
    return store.subscribeData(grow)
  }, [store, timeline])
  const restored = useRef(false)
  useEffect(() => {
    if (!caughtUp || restored.current) return
    restored.current = true
    timeline.fromQuery(readPageQuery(new URLSearchParams(location.search)).window)
  }, [caughtUp, timeline])
  useAddress(ui, restored)
}

function useAddress({ finding, run }: Pick<SessionUi, 'finding' | 'run'>, restored: { current: boolean }): void {
  const timeline = useTimeline()
  const { view } = useSessionState()
  const runId = view.runs.length > 1 && run !== view.runs.at(-1) ? run?.runId ?? null : null
  const findingId = finding?.id ?? null
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null
    const write = (): void => {
      timer = null
      if (!restored.current) return
      const query = writePageQuery(new URLSearchParams(location.search), { window: timeline.toQuery(), sel: findingId, run: runId })
      const next = query.size > 0 ? `?${query}` : ''
      if (next !== location.search) history.replaceState(history.state, '', location.pathname + next)
    }
    const later = (): void => { timer ??= setTimeout(write, WRITE_EVERY_MS) }
    later()
    const stop = timeline.subscribe(later)
    return () => {
      stop()
      if (timer !== null) clearTimeout(timer)
    }
  }, [timeline, findingId, runId, restored])
}
