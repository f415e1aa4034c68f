'use client'
/** The scrubber of a session: replays what was recorded, or offers to when the session is over. */
import { useDeferredValue, useMemo } from 'react'
import { layoutOverview } from '#lib/timeline/overview.ts'
import { mainRun, shownRuns } from '#lib/session/runs.ts'
import type { SessionView } from '#lib/session/view.ts'
import { hopAsPing } from '#lib/timeline/hop-chart.ts'
import { routeChanges } from '#lib/timeline/route-changes.ts'
import type { ReplayState } from '../../_hooks/session-store.ts'
import { useSessionState, useSessionStore } from '../../_hooks/session-context.tsx'
import { useKeys, type KeyMap } from '../../_hooks/use-keys.ts'
import { anyLive } from '../session/mood.ts'
import { useSessionUi } from '../session/session-ui.tsx'
import { useZone } from '../shell/zone-context.tsx'
import { marksOf, type ReplaySpark } from './replay-marks.ts'
import { ReplayStrip, replayKey } from './replay-strip.tsx'

const BINS = 240
const LEAST_BINS = 12
const DEFAULT_SPEED = 8
const KEYS = ['Space', ',', '.', 'n'] as const

/** What the strip says of a playhead that is on its way, or did not get there. */
const noteOf = (replay: ReplayState | null) => ({
  loading: replay?.phase === 'loading' ? { shownMs: replay.shownMs, reachedMs: replay.reachedMs ?? replay.fromMs, progress: replay.progress ?? 0 } : undefined,
  note: replay?.phase === 'failed' ? replay.problem ?? 'could not be loaded' : undefined,
})

const shownOf = (view: SessionView, runId: string | undefined) => shownRuns(view, view.runs.find((one) => one.runId === runId) ?? mainRun(view))

/** Medians and losses over the whole session: of the ping that is shown, else of the target's hop of the path, else of connections. */
function sparkOf(view: SessionView, runId: string | undefined, span: { fromMs: number; toMs: number }): ReplaySpark {
  const { ping, path, reach } = shownOf(view, runId)
  const series = ping?.view ?? (path === null ? null : hopAsPing(path.view)) ?? reach?.view.addresses[0]?.series ?? null
  if (series === null) return { medianMs: [], lost: [] }
  // Fewer bins than probes, or a short session would be a row of dots.
  const bins = Math.max(LEAST_BINS, Math.min(BINS, Math.floor(series.counts.sent / 2)))
  const { medianMs, lost } = layoutOverview(series, { ...span, bins })
  return { medianMs: [...medianMs].map((ms) => (ms === ms ? ms : null)), lost: [...lost] }
}

export function ReplayBar() {
  const session = useSessionStore()
  const { view, replay } = useSessionState()
  const { run, over } = useSessionUi()
  const { clock } = useZone()
  // The line is as it was when a replay begins: the click need not wait for it.
  const whole = useDeferredValue(replay?.whole ?? view)
  const startMs = replay?.fromMs ?? view.createdAtMs, endMs = replay?.toMs ?? view.atMs
  const spark = useMemo(() => sparkOf(whole, run?.runId, { fromMs: startMs, toMs: endMs }), [whole, run?.runId, startMs, endMs])
  const changes = useMemo(() => { const { path } = shownOf(whole, run?.runId); return path === null ? [] : routeChanges(path.view) }, [whole, run?.runId])
  const findings = useMemo(() => marksOf(replay?.findings ?? view.findings), [replay?.findings, view.findings])
  const seek = (atMs: number): void => { if (replay) session.replay.seek(atMs); else session.replay.enter(Math.max(startMs, Math.min(endMs, atMs))) }
  const play = (playing: boolean): void => {
    if (!replay) session.replay.enter(startMs, true)
    else if (playing) session.replay.play()
    else session.replay.pause()
  }
  // Gives up a move that is still loading.
  useKeys({ Escape: () => { if (replay?.phase === 'loading') session.replay.seek(replay.shownMs); else return false } })
  const atMs = replay?.atMs ?? endMs, playing = replay?.playing ?? false
  useKeys(Object.fromEntries(KEYS.map((key) => [key, () => { replayKey(key, { atMs, playing, findings, onSeek: seek, onPlay: play }) }] satisfies [string, KeyMap[string]])))
  return (
    <ReplayStrip
      {...{ startMs, endMs, findings, changes, spark, clock, atMs, playing }} ended={replay === null ? over : replay.whole !== null && !anyLive(replay.whole)} speed={replay?.speed ?? DEFAULT_SPEED}
      {...noteOf(replay)}
      onSeek={seek} onPlay={play} onSpeed={(speed) => { if (replay) session.replay.setSpeed(speed) }}
    />
  )
}
