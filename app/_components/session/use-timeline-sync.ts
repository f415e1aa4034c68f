'use client'
/** Keeps the time window in step with the session, the zone, the selection and the address bar. */
import { useEffect, useRef } from 'react'
import { TEN_MIN } from '#lib/timeline/window-store.ts'
import { useSessionState, useSessionStore, useTimeline } from '../../_hooks/session-context.tsx'
import { readPageQuery, writePageQuery } from '../../_lib/window-url.ts'
import { useZone } from '../shell/zone-context.tsx'
import type { SessionStore } from '../../_hooks/session-store.ts'
import { anyLive } from './mood.ts'
import type { SessionUi } from './session-ui.tsx'

/** The address is rewritten at most this often: browsers limit it, and a drag changes the window many times a second. */
const WRITE_EVERY_MS = 500

export function useTimelineSync(ui: Pick<SessionUi, 'chosenFindingId' | 'run' | 'over'>): void {
  const { over } = ui
  const store = useSessionStore()
  const timeline = useTimeline()
  const { utc } = useZone()
  const { caughtUp, point, notReceivedSinceMs } = useSessionState()
  useEffect(() => timeline.setUtc(utc), [timeline, utc])
  useEffect(() => {
    if (point) timeline.setCrosshair(point.atMs)
  }, [timeline, point])
  const waiting = notReceivedSinceMs !== null
  useEffect(() => {
    const grow = (): void => timeline.setExtent(...extentOf(store), over || store.state().replay !== null)
    grow()
    const stop = store.subscribeData(grow)
    const timer = waiting ? setInterval(grow, 1000) : null
    return () => {
      stop()
      if (timer !== null) clearInterval(timer)
    }
  }, [store, timeline, waiting, over])
  const restored = useRef(false)
  useEffect(() => {
    if (!caughtUp || restored.current) return
    restored.current = true
    const query = readPageQuery(new URLSearchParams(location.search)).window
    const { startMs, nowMs } = timeline.get()
    if (over && nowMs - startMs < TEN_MIN) timeline.follow(null) // a short one that is over is seen whole
    timeline.fromQuery(query)
  }, [caughtUp, timeline, over])
  useAddress(ui, restored)
}

/** Start and now of the session. While nothing is received from a live run, time goes on by the clock: that stretch is drawn as not received. */
function extentOf(store: SessionStore): [startMs: number, nowMs: number] {
  const { replay, notReceivedSinceMs, serverOffsetMs } = store.state()
  const view = store.view()
  const byClockMs = notReceivedSinceMs !== null && anyLive(view) ? Date.now() + (serverOffsetMs ?? 0) : 0
  return [view.createdAtMs, Math.max(view.atMs, replay?.toMs ?? 0, byClockMs)]
}

function useAddress({ chosenFindingId, run }: Pick<SessionUi, 'chosenFindingId' | 'run'>, restored: { current: boolean }): void {
  const timeline = useTimeline()
  const { view } = useSessionState()
  const runId = view.runs.length > 1 && run !== view.runs.at(-1) ? run?.runId ?? null : null
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null
    const write = (): void => {
      timer = null
      if (!restored.current) return
      const query = writePageQuery(new URLSearchParams(location.search), { window: timeline.toQuery(), sel: chosenFindingId, run: runId })
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
  }, [timeline, chosenFindingId, runId, restored])
}
