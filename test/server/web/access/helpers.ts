/** What the access tests share: a clock that only moves when told, a folder of their own, a cheap hasher that counts its work. */
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { openAccess, type Access, type AccessParts } from '#server/web/access/access.ts'
import { createHasher, type Derive } from '#server/web/access/hasher.ts'
import type { Clock, Ended, SetupToken, Ticker } from '#server/web/access/types.ts'
import type { Result } from '#lib/protocol/result.ts'

export interface FakeClock extends Clock {
  /** Real time passes: both clocks move. */
  pass(ms: number): void
  /** Somebody sets the wall clock. */
  step(ms: number): void
}

export function fakeClock(startMs = 1_800_000_000_000): FakeClock {
  let wall = startMs
  let mono = 5000
  return {
    nowMs: () => wall,
    monotonicMs: () => mono,
    pass: (ms) => { wall += ms; mono += ms },
    step: (ms) => { wall += ms },
  }
}

/** A folder that is gone after the test. */
export function tempDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'hopscope-access-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

/** A hash that is no protection at all, but fast; `calls` counts the work. */
export function countingDerive(): { derive: Derive; calls: { costs: string[] } } {
  const calls = { costs: [] as string[] }
  return {
    calls,
    derive: ({ password, salt, cost }) => {
      calls.costs.push(`${cost.memoryKib}/${cost.passes}/${cost.lanes}`)
      return Promise.resolve(createHash('sha256').update(salt).update(password.normalize('NFC')).digest())
    },
  }
}

export interface Rig extends Access {
  dir: string
  clock: FakeClock
  announced: SetupToken[]
  ended: Ended[]
  calls: { costs: string[] }
  /** Runs what the tickers would run. */
  tick(): void
}

export function rig(parts: Partial<AccessParts> & { clock?: FakeClock; dir?: string } = {}): Rig {
  const dir = parts.dir ?? tempDir()
  const clock = parts.clock ?? fakeClock()
  const announced: SetupToken[] = []
  const ended: Ended[] = []
  const work: (() => void)[] = []
  const ticker: Ticker = (_, job) => {
    work.push(job)
    return () => work.splice(work.indexOf(job), 1)
  }
  const { derive, calls } = countingDerive()
  const access = openAccess({
    config: { dataDir: dir, shareMaxS: 30 * 86_400 }, announceSetup: (token) => announced.push(token),
    ticker, hasher: createHasher({ derive }), boot: { id: 'boot-1', uptimeMs: clock.monotonicMs }, ...parts, clock,
  })
  access.events.onRevoked((what) => ended.push(what))
  let open = true
  const close = (): void => {
    if (open) access.close()
    open = false
  }
  onTestFinished(close)
  return { ...access, close, dir, clock, announced, ended, calls, tick: () => { for (const job of work) job() } }
}

/** The value, or a failed test that shows the problem. */
export function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`expected a value, got ${result.error.code}: ${result.error.message}`)
  return result.value
}

/** The problem's code, or `ok`. */
export const codeOf = (result: Result<unknown>): string => (result.ok ? 'ok' : result.error.code)

/** A rig with an admin `ada` and an operator `olga`. */
export async function populated(parts: Parameters<typeof rig>[0] = {}) {
  const access = rig(parts)
  const token = access.announced[0]?.token ?? ''
  const ada = value(await access.accounts.createFirstAdmin({ token, name: 'ada', display: 'Ada', password: 'correct horse battery' }))
  const olga = value(await access.accounts.create({ name: 'olga', display: 'Olga', role: 'operator', password: 'another long password' }))
  return { ...access, ada, olga }
}
