/** Distinct things a key touches in a window: stops a scan, lets somebody repeat the same target freely. */
import type { Clock } from '../access/types.ts'
import { forgetOldest, type Verdict, type WindowRule } from './window.ts'

export interface DistinctWindow {
  /** Counts `item` if it was not counted for this key within the window. */
  take(key: string, item: string): Verdict
}

const MOST_KEYS = 10_000

/** At most `limit` items are held a key, `maxKeys` keys. */
export function createDistinctWindow(rule: WindowRule, clock: Pick<Clock, 'monotonicMs'>): DistinctWindow {
  const { limit, windowMs, maxKeys = MOST_KEYS } = rule
  const held = new Map<string, Map<string, number>>()
  return {
    take(key, item) {
      const nowMs = clock.monotonicMs()
      const items = new Map([...(held.get(key) ?? [])].filter(([, at]) => nowMs - at < windowMs))
      held.delete(key)
      held.set(key, items)
      if (held.size > maxKeys) forgetOldest(held)
      if (items.has(item)) return { ok: true }
      if (items.size < limit) {
        items.set(item, nowMs)
        return { ok: true }
      }
      const oldest = Math.min(...items.values())
      return { ok: false, retryAfterS: Math.max(1, Math.ceil((oldest + windowMs - nowMs) / 1000)) }
    },
  }
}
