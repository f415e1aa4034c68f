/** Replay: the view at a time is the fold of every event up to it, whatever order the times are asked for in. */
import type { SessionEvent } from '#lib/protocol/events.ts'
import { copySession } from '#lib/session/copy.ts'
import { applyEvent, emptySession } from '#lib/session/fold.ts'
import type { SessionView } from '#lib/session/view.ts'

/** Going back folds again from the checkpoint before; so many events apart at the least, and at most this many kept. */
const CHECKPOINT_EVERY = 2_000
const CHECKPOINTS_MAX = 24
/** Events folded between two pauses of `preparePlayer`: a few milliseconds. */
const STEP_EVENTS = 500

export interface Player {
  /** Session time of the first and last event, ms. */
  readonly fromMs: number
  readonly toMs: number
  /** The view after the last event. */
  readonly whole: SessionView
  /** The view at `tMs`. The same object is returned until a seek goes back or far ahead; read it, never keep parts of it. */
  seek(tMs: number): SessionView
  /** Session time at which the n-th event (from 0) is due. */
  dueMs(index: number): number
  /** How many events are folded at `tMs`. */
  countAt(tMs: number): number
}

/**
 * `events` are a whole log in seq order. An event is due at the latest time seen so far, so a vantage clock that was set back
 * holds the playhead instead of hiding what came later; on a monotone clock that is the event's own time.
 */
export function createPlayer(events: readonly SessionEvent[]): Player {
  const making = preparePlayer(events)
  for (;;) {
    const step = making.next()
    if (step.done) return step.value
  }
}

/** The same in small steps, so that whoever has a page to keep alive can pause after any of them. Yields the events folded so far. */
export function* preparePlayer(events: readonly SessionEvent[]): Generator<number, Player> {
  const every = Math.max(CHECKPOINT_EVERY, Math.ceil(events.length / CHECKPOINTS_MAX))
  const whole = emptySession()
  const checkpoints: SessionView[] = []
  for (let i = 0; i < events.length; i += 1) {
    const event = events[i]
    if (event) applyEvent(whole, event)
    if ((i + 1) % every === 0) checkpoints.push(copySession(whole))
    if ((i + 1) % STEP_EVENTS === 0) yield i + 1
  }
  return playerOf(events, { whole, checkpoints, every })
}

/** `checkpoints[k]` is the view after `(k + 1) * every` events; never folded on, only copied. */
interface Folded { whole: SessionView; checkpoints: readonly SessionView[]; every: number }

function playerOf(events: readonly SessionEvent[], { whole, checkpoints, every }: Folded): Player {
  const due = dueTimes(events)
  let view = emptySession()
  let folded = 0
  const countAt = (tMs: number): number => upperBound(due, tMs)
  const jumpTo = (count: number): void => {
    const index = Math.floor(count / every)
    const kept = checkpoints[index - 1]
    view = kept ? copySession(kept) : emptySession()
    folded = kept ? index * every : 0
  }
  return {
    fromMs: due[0] ?? 0,
    toMs: due.at(-1) ?? 0,
    whole,
    seek(tMs) {
      const count = countAt(tMs)
      if (count < folded || Math.floor(count / every) * every > folded) jumpTo(count)
      for (; folded < count; folded += 1) {
        const event = events[folded]
        if (event) applyEvent(view, event)
      }
      return view
    },
    dueMs: (index) => due[index] ?? Number.NaN,
    countAt,
  }
}

function dueTimes(events: readonly SessionEvent[]): Float64Array {
  const due = new Float64Array(events.length)
  let latest = Number.NEGATIVE_INFINITY
  events.forEach((event, i) => {
    latest = Math.max(latest, event.atMs)
    due[i] = latest
  })
  return due
}

/** Number of entries that are at most `limit`, in a sorted array. */
function upperBound(sorted: Float64Array, limit: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] ?? Number.POSITIVE_INFINITY) <= limit) low = middle + 1
    else high = middle
  }
  return low
}
