/** Retention: by age, by size, live ones kept; the file really shrinks. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { pingEvents, sampleRun } from '#test/lib/protocol/sample-events.ts'
import { ended, idOf, newSession, queued, withStore } from './harness.ts'

const DAY = 86_400_000
const NOW = 1_800_000_000_000

describe('retention', () => {
  it('removes what is older than its days and keeps live sessions whatever their age', () => withStore(async (store) => {
    for (const [n, days] of [[1, 40], [2, 31], [3, 29], [4, 50]] as const) {
      await store.create(newSession(n), NOW - days * DAY)
      await store.append(idOf(n), [queued(sampleRun(n), NOW - days * DAY)])
      if (n !== 4) await store.append(idOf(n), [ended(sampleRun(n), NOW - days * DAY)])
    }
    const deleted: string[] = []
    store.on('deleted', (sessionId) => deleted.push(sessionId))
    expect((await store.retain()).deleted).toEqual([idOf(1), idOf(2)])
    expect(deleted).toEqual([idOf(1), idOf(2)])
    expect((await store.list({ limit: 10 })).map((row) => row.sessionId)).toEqual([idOf(3), idOf(4)])
    expect((await store.retain()).deleted).toEqual([])
  }, { nowMs: () => NOW, retentionDays: 30 }))

  it('keeps the folder under its bound by removing the longest untouched, and gives the space back', () => withStore(async (store, dir) => {
    const noise = pingEvents(12_000).map((event, i) => ({ ...event, atMs: NOW - 1e6 + i + Math.sin(i) }))
    for (let n = 1; n <= 8; n++) {
      await store.create(newSession(n), NOW - 2e6 + n)
      await store.append(idOf(n), [queued(sampleRun(n), NOW - 1.9e6 + n), ...noise])
      await store.append(idOf(n), [ended(sampleRun(n), NOW - 9e5 + n)])
    }
    await store.settled()
    const stored = (await store.list({ limit: 100 })).reduce((sum, row) => sum + row.bytes, 0)
    expect(stored).toBeGreaterThan(600_000)
    const { deleted, bytes } = await store.retain()
    expect(bytes).toBeLessThanOrEqual(400_000)
    expect(bytes).toBeGreaterThan(250_000)
    expect(deleted).toEqual(Array.from({ length: deleted.length }, (_, i) => idOf(i + 1)))
    expect(statSync(join(dir, 'sessions.db')).size).toBeLessThanOrEqual(400_000)
    const left = await store.list({ limit: 100 })
    expect(left).toHaveLength(8 - deleted.length)
    expect((await store.read(idOf(8), 0, 30_000)).length).toBe(12_003)
  }, { nowMs: () => NOW, maxBytes: 400_000, limits: { commitEveryMs: 0, transactionGapMs: 0 } }), 60_000)
})
