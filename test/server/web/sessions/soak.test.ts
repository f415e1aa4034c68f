/** A day of a 1/s ping and more: bytes a reply at rest, memory that stays flat, an open that reads a snapshot and a short tail. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { SqliteSessionStore } from '#server/web/sessions/store.ts'
import { pingEvents } from '#test/lib/protocol/sample-events.ts'
import { ended, idOf, newSession, queued, removeDir, runOne, storeOptions, tempDir, Watcher } from './harness.ts'

const EVENTS = 200_000
const STEP = 20

it('200,000 events cost at most 12 B each at rest, memory stays flat, and the session opens from its snapshot', async () => {
  const dir = tempDir()
  try {
    const store = await SqliteSessionStore.open(storeOptions(dir, { limits: { commitEveryMs: 0, transactionGapMs: 0 } }))
    await store.create(newSession(1), 1)
    await store.append(idOf(1), [queued(runOne, 2)])
    const heaps: number[] = []
    const collect = globalThis.gc
    let behind: Promise<unknown>[] = []
    for (let at = 0; at < EVENTS; at += 10_000) {
      const events = pingEvents(10_000, { seed: at + 1, startMs: 1_795_000_000_000 + at * 1000 })
      for (let i = 0; i < events.length; i += STEP) {
        behind.push(store.append(idOf(1), events.slice(i, i + STEP)))
        if (behind.length === 10) {
          await Promise.all(behind)
          behind = []
        }
      }
      collect?.()
      heaps.push(process.memoryUsage().heapUsed)
    }
    await store.append(idOf(1), [ended(runOne, 1_796_000_000_000)])
    await store.settled()
    const half = heaps.slice(heaps.length >> 1)
    const mean = (list: readonly number[]): number => list.reduce((sum, value) => sum + value, 0) / list.length
    expect(mean(half) - mean(heaps.slice(2, heaps.length >> 1))).toBeLessThan(16 * 1024 * 1024)
    const summary = await store.summary(idOf(1))
    expect(summary?.lastSeq).toBe(EVENTS + 3)
    expect((summary?.bytes ?? Infinity) / EVENTS).toBeLessThan(6)
    await store.close()
    expect(statSync(join(dir, 'sessions.db')).size / EVENTS).toBeLessThanOrEqual(12)

    const again = await SqliteSessionStore.open(storeOptions(dir))
    const watcher = new Watcher()
    const { snapshot, headSeq } = await again.subscribe(idOf(1), 0, watcher)
    expect(headSeq).toBe(EVENTS + 3)
    expect(snapshot?.seq).toBe(headSeq)
    expect((await again.view(idOf(1))).seq).toBe(headSeq)
    await again.close()
  } finally {
    removeDir(dir)
  }
}, 120_000)
