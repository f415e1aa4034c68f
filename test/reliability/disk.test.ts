/** R11: the data folder is full while runs are live: told at once, nothing crashes, nothing new starts, and it goes on by itself once there is room. */
import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fitOrSkip } from './support/fit.ts'
import { Product } from './support/product.ts'
import { pause } from './support/watch.ts'
import { figure, scaled } from './support/scale.ts'
import { compare, LogViewer } from './support/viewer.ts'

const fit = fitOrSkip()

/** Writes until there is no room for another byte. */
function fill(path: string): void {
  const file = openSync(path, 'w')
  for (let size = 65_536; size >= 1;) {
    try { writeSync(file, Buffer.alloc(size)) } catch { size = Math.floor(size / 2) }
  }
  closeSync(file)
}

test.skipIf(!fit)('a full disk: banner, no crash, no new run, one log.gap for what did not fit the buffer, and then as before', async () => {
  const product = await Product.start({ diskBytes: 16 * 1024 * 1024 })
  try {
    const pids = product.pids()
    const run = await product.ping('127.66.8.100')
    const viewer = new LogViewer({ port: product.port, cookie: product.cookie, sessionId: run.sessionId, from: product.address() })
    await viewer.connect()
    await viewer.until('replies', ({ delays }) => delays.length > 50)
    const ballast = join(product.inside(product.dataDir), 'ballast')
    const fullMs = performance.now()
    const told = (ok: boolean) => (one: LogViewer): boolean => {
      const state = one.told.findLast(({ event }) => event === 'storage')
      return state !== undefined && (state.payload as { ok: boolean }).ok === ok
    }
    fill(ballast)
    await viewer.until('the banner', told(false), 20_000)
    figure('R11', 'viewers told of a full disk after ms', performance.now() - fullMs, '2000')
    const frozen = viewer.seq
    const refused = await product.ask({ method: 'POST', path: '/api/v1/sessions', cookie: product.cookie, body: { target: '127.0.0.1', runs: [{ tool: 'ping', options: {} }] } })
    expect([refused.status, refused.text]).toEqual([507, expect.stringContaining('storage-full')])
    expect((await product.ask({ path: '/healthz' })).json).toMatchObject({ status: 'degraded', storage: { ok: false } })
    // Reading goes on.
    expect((await product.log(run.sessionId)).length).toBeGreaterThanOrEqual(frozen)
    // Past the 30 s that are held in memory in the long form; within them in the short one.
    await pause(scaled(1_500, 40_000))
    expect(product.pids()).toEqual(pids)
    expect(product.tools()).toHaveLength(1)
    rmSync(ballast)
    const freeMs = performance.now()
    await viewer.until('the banner goes', told(true), 20_000)
    figure('R11', 'stored again after room was made, ms', performance.now() - freeMs, '-')
    await viewer.until('replies go on', ({ seq }) => seq > frozen + 200)
    const again = await product.ping('127.0.0.1', { options: { count: 2 } })
    expect((await product.ended(again)).outcome.kind).toBe('finished')
    await product.call('POST', `/api/v1/sessions/${run.sessionId}/runs/${run.runId}/stop`)
    await product.ended(run)
    const log = await product.log(run.sessionId)
    await viewer.until('everything', ({ seq }) => seq === log.at(-1)?.seq)
    expect(compare([viewer], log)).toEqual([])
    const gaps = log.filter((event) => event.kind === 'log.gap')
    expect(gaps).toHaveLength(scaled(0, 1))
    // Every reply is in the log or counted as not stored.
    const lines = log.flatMap((event) => (event.kind === 'ping.reply' ? [event.line] : []))
    const missing = (lines.at(-1) ?? 0) - (lines[0] ?? 0) + 1 - lines.length
    expect(missing).toBe(gaps.reduce((sum, gap) => sum + gap.events, 0))
    expect((await product.ask({ path: '/healthz' })).json).toMatchObject({ status: 'ok' })
    await product.stop()
    await product.launch()
    expect(product.output()).not.toMatch(/damaged|corrupt|malformed/i)
  } finally {
    expect(await product.end()).toEqual([])
  }
})
