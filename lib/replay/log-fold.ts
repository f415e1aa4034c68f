/** Folds a packed log forward from wherever a cursor stands, and leaves checkpoints on the way. */
import type { SessionEvent } from '#lib/protocol/events.ts'
import { copySession } from '#lib/session/copy.ts'
import { applyEvent, emptySession } from '#lib/session/fold.ts'
import type { SessionView } from '#lib/session/view.ts'
import type { PackedLog } from './packed-log.ts'

/** Going back folds again from the checkpoint before; so many events apart at the least, and at most this many kept. */
const CHECKPOINT_EVERY = 2_000
const CHECKPOINTS_MAX = 24
/** Events folded between two pauses: two milliseconds of a path. */
const STEP_EVENTS = 200
/** Events that `now` folds at once. */
const NOW_EVENTS = 3_000

/** A fold under way. `dueMs`: when its last event was due, the latest time seen so far; minus infinity before the first. */
export interface Cursor { view: SessionView; dueMs: number }

/** Where folding is, ms of session time. `missing`: it can go on only when the log holds more. */
export interface Reached { reachedMs: number; missing: boolean }

export const firstCursor = (): Cursor => ({ view: emptySession(), dueMs: Number.NEGATIVE_INFINITY })
export const copyCursor = ({ view, dueMs }: Readonly<Cursor>): Cursor => ({ view: copySession(view), dueMs })

export interface LogFold {
  /** In the order of the log; never folded on, only copied. */
  readonly checkpoints: readonly Cursor[]
  /** The latest time met. */
  latestMs(): number
  /** Folds what is due up to `tMs`, with a pause every few milliseconds, waiting (`missing`) for what the log does not hold yet. */
  to(cursor: Cursor, tMs: number): Generator<Reached, void>
  /** The same at once, if it is little and here; else false, and the cursor has not moved. */
  now(cursor: Cursor, tMs: number): boolean
}

/** `untilSeq`: the last event to be folded, whatever the log holds. Memory: at most 24 checkpoints. */
export function createLogFold(log: PackedLog, untilSeq: number): LogFold {
  const every = Math.max(CHECKPOINT_EVERY, Math.ceil(untilSeq / CHECKPOINTS_MAX))
  const checkpoints: Cursor[] = []
  let latestMs = Number.NEGATIVE_INFINITY

  const dueAfter = (dueMs: number, event: SessionEvent): number => {
    const due = Math.max(dueMs, event.atMs)
    if (due > latestMs) latestMs = due
    return due
  }
  const apply = (cursor: Cursor, event: SessionEvent): void => {
    cursor.dueMs = dueAfter(cursor.dueMs, event)
    applyEvent(cursor.view, event)
    // Every cursor begins at the start or as a copy of another: none can be past a checkpoint that was not made.
    if (event.seq === (checkpoints.length + 1) * every) checkpoints.push(copyCursor(cursor))
  }
  /** Events due up to `tMs`; null when they are not all here or more than can be folded at once. */
  const due = ({ view, dueMs }: Cursor, tMs: number): SessionEvent[] | null => {
    const found: SessionEvent[] = []
    for (let seq = view.seq + 1, latest = dueMs; seq <= untilSeq;) {
      const events = log.from(seq)
      if (events === null) return null
      for (const event of events) {
        latest = dueAfter(latest, event)
        if (latest > tMs || event.seq > untilSeq) return found
        if (found.push(event) > NOW_EVENTS) return null
      }
      seq += events.length
    }
    return found
  }
  return {
    checkpoints,
    latestMs: () => latestMs,
    *to(cursor, tMs) {
      let since = 0
      while (cursor.view.seq < untilSeq) {
        const events = log.from(cursor.view.seq + 1)
        if (events === null) yield { reachedMs: cursor.dueMs, missing: true }
        for (const event of events ?? []) {
          if (event.seq > untilSeq || dueAfter(cursor.dueMs, event) > tMs) return
          apply(cursor, event)
          since = (since + 1) % STEP_EVENTS
          if (since === 0) yield { reachedMs: cursor.dueMs, missing: false }
        }
      }
    },
    now(cursor, tMs) {
      const events = due(cursor, tMs)
      for (const event of events ?? []) apply(cursor, event)
      return events !== null
    },
  }
}
