/** Sign-in throttling (S16): five failures of one account from one address in 15 minutes, then a delay that doubles. */
import { createHash } from 'node:crypto'
import type { Clock } from './types.ts'

const WINDOW_MS = 15 * 60_000
const FREE_FAILURES = 5
const LONGEST_DELAY_MS = 15 * 60_000
const MOST_KEYS = 10_000
const MOST_WAITING = 20

interface Record { failuresMs: number[]; notBeforeMs: number; busy: boolean; waiting: (() => void)[] }

/** Answer to "may this attempt be judged?": done with `failed()` or `passed()`, exactly once. */
export type Turn = { ok: true; failed(): void; passed(): void; released(): void } | { ok: false; retryAfterS: number }

export interface Throttle { turn(account: string, address: string): Promise<Turn> }

/** Attempts with one key are judged one after another, so that a burst of guesses cannot all slip under the limit. */
export function createThrottle(clock: Pick<Clock, 'monotonicMs'>): Throttle {
  const records = new Map<string, Record>()

  const recordOf = (key: string): Record => {
    const known = records.get(key)
    const record = known ?? { failuresMs: [], notBeforeMs: 0, busy: false, waiting: [] }
    records.delete(key)
    records.set(key, record)
    if (known === undefined && records.size > MOST_KEYS) dropOldest(records)
    return record
  }

  return {
    async turn(account, address) {
      const record = recordOf(createHash('sha256').update(`${address}\n${account}`).digest('base64'))
      if (record.busy) {
        if (record.waiting.length >= MOST_WAITING) return { ok: false, retryAfterS: 3 }
        await new Promise<void>((resolve) => record.waiting.push(resolve))
      }
      record.busy = true
      const waitMs = record.notBeforeMs - clock.monotonicMs()
      if (waitMs > 0) {
        release(record)
        return { ok: false, retryAfterS: Math.ceil(waitMs / 1000) }
      }
      return {
        ok: true,
        failed: () => {
          fail(record, clock.monotonicMs())
          release(record)
        },
        passed: () => {
          record.failuresMs = []
          record.notBeforeMs = 0
          release(record)
        },
        released: () => release(record),
      }
    },
  }
}

/** The oldest record that nobody is using goes first. */
function dropOldest(records: Map<string, Record>): void {
  for (const [key, record] of records) {
    if (record.busy) continue
    records.delete(key)
    return
  }
}

function release(record: Record): void {
  const next = record.waiting.shift()
  if (next === undefined) record.busy = false
  else next()
}

/** 1 s after the fifth failure, doubling to 15 minutes. Failures behind a delay count until 15 quiet minutes have followed it. */
function fail(record: Record, nowMs: number): void {
  const delayed = record.notBeforeMs > 0 && nowMs - record.notBeforeMs < WINDOW_MS
  record.failuresMs = [...record.failuresMs.filter((at) => delayed || nowMs - at < WINDOW_MS), nowMs].slice(-64)
  const over = record.failuresMs.length - FREE_FAILURES
  if (over >= 0) record.notBeforeMs = nowMs + Math.min(LONGEST_DELAY_MS, 1000 * 2 ** over)
}
