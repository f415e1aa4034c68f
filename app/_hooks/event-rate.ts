/** Events per second over the last ten seconds, from batches as they come. */

const WINDOW_S = 10

export interface EventRate { add(count: number, nowMs: number): void; perS(nowMs: number): number }

export function createEventRate(): EventRate {
  const counts = new Map<number, number>()
  const forget = (second: number): void => { for (const key of counts.keys()) if (key <= second - WINDOW_S) counts.delete(key) }
  return {
    add(count, nowMs) {
      const second = Math.floor(nowMs / 1000)
      forget(second)
      counts.set(second, (counts.get(second) ?? 0) + count)
    },
    perS(nowMs) {
      forget(Math.floor(nowMs / 1000))
      let sum = 0
      for (const count of counts.values()) sum += count
      return sum / WINDOW_S
    },
  }
}
