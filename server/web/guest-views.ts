/**
 * Folds of narrowed links, one at a time for each link: everybody who reads it meanwhile, or soon after, gets the same one. Folding a day of
 * events takes seconds, so without this a link in many hands (or in one that asks again and again) would take the whole processor.
 */
import type { SessionView } from '#lib/session/view.ts'
import type { Clock } from './access/types.ts'
import { forgetOldest } from './limits/window.ts'

/** A fold is good for this many times as long as it took: a link costs a tenth of the processor at most. */
const TIMES_ITS_COST = 10
const FRESH_MAX_MS = 10_000
const MOST = 32

export interface GuestViews {
  /** The fold under way or still fresh for this link, else what `fold` makes. Do not mutate. */
  of(shareId: string, fold: () => Promise<SessionView>): Promise<SessionView>
}

interface Held { view: Promise<SessionView>; goodUntilMs: number }

export function createGuestViews(clock: Pick<Clock, 'monotonicMs'>): GuestViews {
  const held = new Map<string, Held>()
  return {
    of(shareId, fold) {
      const known = held.get(shareId)
      if (known !== undefined && clock.monotonicMs() < known.goodUntilMs) return known.view
      const startedMs = clock.monotonicMs()
      const entry: Held = { view: fold(), goodUntilMs: Number.POSITIVE_INFINITY }
      held.delete(shareId)
      held.set(shareId, entry)
      if (held.size > MOST) forgetOldest(held)
      const settle = (): void => {
        const tookMs = clock.monotonicMs() - startedMs
        entry.goodUntilMs = clock.monotonicMs() + Math.min(FRESH_MAX_MS, tookMs * TIMES_ITS_COST)
      }
      entry.view.then(() => settle(), () => { entry.goodUntilMs = Number.NEGATIVE_INFINITY })
      return entry.view
    },
  }
}
