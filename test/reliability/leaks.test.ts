/** R20: many runs and many connections later, descriptors and processes are as they were. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { usedMb } from '#test/attacks/corpus.ts'
import { startTestWeb } from '#test/server/web/helpers.ts'
import { makeWorld, roomyPolicy } from '#test/server/web/worlds.ts'
import { fitOrSkip } from './support/fit.ts'
import { Product } from './support/product.ts'
import { fdsOf, rssMb } from './support/watch.ts'
import { figure, LONG, scaled } from './support/scale.ts'
import { LogViewer } from './support/viewer.ts'

const fit = fitOrSkip()

test.skipIf(!fit)('runs and connects leave no descriptor, no process, no folder behind', async () => {
  const product = await Product.start()
  try {
    const pids = product.pids()
    const watched = await product.ping('127.66.8.2')
    // One person alone may not come back this often.
    const people = await Promise.all(Array.from({ length: 20 }, () => product.person('viewer')))
    const work = async (runs: number, connects: number): Promise<void> => {
      for (let at = 0; at < runs; at += 5) {
        const some = await Promise.all(Array.from({ length: 5 }, () => product.ping('127.66.5.1')))
        await Promise.all(some.map((run) => product.ended(run)))
      }
      for (let at = 0; at < connects; at += 10) {
        const some = Array.from({ length: 10 }, (_, i) => new LogViewer({ port: product.port, cookie: people[(at + i) % people.length]?.cookie ?? '', sessionId: watched.sessionId, from: product.address() }))
        await Promise.all(some.map((viewer) => viewer.connect()))
        for (const viewer of some) viewer.cut()
        await Promise.all(some.map((viewer) => viewer.closed))
      }
    }
    const settled = async (): Promise<{ web: number; runner: number }> => {
      // Sockets of HTTP linger a moment after their answer.
      let last = -1
      await product.until('descriptors settle', () => { const now = fdsOf(pids.web); const still = now === last; last = now; return still }, 20_000)
      return { web: fdsOf(pids.web), runner: fdsOf(pids.runner) }
    }
    await work(10, 20)
    const before = await settled()
    const memory = rssMb(pids.web)
    await work(scaled(40, 2000), scaled(200, 2000))
    await product.until('web has as many descriptors as before', () => fdsOf(pids.web) <= before.web + 2, 20_000)
    await product.until('the runner has as many descriptors as before', () => fdsOf(pids.runner) <= before.runner + 2, 20_000)
    expect(product.tools()).toHaveLength(1)
    expect(readdirSync(join(product.runDir, 'runs')).filter((name) => name.startsWith('run-'))).toHaveLength(1)
    expect(product.pids()).toEqual(pids)
    const after = await settled()
    figure('R20', `descriptors of web / runner after ${scaled(40, 2000)} runs and ${scaled(200, 2000)} connects`, `${before.web}→${after.web} / ${before.runner}→${after.runner}`, '±5 %')
    figure('R20', "web's memory meanwhile, MiB", `${memory.toFixed(0)}→${rssMb(pids.web).toFixed(0)}`, '±5 %')
  } finally {
    expect(await product.end()).toEqual([])
  }
}, LONG ? 1_800_000 : 120_000)

test('after a full collection, connections have left nothing in the heap of web', async () => {
  const site = await startTestWeb({ policy: roomyPolicy() })
  try {
    const world = await makeWorld(site)
    const people: string[] = []
    for (let i = 0; i < 60; i += 1) people.push((await site.person('viewer')).cookie)
    let made = 0
    const connects = async (count: number): Promise<number> => {
      for (let at = 0; at < count; at += 20) {
        const some = Array.from({ length: 20 }, () => {
          made += 1
          return new LogViewer({ port: site.port, cookie: people[made % people.length] ?? '', sessionId: world.sessionId, from: `127.78.${(made >> 8) & 255}.${(made & 255) || 1}` })
        })
        await Promise.all(some.map((viewer) => viewer.connect()))
        for (const viewer of some) viewer.cut()
        await Promise.all(some.map((viewer) => viewer.closed))
      }
      await expect.poll(() => site.gateway.figures()).toEqual({ sockets: 0, watches: 0 })
      return usedMb()
    }
    const before = await connects(300)
    const after = await connects(600)
    figure('R20', 'heap of web after a collection, 600 connects later, MiB', after - before, '0')
    // An address that was here is remembered for its limits: a few hundred bytes. A socket that stayed would be tens of kilobytes.
    expect(after - before).toBeLessThan(3)
  } finally {
    await site.close()
  }
})
