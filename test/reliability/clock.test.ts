/** R13: the wall clock of the vantage steps an hour forward and back under a live run: order and durations stay right, the jump is marked, nothing is called lost. */
import { existsSync, globSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { applyEvent, emptySession } from '#lib/session/fold.ts'
import { isPing } from '#lib/session/runs.ts'
import { fitOrSkip } from './support/fit.ts'
import { Product } from './support/product.ts'
import { figure } from './support/scale.ts'
import { compare, LogViewer } from './support/viewer.ts'

/** Debian's package faketime. */
const [LIBRARY = ''] = globSync('/usr/lib/*/faketime/libfaketimeMT.so.1')
const HOUR_S = 3600
const fit = fitOrSkip()

test.skipIf(!fit || !existsSync(LIBRARY))('an hour forward, an hour back: seqs grow, two marks of the right size, no loss, the deadline is kept (NOT RUN without libfaketime)', async () => {
  const clockFile = join('/tmp', `hopscope-clock-${process.pid}`)
  const set = (shiftS: number, product: Product | null): void => {
    if (product !== null) writeFileSync(join(product.home, 'bin/shift'), String(shiftS), { mode: 0o644 })
    writeFileSync(clockFile, `${shiftS < 0 ? '' : '+'}${shiftS}\n`, { mode: 0o644 })
  }
  set(0, null)
  const product = await Product.start({ script: fileURLToPath(new URL('./support/stepped.ts', import.meta.url)), env: { STEPPED_LIBRARY: LIBRARY, STEPPED_FILE: clockFile } })
  try {
    const run = await product.ping('127.66.8.5', { options: { deadlineS: 600 } })
    const short = await product.ping('127.66.3.1', { options: { deadlineS: 1 } })
    const startedMs = performance.now()
    const viewer = new LogViewer({ port: product.port, cookie: product.cookie, sessionId: run.sessionId, from: product.address() })
    await viewer.connect()
    const replies = (): number => viewer.events.filter((event) => event.kind === 'ping.reply').length
    const steps = (): number[] => viewer.events.flatMap((event) => (event.kind === 'clock.step' ? [event.deltaMs] : []))
    await viewer.until('replies', () => replies() > 10)
    for (const [n, shiftS] of [HOUR_S, 0, -HOUR_S].entries()) {
      set(shiftS, product)
      await viewer.until(`mark ${n + 1}`, () => steps().length > n)
      const count = replies()
      await viewer.until('replies go on', () => replies() > count + 10)
    }
    // The tool's own deadline of a second and ten of ours, by the monotonic clock, whatever the wall said.
    const ended = await product.ended(short)
    expect(ended.outcome.kind).toBe('timed-out')
    const tookS = (performance.now() - startedMs) / 1000
    figure('R13', 'a deadline of 11 s across three clock steps, s', tookS, '11-14')
    expect(tookS).toBeGreaterThan(10)
    expect(tookS).toBeLessThan(30)
    await product.call('POST', `/api/v1/sessions/${run.sessionId}/runs/${run.runId}/stop`)
    await product.ended(run)
    const log = await product.log(run.sessionId)
    await viewer.until('everything', ({ seq }) => seq === log.at(-1)?.seq)
    expect(compare([viewer], log)).toEqual([])
    expect(steps().map((deltaMs) => Math.round(deltaMs / 1000))).toEqual([HOUR_S, -HOUR_S, -HOUR_S])
    const view = emptySession()
    for (const event of log) applyEvent(view, event)
    const counts = view.runs.find(isPing)?.view.counts
    figure('R13', 'probes called lost across three clock steps', `${counts?.lost ?? '?'} of ${counts?.sent ?? '?'}`, '0')
    expect(counts).toMatchObject({ lost: 0, late: 0 })
    expect(log.filter((event) => event.kind === 'unrecognised')).toEqual([])
    expect(view.clockSteps).toHaveLength(3)
  } finally {
    expect(await product.end()).toEqual([])
    rmSync(clockFile, { force: true })
  }
}, 120_000)
