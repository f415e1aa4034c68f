/** The audit log after a crash: a torn end is closed and noted, nothing that was acknowledged is lost. */
import { spawn } from 'node:child_process'
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createAudit } from '#server/web/audit/audit.ts'
import { verifyAudit } from '#server/web/audit/verify.ts'
import { bytesOf, clock, entry, first, folder, linesOf, opened, written } from './helpers.ts'

describe('after a crash', () => {
  it.each([1, 40, -1])('a last line torn at %i is closed and noted, and the log goes on', async (at) => {
    const dir = await written(3)
    const good = bytesOf(dir)
    const line = Buffer.from(`${linesOf(dir)[2]}\n`)
    const torn = at < 0 ? line.subarray(0, line.length - 2) : line.subarray(0, at)
    appendFileSync(join(dir, first), torn)
    const audit = opened(dir)
    await audit.write(entry(4))
    expect(bytesOf(dir).subarray(0, good.length + torn.length + 1)).toEqual(Buffer.concat([good, torn, Buffer.from('\n')]))
    expect((await audit.tail(2)).map(({ action, note, tornBytes, n }) => ({ action, note, tornBytes, n }))).toEqual([
      { action: 'note', note: 'torn', tornBytes: torn.length, n: 4 }, { action: 'run-stop', note: undefined, tornBytes: undefined, n: 5 }])
    expect(await audit.verify()).toEqual({ ok: true, value: { entries: 5 } })
    await audit.close()
    const mended = bytesOf(dir)
    for (let i = 0; i < torn.length; i++) {
      const bad = Buffer.from(mended)
      bad[good.length + i] = (bad[good.length + i] ?? 0) ^ 1
      writeFileSync(join(dir, first), bad)
      expect((await verifyAudit(dir)).ok).toBe(false)
    }
  })

  it('cut at every byte of the last entry: always opens, never loses an earlier one', async () => {
    const dir = await written(3)
    const good = bytesOf(dir)
    const start = good.lastIndexOf(10, good.length - 2) + 1
    const head = readFileSync(join(dir, 'audit-head'))
    const before = await written(2)
    const olderHead = readFileSync(join(before, 'audit-head'))
    expect(olderHead).not.toEqual(head)
    for (let end = start; end <= good.length; end++) {
      writeFileSync(join(dir, first), good.subarray(0, end))
      writeFileSync(join(dir, 'audit-head'), olderHead)
      const audit = createAudit({ dir, clock })
      await audit.write(entry(9))
      const whole = end >= good.length - 1
      const torn = end > start && !whole
      expect(await audit.verify(), `cut at ${end - start}`).toEqual({ ok: true, value: { entries: 2 + (whole ? 1 : 0) + (torn ? 1 : 0) + 1 } })
      await audit.close()
    }
  })

  it('kill -9 at any moment: every acknowledged entry is there and the chain holds', async () => {
    const dir = folder()
    let acknowledged = 0
    for (let round = 0; round < 6; round++) {
      acknowledged = Math.max(acknowledged, await killedAfter(dir, 5 + round * 17))
      const audit = opened(dir, { fileBytes: 20_000 })
      const last = (await audit.tail(1))[0]
      expect(last?.n).toBeGreaterThanOrEqual(acknowledged)
      await audit.write(entry(round))
      const found = await audit.verify()
      expect(found.ok ? 'ok' : found.error.message).toBe('ok')
      await audit.close()
    }
  }, 60_000)
})

/** Runs the child until it has acknowledged `count` entries, kills it, and answers the last number it acknowledged. */
async function killedAfter(dir: string, count: number): Promise<number> {
  const child = spawn(process.execPath, [new URL('crash-child.ts', import.meta.url).pathname, dir], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  let text = ''
  const closed = new Promise((resolve) => child.on('close', resolve))
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString()
    if (text.split('\n').length > count) child.kill('SIGKILL')
  })
  await closed
  const numbers = text.split('\n').slice(0, -1).map(Number)
  expect(numbers.length).toBeGreaterThanOrEqual(count)
  return numbers.at(-1) ?? 0
}
