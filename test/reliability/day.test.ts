/** R7: a day of two pings at the shortest interval, 864,000 probes: memory flat, disk bounded, the session opens at once, extremes and loss are those of the raw replies. */
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Started } from '#lib/protocol/api.ts'
import type { Observed } from '#lib/protocol/events.ts'
import type { SessionId } from '#lib/protocol/ids.ts'
import { isPing } from '#lib/session/runs.ts'
import { pingParser } from '#lib/tools/ping/parse.ts'
import { decodePingOptions } from '#lib/tools/ping/options.ts'
import { startTestWeb, valueOf } from '#test/server/web/helpers.ts'
import { roomyPolicy } from '#test/server/web/worlds.ts'
import { openRawSocket } from '#test/server/web/raw-socket.ts'
import { figure, scaled, seeded } from './support/scale.ts'

const STEP_MS = 200
/** A quarter of a day in the short form. */
const HOURS = scaled(6, 24)
const PROBES = (HOURS * 3_600_000) / STEP_MS
/** One in so many is lost. */
const LOST_ONE_IN = 500

interface Raw { seed: number; min: number; max: number; answered: number; lost: number }

/** What ping prints in a day, a thousand probes at a time: the truth is counted beside it. */
function* day(address: string, startMs: number, raw: Raw): Generator<string> {
  const random = seeded(raw.seed)
  let text = `PING ${address} (${address}) 56(84) bytes of data.\r\n`
  for (let n = 1; n <= PROBES; n += 1) {
    const sentMs = startMs + n * STEP_MS
    const seq = n & 0xffff
    if (random() < 1 / LOST_ONE_IN) {
      raw.lost += 1
      text += `[${((sentMs + STEP_MS) / 1000).toFixed(6)}] no answer yet for icmp_seq=${seq}\r\n`
    } else {
      const rtt = Number((8 + random() * 3 + (random() < 1e-5 ? 400 * random() : 0)).toFixed(1))
      raw.answered += 1
      raw.min = Math.min(raw.min, rtt)
      raw.max = Math.max(raw.max, rtt)
      text += `[${((sentMs + rtt) / 1000).toFixed(6)}] 64 bytes from ${address}: icmp_seq=${seq} ttl=57 time=${rtt.toFixed(1)} ms\r\n`
    }
    if (n % 1000 === 0) {
      yield text
      text = ''
    }
  }
}

const usedMb = (): number => {
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return (heapUsed + external) / 2 ** 20
}

test(`${2 * PROBES} replies through parser, log and fold; then the page of them opens`, async () => {
  const site = await startTestWeb({ proxied: true, policy: roomyPolicy() })
  try {
    const address = '192.0.2.7'
    const wanted = { tool: 'ping', options: { intervalMs: STEP_MS } }
    const { sessionId, runIds } = valueOf(await site.call<Started>('POST', '/api/v1/sessions', { cookie: site.admin.cookie, body: { target: address, runs: [wanted, wanted] } }))
    const target = { host: address, address, family: 4 as const, addresses: [address] }
    const startMs = Date.UTC(2026, 10, 21)
    const pings = runIds.map((runId, n) => {
      const raw: Raw = { seed: n + 1, min: Infinity, max: 0, answered: 0, lost: 0 }
      return { runId, raw, texts: day(address, startMs, raw), parser: pingParser({ runId, target, options: valueOf(decodePingOptions(wanted.options)) }) }
    })
    const memory: number[] = []
    const cpu = process.cpuUsage()
    for (let batch = 1; batch <= PROBES / 1000; batch += 1) {
      for (const { runId, texts, parser } of pings) {
        const text = texts.next().value ?? ''
        const events: Observed[] = parser.push(Buffer.from(text), startMs)
        site.vantage.say(runId, events, text)
      }
      if (batch % 6 === 0) await site.web.store.append(sessionId, [])
      if (batch % 12 === 0) memory.push(usedMb())
    }
    const { user } = process.cpuUsage(cpu)
    for (const { runId } of pings) site.vantage.end(runId)
    await site.web.store.append(sessionId, [])
    const view = await site.web.store.view(sessionId)
    const summary = await site.web.store.summary(sessionId)
    for (const [n, { raw }] of pings.entries()) {
      const run = view.runs[n]
      const ping = run !== undefined && isPing(run) ? run.view : undefined
      expect(ping?.counts).toMatchObject({ sent: PROBES, answered: raw.answered })
      expect([ping?.rtt.minMs, ping?.rtt.maxMs]).toEqual([raw.min, raw.max])
      expect((ping?.counts.lost ?? 0) + (ping?.counts.awaited ?? 0)).toBe(raw.lost)
    }

    const third = Math.floor(memory.length / 3)
    const early = memory.slice(1, third)
    const late = memory.slice(-third)
    const mean = (list: number[]): number => list.reduce((sum, one) => sum + one, 0) / list.length
    figure('R7', `memory grown from the first third to the last of ${HOURS} h, MiB`, mean(late) - mean(early), '23')
    expect(mean(late) - mean(early)).toBeLessThan(40)

    const bytes = ['sessions.db', 'sessions.db-wal'].filter((name) => readdirSync(site.dataDir).includes(name)).reduce((sum, name) => sum + statSync(join(site.dataDir, name)).size, 0)
    figure('R7', `log of ${2 * PROBES} replies with its transcript, MiB`, (summary?.bytes ?? 0) / 2 ** 20, '30')
    figure('R7', 'database and its journal, MiB', bytes / 2 ** 20, '30')
    figure('R7', `processor time of ${HOURS} h of two pings: parse, log, fold, s`, user / 1e6, '-')
    expect(summary?.bytes ?? Infinity).toBeLessThan(30 * 2 ** 20)

    for (let i = 0; i < scaled(2, 10); i += 1) await openDay(site, sessionId)
  } finally {
    await site.close()
  }
}, 120_000)

async function openDay(site: Awaited<ReturnType<typeof startTestWeb>>, sessionId: SessionId): Promise<void> {
  const startedMs = performance.now()
  const socket = await openRawSocket(site.port, { headers: { cookie: site.admin.cookie, origin: site.origin, 'x-forwarded-for': '203.0.113.9' } })
  let bytes = 0
  socket.stream.on('data', (chunk: Buffer) => { bytes += chunk.length })
  socket.text('40')
  await socket.next((text) => text.startsWith('40'))
  socket.text(`421["session:subscribe",{"sessionId":"${sessionId}","after":0}]`)
  const answer = JSON.parse((await socket.next((text) => text.startsWith('431'))).slice(3)) as [{ ok: boolean; value: { headSeq: number; snapshot: { seq: number } | null } }]
  const { headSeq, snapshot } = answer[0].value
  if ((snapshot?.seq ?? 0) < headSeq) await socket.next((text) => text.includes(`"lastSeq":${headSeq}`))
  const tookMs = performance.now() - startedMs
  figure('R7', `${HOURS} h opened: snapshot and tail, ms`, tookMs, '1500')
  figure('R7', `${HOURS} h of two runs opened: bytes to the page, KiB`, bytes / 1024, '1024')
  expect(tookMs).toBeLessThan(7_500)
  expect(bytes).toBeLessThan(3 * 2 ** 20)
  socket.stream.destroy()
  await socket.closed
}
