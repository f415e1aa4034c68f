/** Replay: the view at a time is the fold of every event up to it, whatever order the times are asked for in. */
import type { SessionView } from '#lib/session/view.ts'
import { copyCursor, createLogFold, firstCursor, type Cursor, type Reached } from './log-fold.ts'
import { createPackedLog, type PackedLog } from './packed-log.ts'

export interface Player {
  /** What the player reads from; whoever fetches the log adds to it. */
  readonly log: PackedLog
  /** The last event that belongs to this replay. */
  readonly untilSeq: number
  /** Session time of the first event, ms. */
  readonly fromMs: number
  /** Session time at which the last event is due, ms. Grows when a time later than the last event's own is met: the clock was set back. */
  readonly toMs: number
  /** The view after the last event. */
  readonly whole: SessionView
  /** The view at the playhead, at first the whole. The next move may fold the same object on; read it, never keep parts of it. */
  view(): SessionView
  /** Puts the playhead at `tMs` if that is the end, or little has to be folded and is here. Else false, and nothing has changed. */
  move(tMs: number): boolean
  /** The same for any time, in small steps. The playhead moves when it is done; one that is given up leaves what it folded to the next. */
  seek(tMs: number): Generator<Reached, void>
  /** Folds the whole log for the checkpoints alone, so that later seeks are short. */
  explore(): Generator<Reached, void>
}

/**
 * `whole` is the fold of the log up to its own `seq`, and is kept: what a page has that was opened from a snapshot. No event is needed
 * to show the end; every other time is folded from the log. An event is due at the latest time seen so far, so a vantage clock
 * that was set back holds the playhead instead of hiding what came later; on a monotone clock that is the event's own time.
 */
export function createPlayer(whole: SessionView): Player {
  const log = createPackedLog()
  const untilSeq = whole.seq
  const fold = createLogFold(log, untilSeq)
  const toMs = (): number => Math.max(whole.atMs, fold.latestMs())
  /** Null: at the end, where the whole is shown. */
  let shown: Cursor | null = null
  /** Given up by a seek: nobody else's. */
  let left: Cursor | null = null
  let exploring: Cursor | null = null

  /** A fold that is not past `tMs`, from as far as there is one. */
  const startFor = (tMs: number): Cursor => {
    let best: Cursor | null = null
    for (const one of [shown, left, exploring, ...fold.checkpoints]) if (one && one.dueMs <= tMs && one.view.seq > (best?.view.seq ?? 0)) best = one
    if (best === null) return firstCursor()
    if (best !== left) return copyCursor(best)
    left = null
    return best
  }
  const move = (tMs: number): boolean => {
    if (tMs < toMs()) return shown !== null && shown.dueMs <= tMs && fold.now(shown, tMs)
    shown = null
    return true
  }
  return {
    log, whole, untilSeq, fromMs: whole.createdAtMs, move,
    get toMs() { return toMs() },
    view: () => shown?.view ?? whole,
    *seek(tMs) {
      if (move(tMs)) return
      const cursor = startFor(tMs)
      let arrived = false
      try {
        yield* fold.to(cursor, tMs)
        arrived = true
      } finally {
        if (arrived) shown = cursor
        else left = cursor
      }
    },
    *explore() {
      while ((exploring?.view.seq ?? 0) < untilSeq) {
        const from: Cursor = copyCursor(fold.checkpoints.at(-1) ?? firstCursor())
        exploring = from
        for (const reached of fold.to(from, Number.POSITIVE_INFINITY)) {
          yield reached
          if ((fold.checkpoints.at(-1)?.view.seq ?? 0) > from.view.seq) break // somebody else went farther
        }
      }
      exploring = null
    },
  }
}
