/** Look-ups that nobody waits for: a few at once, each question asked once, answers kept for a while and shared by all runs. */

export interface Kept<T> { value: T; goodForMs: number }

export interface Lookups<T> {
  /** Hands over what is known, at once if it is. Called exactly once for each call; null: nobody could say. */
  look(key: string, done: (value: T | null) => void): void
}

export interface LookupOptions<T> {
  /** Asks. Null: nobody could say. Must not reject. */
  ask(key: string): Promise<Kept<T> | null>
  /** How long it is not asked again when nobody could say. */
  unknownForMs: number
  /** Questions at once. Default 8. */
  atOnce?: number
  /** Answers kept, least recently used go first. Default 4096. */
  most?: number
  /** Questions that wait; a question beyond them is answered with null and may be asked again. Default 4096. */
  waitingMost?: number
  nowMs?: () => number
}

export function createLookups<T>(options: LookupOptions<T>): Lookups<T> {
  const { ask, unknownForMs, atOnce = 8, most = 4096, waitingMost = 4096, nowMs = () => performance.now() } = options
  const known = new Map<string, { value: T | null; untilMs: number }>()
  const asked = new Map<string, ((value: T | null) => void)[]>()
  const queue: string[] = []
  let active = 0

  const keep = (key: string, kept: Kept<T> | null): void => {
    known.set(key, { value: kept?.value ?? null, untilMs: nowMs() + (kept?.goodForMs ?? unknownForMs) })
    const [oldest] = known.keys()
    if (known.size > most && oldest !== undefined) known.delete(oldest)
  }
  const settle = (key: string, kept: Kept<T> | null): void => {
    keep(key, kept)
    const waiting = asked.get(key) ?? []
    asked.delete(key)
    active -= 1
    for (const done of waiting) done(kept?.value ?? null)
    next()
  }
  function next(): void {
    while (active < atOnce) {
      const key = queue.shift()
      if (key === undefined) return
      active += 1
      void ask(key).then((kept) => settle(key, kept))
    }
  }
  return {
    look(key, done) {
      const held = known.get(key)
      known.delete(key)
      if (held !== undefined && held.untilMs > nowMs()) {
        known.set(key, held)
        done(held.value)
        return
      }
      const waiting = asked.get(key)
      if (waiting !== undefined) { waiting.push(done); return }
      if (queue.length >= waitingMost) { done(null); return }
      asked.set(key, [done])
      queue.push(key)
      next()
    },
  }
}
