/** A process that dies at any moment has taken nothing back that a viewer saw, and its log is whole. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { SqliteSessionStore } from '#server/web/sessions/store.ts'
import { idOf, removeDir, runOne, storeOptions, tempDir } from './harness.ts'

const CHILD = fileURLToPath(new URL('./crash-child.ts', import.meta.url))

/** Runs the writer until it kills itself; answers what its viewer saw. */
async function writeUntilKilled(dir: string, moment: string, count: number): Promise<string[]> {
  const child = spawn(process.execPath, [CHILD, dir, moment, String(count)], { stdio: ['ignore', 'pipe', 'pipe'] })
  let out = ''
  let err = ''
  child.stdout.on('data', (data: Buffer) => (out += data.toString()))
  child.stderr.on('data', (data: Buffer) => (err += data.toString()))
  const signal = await new Promise<string | null>((resolve) => child.on('close', (_, by) => resolve(by)))
  expect(err).toBe('')
  expect(signal).toBe('SIGKILL')
  // The last line may be torn: then the viewer did not see it.
  return out.slice(0, out.lastIndexOf('\n') + 1).split('\n').filter(Boolean)
}

async function check(moment: string, count: number): Promise<number> {
  const dir = tempDir()
  try {
    const seen = await writeUntilKilled(dir, moment, count)
    const store = await SqliteSessionStore.open(storeOptions(dir))
    const summary = await store.summary(idOf(1))
    const log = summary ? await store.read(idOf(1), 0, 100_000) : []
    expect(log.map((event) => event.seq)).toEqual(log.map((_, i) => i + 1))
    expect(summary?.lastSeq ?? 0).toBe(log.length)
    const stored = new Set(log.map((event) => `${event.seq} ${event.atMs}`))
    expect(seen.filter((line) => !stored.has(line))).toEqual([])
    if (log.length > 1) expect(await store.unfinished()).toEqual([{ sessionId: idOf(1), runIds: [runOne] }])
    // And it goes on.
    if (summary) expect(await store.append(idOf(1), [{ kind: 'clock.step', deltaMs: 1, atMs: 3 }])).toEqual({ firstSeq: log.length + 1, lastSeq: log.length + 1 })
    await store.close()
    return seen.length
  } finally {
    removeDir(dir)
  }
}

describe('kill -9', () => {
  it('at every commit that a viewer sees, one after the other', async () => {
    let seen = 0
    for (let k = 1; k <= 16; k++) seen += await check('publish', k)
    expect(seen).toBeGreaterThan(16)
  }, 120_000)

  it('right after an append was asked for, before its commit is known', async () => {
    for (const k of [1, 2, 3, 5, 8, 13, 21, 150]) await check('append', k)
  }, 120_000)

  it('at random moments, also while merging and making snapshots', async () => {
    let seen = 0
    for (const ms of [3, 11, 29, 61, 127, 199, 307, 499]) seen += await check('time', ms)
    expect(seen).toBeGreaterThan(2000)
  }, 120_000)
})
