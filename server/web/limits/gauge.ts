/** How many of something a key holds at the same time: sockets, runs. */

export interface Gauge {
  /** Takes a place and answers how to give it back (once; more calls do nothing), or null when none is free. */
  enter(key: string): (() => void) | null
  held(key: string): number
}

/** At most `limit` a key. Keys with nothing held take no memory. */
export function createGauge(limit: number): Gauge {
  const counts = new Map<string, number>()
  const leave = (key: string): void => {
    const left = (counts.get(key) ?? 0) - 1
    if (left > 0) counts.set(key, left)
    else counts.delete(key)
  }
  return {
    enter(key) {
      const now = counts.get(key) ?? 0
      if (now >= limit) return null
      counts.set(key, now + 1)
      let inside = true
      return () => {
        if (inside) leave(key)
        inside = false
      }
    },
    held: (key) => counts.get(key) ?? 0,
  }
}
