/** R1, R3: kill -9 of any part at any moment, with five tools running and viewers that log every seq. Nothing shown is lost, every run gets its end, no tool survives. */
import { afterEach, expect, test } from 'vitest'
import type { RunId, SessionId } from '#lib/protocol/ids.ts'
import { fitOrSkip } from './support/fit.ts'
import { Product, type Pids } from './support/product.ts'
import { kill9, pause, until } from './support/watch.ts'
import { figure, LONG, quantileOf, scaled, seeded } from './support/scale.ts'
import { compare, LogViewer } from './support/viewer.ts'

/** What dies together. `launcher` dead: it is started again by hand, as a service manager would. */
const VICTIMS: (keyof Pids)[][] = [['web'], ['runner'], ['reaper'], ['launcher'], ['runner', 'reaper'], ['launcher', 'web', 'runner', 'reaper'], ['web', 'runner']]
const VIEWERS = scaled(8, 20)
/** The launcher gives up after five deaths of one part within a minute: a fresh product comes before that. */
const PER_PRODUCT = 3

const fit = fitOrSkip()
const open: Product[] = []
afterEach(async () => { for (const product of open.splice(0)) expect(await product.end()).toEqual([]) })

interface Scene { product: Product; runs: { sessionId: SessionId; runId: RunId }[]; viewers: LogViewer[] }

/** Five runs in two sessions: real pings, a fast one, one that ignores every signal and has a child; viewers on both. */
async function stage(product: Product): Promise<Scene> {
  const first = await product.ping('127.0.0.1')
  const runs = [
    first, await product.ping('127.0.0.2', { sessionId: first.sessionId }), await product.ping('127.66.8.40', { sessionId: first.sessionId }),
    await product.ping('127.0.0.3'), await product.ping('127.66.3.1'),
  ]
  const viewers = Array.from({ length: VIEWERS }, (_, i) => new LogViewer({ port: product.port, cookie: product.cookie, sessionId: (runs[i % 5 === 4 ? 3 : 0] ?? first).sessionId, from: product.address() }))
  await Promise.all(viewers.map((viewer) => viewer.connect()))
  await Promise.all(viewers.map((viewer) => viewer.until('a few events', ({ seq }) => seq >= 6)))
  // The stubborn one: it and its child.
  await until('six tool processes', () => product.tools().length === 6)
  return { product, runs, viewers }
}

async function strike(scene: Scene, victims: readonly (keyof Pids)[]): Promise<{ orphansMs: number; readyMs: number }> {
  const { product, runs, viewers } = scene
  const pids = product.pids()
  const before = new Set(product.tools().map((tool) => tool.pid))
  let startedMs = performance.now()
  for (const victim of victims) kill9(pids[victim])
  const survives = victims.length === 1 && victims[0] === 'reaper'
  const noneLeft = async (): Promise<number> => {
    if (!survives) await until('no tool is left', () => product.tools().every((tool) => !before.has(tool.pid)))
    return performance.now() - startedMs
  }
  // With launcher and reaper dead at once, nobody is left but the next start, which finds them by pid, start time and boot.
  const byNextStart = victims.includes('launcher') && victims.includes('reaper')
  let orphansMs = byNextStart ? 0 : await noneLeft()
  if (victims.includes('launcher')) {
    await product.gone()
    await until('its children are gone', () => { try { process.kill(pids.web, 0); return false } catch { return true } })
    startedMs = performance.now()
    await product.launch()
    if (byNextStart) orphansMs = await noneLeft()
  } else {
    await until('another one is there', () => { try { const now = product.pids(); return victims.every((victim) => now[victim] !== pids[victim]) } catch { return false } })
    await product.healthy()
  }
  const readyMs = performance.now() - startedMs
  for (const run of survives ? [] : runs) {
    const { outcome } = await product.ended(run)
    expect([outcome.kind, outcome.blame]).toEqual(['interrupted', 'hopscope'])
  }
  if (survives) expect(new Set(product.tools().map((tool) => tool.pid))).toEqual(before)
  await Promise.all(viewers.map((viewer) => (viewer.open ? Promise.resolve() : viewer.comeBack())))
  return { orphansMs, readyMs }
}

/** The log holds everything that was shown, without gap and without repeat; and everybody ends up with all of it. */
async function verify({ product, runs, viewers }: Scene): Promise<void> {
  for (const run of runs) await product.call('POST', `/api/v1/sessions/${run.sessionId}/runs/${run.runId}/stop`)
  await Promise.all(runs.map((run) => product.ended(run)))
  const logs = new Map(await Promise.all([...new Set(runs.map((run) => run.sessionId))].map(async (id) => [id, await product.log(id)] as const)))
  for (const [sessionId, log] of logs) {
    const watching = viewers.filter((viewer) => viewer.subscribed?.sessionId === sessionId)
    await Promise.all(watching.map((viewer) => viewer.until('everything', ({ seq }) => seq === log.at(-1)?.seq)))
    expect(compare(watching, log)).toEqual([])
    for (const run of runs.filter((one) => one.sessionId === sessionId)) expect(log.filter((event) => event.kind === 'run.ended' && event.runId === run.runId)).toHaveLength(1)
  }
  for (const viewer of viewers) viewer.cut()
}

test.skipIf(!fit)(`kill -9 of every part, ${LONG ? '200 times' : 'once each'}: nothing shown is lost, every run is interrupted, nothing survives`, async () => {
  const random = seeded(20261122)
  const rounds = scaled(VICTIMS.length - 1, 200)
  const orphans: number[] = []
  const ready: number[] = []
  let product: Product | null = null
  for (let round = 0; round < rounds; round += 1) {
    if (product === null || round % PER_PRODUCT === 0) {
      for (const old of open.splice(0)) expect(await old.end()).toEqual([])
      product = await Product.start()
      open.push(product)
    }
    const scene = await stage(product)
    await pause(random() * scaled(700, 5000))
    const victims = VICTIMS[round % VICTIMS.length] ?? []
    const { orphansMs, readyMs } = await strike(scene, victims)
    await verify(scene)
    orphans.push(orphansMs)
    if (!(victims.length === 1 && victims[0] === 'reaper')) ready.push(readyMs)
  }
  figure('R1', 'kill -9 rounds without loss, repeat or orphan', `${rounds}/${rounds}`, 'all')
  figure('R1', 'last tool gone after kill -9, worst ms', Math.max(...orphans), '2000; with the reaper dead too, 5000 (R3)')
  figure('R1', 'ready again after kill -9, p95 ms', quantileOf(ready, 0.95), '3000')
}, LONG ? 3_600_000 : 120_000)
