/** Sliding window: at most `limit` happenings a key in any `windowMs`. Memory is bounded by keys times limit. */
import type { Clock } from '../access/types.ts'

/** May it happen? If not: whole seconds until it may. */
export type Verdict = { ok: true } | { ok: false; retryAfterS: number }

export interface WindowRule { limit: number; windowMs: number; maxKeys?: number }

export interface Window {
  /** Counts one happening if there is room. A refused one is not counted. */
  take(key: string): Verdict
  /** Is there room? Counts nothing. */
  look(key: string): Verdict
  /** Keys held now. */
  size(): number
}

const MOST_KEYS = 10_000

/** Beyond `maxKeys` (10,000) the key that was longest untouched is forgotten. */
export function createWindow(rule: WindowRule, clock: Pick<Clock, 'monotonicMs'>): Window {
  const { limit, windowMs, maxKeys = MOST_KEYS } = rule
  const happenings = new Map<string, number[]>()

  const recent = (key: string, nowMs: number): number[] => (happenings.get(key) ?? []).filter((at) => nowMs - at < windowMs)

  const judge = (times: readonly number[], nowMs: number): Verdict => {
    if (times.length < limit) return { ok: true }
    const oldest = times[times.length - limit] ?? nowMs
    return { ok: false, retryAfterS: Math.max(1, Math.ceil((oldest + windowMs - nowMs) / 1000)) }
  }

  return {
    take(key) {
      const nowMs = clock.monotonicMs()
      const times = recent(key, nowMs)
      const verdict = judge(times, nowMs)
      if (verdict.ok) times.push(nowMs)
      happenings.delete(key)
      happenings.set(key, times)
      if (happenings.size > maxKeys) forgetOldest(happenings)
      return verdict
    },
    look(key) {
      const nowMs = clock.monotonicMs()
      return judge(recent(key, nowMs), nowMs)
    },
    size: () => happenings.size,
  }
}

/** Drops the key that was used longest ago (a Map keeps insertion order and every use inserts anew). */
export function forgetOldest(map: Map<string, unknown>): void {
  const oldest = map.keys().next()
  if (!oldest.done) map.delete(oldest.value)
}
