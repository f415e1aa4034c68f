/** What the pill beside the target says: one word for the whole session. Pure. */
import type { RunView, SessionView } from '#lib/session/view.ts'
import type { SessionState } from '../../_hooks/session-store.ts'
import type { PillTone } from '../ui/pill.tsx'

export interface Mood {
  word: string
  tone: PillTone
  dot: boolean
  /** Session time that the age counts from, and to; `toMs` null = still counting. */
  fromMs: number | null
  toMs: number | null
  /** Follows the time. */
  after?: string
}

export const isLive = (run: RunView): boolean => run.state === 'running' || run.state === 'queued'

export const anyLive = (view: SessionView): boolean => view.runs.some(isLive)

/** How this viewer looks: does the window follow now, and was the session frozen for them at a moment? */
export interface Looking { following: boolean; frozen: boolean }

/** Connection first, then the playhead, then the runs. */
export function moodOf({ view, connection, replay, caughtUp }: Pick<SessionState, 'view' | 'connection' | 'replay' | 'caughtUp'>, { following, frozen }: Looking): Mood {
  const started = view.createdAtMs || null
  if (connection.state === 'reconnecting') return { word: connection.restarting ? 'Restarting' : 'Reconnecting', tone: 'warn', dot: true, fromMs: null, toMs: null }
  if (!caughtUp || connection.state === 'connecting') return { word: 'Opening', tone: 'neutral', dot: false, fromMs: null, toMs: null }
  if (replay) return replayMood(replay)
  if (frozen && anyLive(view)) return { word: 'Frozen', tone: 'neutral', dot: false, fromMs: null, toMs: view.atMs }
  if (view.runs.some((run) => run.state === 'running')) return { word: following ? 'Live' : 'Paused', tone: following ? 'ok' : 'neutral', dot: true, fromMs: started, toMs: null }
  if (view.runs.some((run) => run.state === 'queued')) return { word: 'Waiting', tone: 'neutral', dot: true, fromMs: started, toMs: null }
  const last = view.runs.at(-1)
  const interrupted = last?.state === 'interrupted'
  return { word: interrupted ? 'Interrupted' : 'Ended', tone: interrupted ? 'warn' : 'neutral', dot: false, fromMs: null, toMs: endOf(view) }
}

/** `Ended 14:48:02, replaying`; of a session that still runs only that it is being replayed. */
function replayMood({ whole, playing }: NonNullable<SessionState['replay']>): Mood {
  const endedMs = whole === null || whole.runs.length === 0 ? null : endOf(whole)
  if (endedMs === null) return { word: playing ? 'Replaying' : 'Replay', tone: 'neutral', dot: false, fromMs: null, toMs: null }
  return { word: 'Ended', tone: 'neutral', dot: false, fromMs: null, toMs: endedMs, after: playing ? ', replaying' : ', replay' }
}

/** When the last run ended; null while one is live. */
export function endOf(view: SessionView): number | null {
  if (anyLive(view)) return null
  const ends = view.runs.flatMap((run) => run.endedAtMs ?? [])
  return ends.length === 0 ? null : Math.max(...ends)
}
