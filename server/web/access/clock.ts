/** Clocks. Expiry is judged by one that never goes back, or a stepped clock would lengthen every credential (R13). */
import { readFileSync } from 'node:fs'
import { uptime } from 'node:os'
import { performance } from 'node:perf_hooks'
import type { AccessDb, Clock, Ticker } from './types.ts'
import { textOf } from './rows.ts'

/** The machine's clocks. */
export const systemClock: Clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() }

/** A ticker that does not keep the process alive. */
export const systemTicker: Ticker = (everyMs, work) => {
  const timer = setInterval(work, everyMs)
  timer.unref()
  return () => clearInterval(timer)
}

/** Which boot this is and how long it has lasted, so that a clock set back while we were down is noticed too. */
export interface Boot { id: string; uptimeMs(): number }

/** The kernel's boot id; empty where there is none, and then only the stored high-water mark helps. */
export function systemBoot(): Boot {
  return { id: readBootId(), uptimeMs: () => uptime() * 1000 }
}

function readBootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    return ''
  }
}

/**
 * Wall time that follows forward steps and ignores backward ones: it always advances at least as fast as the monotonic clock, also
 * across restarts. `save` stores how far it has come (call it twice a minute or oftener).
 */
export interface SteadyClock { nowMs(): number; save(): void }

/** Continues from what was stored in `db`; starts at the wall clock when nothing was. */
export function createSteadyClock(parts: { db: AccessDb; clock: Clock; boot: Boot }): SteadyClock {
  const { db, clock, boot } = parts
  let highMs = Math.max(clock.nowMs(), storedMs(db, boot))
  let atMonotonicMs = clock.monotonicMs()
  const nowMs = (): number => {
    const monotonicMs = clock.monotonicMs()
    highMs = Math.max(clock.nowMs(), highMs + Math.max(0, monotonicMs - atMonotonicMs))
    atMonotonicMs = monotonicMs
    return Math.floor(highMs)
  }
  const put = db.sql.prepare('INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value')
  const save = (): void => {
    put.run('clock', `${nowMs()} ${Math.floor(boot.uptimeMs())} ${boot.id}`)
  }
  return { nowMs, save }
}

function storedMs(db: AccessDb, boot: Boot): number {
  const row = db.sql.prepare('SELECT value FROM meta WHERE key = ?').get('clock')
  if (row === undefined) return 0
  const [high = '', uptimeMs = '', id = ''] = textOf(row, 'value').split(' ')
  const passedMs = id !== '' && id === boot.id ? Math.max(0, boot.uptimeMs() - Number(uptimeMs)) : 0
  return Number(high) + passedMs
}
