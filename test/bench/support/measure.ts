/** Small tools every benchmark shares. */

/** Three significant digits. */
export const round = (value: number): number => Number(value.toPrecision(3))

/** The value below which the share `q` of the sorted values lies (nearest rank). */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Wall clock with a fraction of a millisecond, comparable between processes of one machine. */
export const nowMs = (): number => performance.timeOrigin + performance.now()

/** Calls `send(n)` for events 0, 1, … at `perS` for `seconds`, each with the moment it was due. */
export async function atRate(perS: number, seconds: number, send: (n: number, dueMs: number) => void): Promise<void> {
  const startMs = nowMs()
  const total = perS * seconds
  for (let n = 0; n < total;) {
    const elapsedMs = nowMs() - startMs
    while (n < total && (n * 1000) / perS <= elapsedMs) {
      send(n, startMs + (n * 1000) / perS)
      n += 1
    }
    const nextMs = (n * 1000) / perS - (nowMs() - startMs)
    await pause(Math.max(0, nextMs))
  }
}
