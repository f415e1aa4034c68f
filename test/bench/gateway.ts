/** The whole product's fan-out (store, gateway, socket) beside bare Socket.IO servers, viewers in a process of their own. */
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server } from 'socket.io'
import type { Observed } from '#lib/protocol/events.ts'
import type { RunId } from '#lib/protocol/ids.ts'
import { startTestWeb } from '#test/server/web/helpers.ts'
import { makeWorld, share } from '#test/server/web/worlds.ts'
import type { Figure } from './run.ts'
import { atRate, pause, quantile, round } from './support/measure.ts'
import type { ViewersOrder, ViewersReport } from './support/viewers.ts'

const SECONDS = 5
/** The pace of batches, ours and the peer's. */
const BATCH_MS = 33

interface Load { viewers: number; perS: number }
interface Measured { cpuPct: number; p50Ms: number; p99Ms: number; deliveredPct: number }
/** Something that takes events and hands them to viewers. */
interface Feed { order: Omit<ViewersOrder, 'viewers'>; send(event: Observed): void; close(): Promise<void> }

const eventOf = (runId: RunId, n: number, atMs: number): Observed =>
  ({ kind: 'ping.reply', runId, line: n + 2, probe: n + 1, rttMs: 11 + (n % 7) / 10, ttl: 57, bytes: 64, atMs: Math.round(atMs * 1000) / 1000 })

async function ours(): Promise<Feed> {
  const site = await startTestWeb({ proxied: true })
  const world = await makeWorld(site)
  const guest = await share(site, world)
  return {
    order: { url: site.origin, origin: site.origin, sessionId: world.sessionId, cookie: guest.cookie },
    send: (event) => void site.web.store.append(world.sessionId, [{ ...event, runId: world.runId } as Observed]),
    close: () => site.close(),
  }
}

/** A Socket.IO server that does nothing else: each event at once, or what came within 33 ms together. */
async function bare(batched: boolean): Promise<Feed> {
  const http = createServer()
  const io = new Server(http, { transports: ['websocket'], perMessageDeflate: false, serveClient: false })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  let waiting: Observed[] = []
  const timer = batched ? setInterval(() => {
    if (waiting.length > 0) io.emit('many', waiting)
    waiting = []
  }, BATCH_MS) : null
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  return {
    order: { url, origin: url, sessionId: null, cookie: null },
    send: (event) => void (batched ? waiting.push(event) : io.emit('one', event)),
    async close() {
      if (timer !== null) clearInterval(timer)
      await io.close()
    },
  }
}

/** Guarantee: viewers.ts answers each message with one of these. */
const answer = async (child: ChildProcess): Promise<unknown> => (await once(child, 'message'))[0] as unknown

async function measure(feed: Feed, { viewers, perS }: Load): Promise<Measured> {
  const child = fork(new URL('./support/viewers.ts', import.meta.url), { stdio: 'inherit' })
  try {
    child.send({ ...feed.order, viewers } satisfies ViewersOrder)
    await answer(child)
    let sent = 0
    const send = (_: number, dueMs: number): void => feed.send(eventOf('run-bench0000001' as RunId, sent++, dueMs))
    await atRate(perS, 1, send)
    await pause(300)
    child.send('reset')
    await answer(child)
    const before = process.cpuUsage()
    await atRate(perS, SECONDS, send)
    const used = process.cpuUsage(before)
    await pause(500)
    child.send('report')
    const report = (await answer(child)) as ViewersReport
    return {
      cpuPct: (used.user + used.system) / 10_000 / SECONDS, p50Ms: quantile(report.latenciesMs, 0.5), p99Ms: quantile(report.latenciesMs, 0.99),
      deliveredPct: (100 * report.received) / (perS * SECONDS * viewers),
    }
  } finally {
    child.disconnect()
    await feed.close()
  }
}

/** What this process costs when it only makes the events. */
async function idle(perS: number): Promise<number> {
  const before = process.cpuUsage()
  const made: Observed[] = []
  await atRate(perS, 2, (n, dueMs) => void made.push(eventOf('run-bench0000001' as RunId, n, dueMs)))
  const used = process.cpuUsage(before)
  return (used.user + used.system) / 10_000 / 2
}

export async function bench(): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const load of [{ viewers: 100, perS: 10 }, { viewers: 500, perS: 100 }]) {
    const name = `${load.viewers} viewers x ${load.perS} events/s`
    const making = await idle(load.perS)
    const product = await measure(await ours(), load)
    const batched = await measure(await bare(true), load)
    const each = await measure(await bare(false), load)
    const [cpu, cpuBatched, cpuEach] = [product, batched, each].map((one) => Math.max(0.01, one.cpuPct - making)) as [number, number, number]
    figures.push(
      { figure: `${name}: server CPU`, ours: round(cpu), unit: '% of a core', against: `bare Socket.IO, 33 ms batches: ${round(cpuBatched)} %`, ratio: round(cpu / cpuBatched), goal: load.perS > 33 ? '<= 1.25' : 'told, not judged: each event is a commit of its own' },
      { figure: `${name}: server CPU`, ours: round(cpu), unit: '% of a core', against: `bare Socket.IO, one emit an event: ${round(cpuEach)} %`, ratio: round(cpu / cpuEach), goal: load.perS > 33 ? '<= 0.4' : 'told, not judged: nothing to batch' },
      { figure: `${name}: latency p50 (p99 ${round(product.p99Ms)})`, ours: round(product.p50Ms), unit: 'ms', against: `bare, one emit an event: ${round(each.p50Ms)} (p99 ${round(each.p99Ms)}) ms; batched ${round(batched.p50Ms)} (p99 ${round(batched.p99Ms)})`, ratio: round(product.p50Ms / each.p50Ms), goal: load.perS > 33 ? 'told: batched on purpose' : '<= 1.2' },
      { figure: `${name}: delivered`, ours: round(product.deliveredPct), unit: '%', against: `bare batched ${round(batched.deliveredPct)} %`, ratio: round(product.deliveredPct / 100), goal: '>= 1' },
    )
  }
  return figures
}
