/** How long to wait before a connection is tried again. */

const FIRST_MS = 1_000
const LONGEST_MS = 15_000

/** Doubles from 1 s to 15 s; spread by a quarter, so that a restarted server is not met by everyone at once. `random` is in [0, 1). */
export function retryDelayMs(attempt: number, random: number): number {
  const base = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.max(0, attempt - 1))
  return Math.round(base * (0.75 + random * 0.5))
}
