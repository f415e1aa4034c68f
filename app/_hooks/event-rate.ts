/** Events per second over the last ten seconds (over the time since the first, while that is less), from batches as they come. */

const WINDOW_S = 10

export interface EventRate { add(count: number, nowMs: number): void; perS(nowMs: number): number }

export function createEventRate(): EventRate {
  const counts = new Map<number, number>()
  let firstMs = Number.NaN
  const forget = (second: number): void => { for (const key of counts.keys()) if (key <= second - WINDOW_S) counts.delete(key) }
  return {
    add(count, nowMs) {
      if (Number.isNaN(firstMs)) firstMs = nowMs
      const second = Math.floor(nowMs / 1000)
      forget(second)
      counts.set(second, (counts.get(second) ?? 0) + count)
    },
    perS(nowMs) {
      forget(Math.floor(nowMs / 1000))
      let sum = 0
      for (const count of counts.values()) sum += count
      const livedS = Number.isNaN(firstMs) ? WINDOW_S : Math.max(1, (nowMs - firstMs) / 1000)
      return sum / Math.min(WINDOW_S, livedS)
    },
  }
}
