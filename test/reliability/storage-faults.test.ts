/** R2: the process dies at its k-th write, or in the middle of one; the log opens every time, holds what a viewer saw, and goes on. */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { SqliteSessionStore } from '#server/web/sessions/store.ts'
import { idOf, removeDir, storeOptions, tempDir } from '#test/server/web/sessions/harness.ts'
import { figure, LONG, scaled } from './support/scale.ts'

const CHILD = fileURLToPath(new URL('../server/web/sessions/crash-child.ts', import.meta.url))
const STRACE = '/usr/bin/strace'
/** Enough that it never comes to its own end before the fault. */
const NEVER = 1_000_000

/** Runs the writer under `wrap` until it dies; answers the lines of what its viewer saw. */
async function writeUntilDead(dir: string, wrap: readonly string[], publishes: number): Promise<{ seen: string[]; died: boolean }> {
  const argv = [...wrap, process.execPath, CHILD, dir, 'publish', String(publishes)]
  const child = spawn(argv[0] ?? '', argv.slice(1), { stdio: ['ignore', 'pipe', 'ignore'] })
  let out = ''
  child.stdout.on('data', (data: Buffer) => { out += data.toString() })
  const died = await new Promise<boolean>((done) => child.on('close', (code, signal) => done(signal !== null || (code ?? 0) !== 0)))
  return { seen: out.slice(0, out.lastIndexOf('\n') + 1).split('\n').filter(Boolean), died }
}

/** Null when all is well, else what is not. */
async function examine(dir: string, seen: readonly string[]): Promise<string | null> {
  const store = await SqliteSessionStore.open(storeOptions(dir)).catch((error: unknown) => String(error))
  if (typeof store === 'string') return `does not open: ${store}`
  try {
    const summary = await store.summary(idOf(1))
    const log = summary === null ? [] : await store.read(idOf(1), 0, 100_000)
    const stored = new Set(log.map((event) => `${event.seq} ${event.atMs}`))
    const lost = seen.filter((line) => !stored.has(line))
    if (lost.length > 0) return `a viewer saw ${lost.length} events that the log does not hold, first ${lost[0]}`
    if (log.some((event, i) => event.seq !== i + 1)) return 'the log has a gap'
    if (summary === null) return null
    const next = await store.append(idOf(1), [{ kind: 'clock.step', deltaMs: 1, atMs: 3 }])
    return next.lastSeq === log.length + 1 ? null : 'the log does not go on'
  } finally {
    await store.close()
  }
}

async function sweep(moments: readonly number[], wrapOf: (k: number) => string[], publishes = NEVER): Promise<{ bad: string[]; died: number; seen: number }> {
  const found = { bad: [] as string[], died: 0, seen: 0 }
  for (const k of moments) {
    const dir = tempDir()
    try {
      const { seen, died } = await writeUntilDead(dir, wrapOf(k), publishes)
      const problem = await examine(dir, seen)
      if (problem !== null) found.bad.push(`${k}: ${problem}`)
      if (died) found.died += 1
      found.seen += seen.length
    } finally {
      removeDir(dir)
    }
  }
  return found
}

test('a write that stops after any byte, and then death: the log opens, whole up to there', async () => {
  // Files may grow to this size: the write across the border is cut short by the kernel, the next one kills (SIGXFSZ).
  const count = scaled(8, 300)
  const moments = Array.from({ length: count }, (_, i) => 33_000 + Math.round((i * scaled(400_000, 1_900_000)) / count) + ((i * 977) % 4096))
  const { bad, died, seen } = await sweep(moments, (bytes) => ['/usr/bin/prlimit', `--fsize=${bytes}`, '--'])
  expect(bad).toEqual([])
  expect(died).toBe(moments.length)
  expect(seen).toBeGreaterThan(0)
  figure('R2', 'short writes after which the log opens', `${moments.length}/${moments.length}`, 'all')
})

const canTrace = existsSync(STRACE) && spawnSync(STRACE, ['-qq', '-o', '/dev/null', '/usr/bin/true']).status === 0
test.skipIf(!canTrace)('kill -9 at the k-th write(2) of the database: the log opens (NOT RUN without strace)', async () => {
  const moments = LONG ? Array.from({ length: 500 }, (_, i) => i + 1) : [1, 2, 5, 9, 17, 33, 70, 150, 290]
  const wrap = (k: number): string[] => [STRACE, '-f', '-qq', '-o', '/dev/null', '-e', 'trace=pwrite64,pwritev,ftruncate,fsync,fdatasync', '-e', `inject=pwrite64:signal=KILL:when=${k}`]
  const { bad, died } = await sweep(moments, wrap)
  expect(bad).toEqual([])
  expect(died).toBe(moments.length)
  figure('R2', 'writes at which kill -9 leaves a log that opens', `${moments.length}/${moments.length}`, '500/500')
})

test.skipIf(!canTrace)('the k-th write fails with EIO or ENOSPC: nothing shown is lost, the log opens (NOT RUN without strace)', async () => {
  const moments = LONG ? Array.from({ length: 100 }, (_, i) => i * 3 + 110) : [115, 135, 160]
  for (const error of ['EIO', 'ENOSPC']) {
    // The writer lives on after the faults and ends by itself.
    const wrap = (k: number): string[] => [STRACE, '-f', '-qq', '-o', '/dev/null', '-e', 'trace=pwrite64', '-e', `inject=pwrite64:error=${error}:when=${k}..${k + 3}`]
    const { bad, seen } = await sweep(moments, wrap, 300)
    expect(bad).toEqual([])
    // While it cannot write it shows nothing; what it showed before is what counts.
    expect(seen).toBeGreaterThan(0)
  }
  figure('R2', 'writes that fail with EIO or ENOSPC without loss', `${moments.length * 2}/${moments.length * 2}`, 'all')
})
