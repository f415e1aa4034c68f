/** From a byte printed by a tool to a typed event in a WebSocket client: pty, parser, link, commit, gateway; beside a plain pipe to the same tool. */
import { fork, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { RunOutput } from '#server/link/vantage.ts'
import { FAKE } from '#test/server/runner/support/fake.ts'
import { startRig } from '#test/server/runner/support/rig.ts'
import { startTestWeb } from '#test/server/web/helpers.ts'
import { makeWorld, share } from '#test/server/web/worlds.ts'
import type { Figure } from './run.ts'
import { nowMs, pause, quantile, round } from './support/measure.ts'
import type { ViewersOrder, ViewersReport } from './support/viewers.ts'

/** Ten lines a second: each is the first after a quiet spell, and goes out at once. */
const LINES = 100
const GAP_MS = 100
const MODE = ['stamps', String(LINES), String(GAP_MS)]

/** Guarantee: viewers.ts answers each message with one of these. */
const answer = async (child: ChildProcess): Promise<unknown> => (await once(child, 'message'))[0] as unknown

async function ours(): Promise<number[]> {
  const rig = await startRig()
  const site = await startTestWeb({ proxied: true })
  const child = fork(new URL('./support/viewers.ts', import.meta.url), { stdio: 'inherit' })
  try {
    const world = await makeWorld(site)
    const guest = await share(site, world)
    child.send({ url: site.origin, origin: site.origin, sessionId: world.sessionId, cookie: guest.cookie, viewers: 1 } satisfies ViewersOrder)
    await answer(child)
    child.send('reset')
    await answer(child)
    rig.vantage.on('output', ({ events }: RunOutput) => {
      const lines = events.filter((event) => event.kind === 'unrecognised').map((event) => ({ ...event, runId: world.runId }))
      if (lines.length > 0) void site.web.store.append(world.sessionId, lines)
    })
    const { runId } = await rig.start(MODE)
    await rig.ended(runId, LINES * GAP_MS * 3)
    await pause(300)
    child.send('report')
    return ((await answer(child)) as ViewersReport).latenciesMs
  } finally {
    child.disconnect()
    await site.close()
    await rig.close()
  }
}

/** Nothing in between: the least that Node can do. */
async function pipe(): Promise<number[]> {
  const child = spawn(FAKE, MODE, { stdio: ['ignore', 'pipe', 'inherit'] })
  const took: number[] = []
  child.stdout.on('data', (chunk: Buffer) => {
    for (const line of chunk.toString('latin1').trim().split('\n')) took.push(nowMs() - Number(line))
  })
  await once(child, 'close')
  return took
}

export async function bench(): Promise<Figure[]> {
  const product = await ours()
  const plain = await pipe()
  if (product.length < LINES || plain.length < LINES) throw new Error(`lines were lost: ${product.length} and ${plain.length} of ${LINES}`)
  const [p50, p99, plain50, plain99] = [quantile(product, 0.5), quantile(product, 0.99), quantile(plain, 0.5), quantile(plain, 0.99)]
  return [
    { figure: 'line printed -> typed event at a viewer, p50', ours: round(p50), unit: 'ms', against: `plain pipe into Node: ${round(plain50)} ms`, ratio: round(p50 / 1.1), goal: '<= 1 (1.1 ms)' },
    { figure: 'line printed -> typed event at a viewer, p99', ours: round(p99), unit: 'ms', against: `plain pipe into Node: ${round(plain99)} ms`, ratio: round(p99 / 6), goal: '<= 1 (6 ms)' },
  ]
}
