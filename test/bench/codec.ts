/** Packed events beside JSON: bytes and time for the same events. */
import { decodeEvents, encodeEvents } from '#lib/protocol/codec.ts'
import type { SessionEvent } from '#lib/protocol/events.ts'
import { numbered, pingEvents } from '#test/lib/protocol/sample-events.ts'

export interface Figure { figure: string; ours: number; unit: string; against: string; ratio: number; goal: string }

const EVENTS = 1_000_000
const BLOCK = 512

/** Fastest of a few: the machine is shared, and what disturbs only ever slows. */
function fastestMs(work: () => void, rounds = 3): number {
  let best = Infinity
  for (let i = 0; i < rounds; i++) {
    const started = performance.now()
    work()
    best = Math.min(best, performance.now() - started)
  }
  return best
}

const round = (value: number): number => Number(value.toPrecision(3))

export async function bench(): Promise<Figure[]> {
  const events = numbered(pingEvents(20 * BLOCK))
  const blocks: SessionEvent[][] = []
  for (let at = 0; at < events.length; at += BLOCK) blocks.push(events.slice(at, at + BLOCK))
  const scale = EVENTS / events.length
  const packed = blocks.map((block) => encodeEvents(block))
  const json = events.map((event) => JSON.stringify(event))
  const encode = fastestMs(() => void blocks.map((block) => encodeEvents(block)), 5) * scale
  const decode = fastestMs(() => void packed.map((bytes) => decodeEvents(bytes)), 5) * scale
  const stringify = fastestMs(() => void events.map((event) => JSON.stringify(event)), 5) * scale
  const parse = fastestMs(() => void json.map((text) => JSON.parse(text) as unknown), 5) * scale
  const bytes = packed.reduce((sum, one) => sum + one.length, 0) / events.length
  const jsonBytes = json.reduce((sum, text) => sum + Buffer.byteLength(text), 0) / events.length
  const live = encodeEvents(events.slice(0, 20)).length / 20
  const big = encodeEvents(numbered(pingEvents(10_000)))
  const bigMs = fastestMs(() => void decodeEvents(big), 5)
  return [
    { figure: 'packed reply in blocks of 512', ours: round(bytes), unit: 'B', against: `JSON ${round(jsonBytes)} B`, ratio: round(bytes / 12), goal: '<= 1 (12 B)' },
    { figure: 'packed reply in live batches of 20', ours: round(live), unit: 'B', against: `JSON ${round(jsonBytes)} B`, ratio: round(live / 40), goal: '<= 1 (40 B)' },
    { figure: 'decode 1M events', ours: round(decode), unit: 'ms', against: `JSON.parse ${round(parse)} ms`, ratio: round(decode / parse), goal: '<= 1' },
    { figure: 'encode 1M events', ours: round(encode), unit: 'ms', against: `JSON.stringify ${round(stringify)} ms`, ratio: round(encode / stringify), goal: '<= 3' },
    { figure: 'decode a batch of 10,000', ours: round(bigMs), unit: 'ms', against: `JSON.parse ${round(parse / 100)} ms`, ratio: round(bigMs / 15), goal: '<= 1 (15 ms)' },
  ]
}
