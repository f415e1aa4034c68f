/** The hub beside a plain loop that makes and hands over each event's JSON for each viewer. Sockets are not part of it. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { packedBatch } from '#server/web/sessions/commit-plan.ts'
import { Hub } from '#server/web/sessions/fanout.ts'
import type { PackedBatch } from '#server/web/sessions/types.ts'
import { numbered, pingEvents } from '#test/lib/protocol/sample-events.ts'
import type { Figure } from './codec.ts'

const VIEWERS = 1000
const BATCHES = 300
/** What 100 events/s are at 30 batches a second. */
const PER_BATCH = 3

const round = (value: number): number => Number(value.toPrecision(3))

/** V8's own, without a flag on the command line: memory held is what is left after it. */
function garbageCollector(): () => void {
  setFlagsFromString('--expose_gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect !== 'function') throw new Error('no garbage collector to call')
  return () => void collect()
}

export async function bench(): Promise<Figure[]> {
  const events = numbered(pingEvents(BATCHES * PER_BATCH))
  const log: PackedBatch[] = []
  const hub = new Hub({ head: 0, read: async (after) => log.filter((batch) => batch.lastSeq > after).slice(0, 50), warn: (message) => { throw new Error(message) } })
  let bytes = 0
  const sink = { ready: () => true, send: (batch: PackedBatch) => void (bytes += batch.text?.().length ?? 0), behind: () => undefined }
  for (let i = 0; i < VIEWERS; i++) hub.add(0, sink)
  await new Promise((resolve) => setImmediate(resolve))
  const started = performance.now()
  for (let at = 0; at < events.length; at += PER_BATCH) {
    const batch = packedBatch(events.slice(at, at + PER_BATCH))
    log.push(batch)
    hub.publish([batch])
  }
  const ours = performance.now() - started

  let plainBytes = 0
  const plainSend = (text: string): void => void (plainBytes += text.length)
  const plainStarted = performance.now()
  for (const event of events) for (let i = 0; i < VIEWERS; i++) plainSend(JSON.stringify(event))
  const plain = performance.now() - plainStarted

  const collect = garbageCollector()
  const stalled = Array.from({ length: VIEWERS }, () => ({ ready: () => false, send: () => undefined, behind: () => undefined }))
  collect()
  const before = process.memoryUsage().heapUsed
  const hubStalled = new Hub({ head: 0, read: async () => log, warn: () => undefined })
  for (const one of stalled) hubStalled.add(0, one)
  await new Promise((resolve) => setImmediate(resolve))
  for (const batch of log) hubStalled.publish([batch])
  await new Promise((resolve) => setImmediate(resolve))
  collect()
  const held = Math.max(0, process.memoryUsage().heapUsed - before) / VIEWERS / 1024
  const queue = (plainBytes / VIEWERS) / 1024
  const perEvent = ours / events.length
  return [
    { figure: `hand one event to ${VIEWERS} viewers`, ours: round(perEvent), unit: 'ms', against: `one JSON per event and viewer ${round(plain / events.length)} ms`, ratio: round(ours / plain), goal: '<= 0.4' },
    { figure: 'base64 on the wire, an event in batches of 3', ours: round(bytes / VIEWERS / events.length), unit: 'B', against: `JSON ${round(plainBytes / VIEWERS / events.length)} B`, ratio: round(bytes / plainBytes), goal: '<= 1 JSON' },
    { figure: `held for a viewer that missed ${events.length} events`, ours: round(held), unit: 'KiB', against: `its queue of JSON ${round(queue)} KiB`, ratio: round(held / 4), goal: '<= 1 (4 KiB), whatever it missed' },
  ]
}
