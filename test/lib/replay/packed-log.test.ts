/** The log of a replay as it is held: every event once, in order, whatever overlaps and whatever was damaged. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DamagedBytes } from '#lib/protocol/bytes.ts'
import { encodeEvents } from '#lib/protocol/codec.ts'
import { createPackedLog, type PackedLog } from '#lib/replay/packed-log.ts'
import { history, reply } from '../session/history.ts'

const EVENTS = history(Array.from({ length: 57 }, (_, i) => (i % 5 === 2 ? 'lost' : reply(3 + i))))
const batch = (fromSeq: number, toSeq: number): Uint8Array => encodeEvents(EVENTS.slice(fromSeq - 1, toSeq))

function readAll(log: PackedLog, from: number): number[] {
  const seqs: number[] = []
  for (let seq = from; ;) {
    const events = log.from(seq)
    if (events === null) return seqs
    seqs.push(...events.map((event) => event.seq))
    seq += events.length
  }
}
const upTo = (last: number, from = 1): number[] => Array.from({ length: Math.max(0, last - from + 1) }, (_, i) => from + i)

describe('packed log', () => {
  it('reads every event once and in order from anywhere, though batches overlap', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat(4), fc.integer({ min: 1, max: 15 })), { minLength: 1, maxLength: 12 }), fc.integer({ min: 1, max: EVENTS.length }), (ranges, from) => {
      const log = createPackedLog()
      for (const [overlap, size] of ranges) {
        const first = Math.max(1, log.lastSeq + 1 - overlap)
        if (first <= EVENTS.length) log.add(batch(first, Math.min(EVENTS.length, log.lastSeq + size)))
      }
      expect(readAll(log, from)).toEqual(upTo(log.lastSeq, from))
      expect(log.from(log.lastSeq + 1)).toBeNull()
    }))
  })

  it('refuses a gap and what is no batch, and stays as it was', () => {
    const log = createPackedLog()
    log.add(batch(1, 10))
    expect(() => log.add(batch(12, 20))).toThrow(DamagedBytes)
    expect(() => log.add(new Uint8Array([1, 2, 3, 4, 5, 6]))).toThrow(DamagedBytes)
    expect(readAll(log, 1)).toEqual(upTo(10))
  })

  it('forgets a damaged batch and what follows, so that they can come again', () => {
    const log = createPackedLog()
    const damaged = batch(11, 20)
    damaged[damaged.length >> 1] = (damaged[damaged.length >> 1] ?? 0) ^ 1
    log.add(batch(1, 10))
    log.add(damaged)
    log.add(batch(21, 30))
    expect(() => log.from(15)).toThrow(DamagedBytes)
    expect(log.lastSeq).toBe(10)
    log.add(batch(11, 40))
    expect(readAll(log, 1)).toEqual(upTo(40))
  })
})
