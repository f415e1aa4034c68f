/** The packed form loses nothing, is as small as claimed, and refuses what is damaged. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromBase64, toBase64 } from '#lib/protocol/base64.ts'
import { DamagedBytes } from '#lib/protocol/bytes.ts'
import { decodeEvents, encodeEvents, packedRange } from '#lib/protocol/codec.ts'
import type { SessionEvent } from '#lib/protocol/events.ts'
import { numbered, pingEvents, sampleRun, sampleSession } from './sample-events.ts'

/** The codec is generic: for these tests any JSON object with a seq is an event. */
const asEvents = (records: Record<string, unknown>[], firstSeq = 1): SessionEvent[] =>
  records.map((record, i) => Object.assign(JSON.parse(JSON.stringify(record)) as object, { seq: firstSeq + i })) as unknown as SessionEvent[]
const back = (events: SessionEvent[]): SessionEvent[] => decodeEvents(encodeEvents(events))

describe('packed events', () => {
  it('keeps arbitrary JSON objects', () => {
    const record = fc.dictionary(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('kind', 'atMs', '__proto__', 'constructor', '0')), fc.jsonValue(), { maxKeys: 6 })
    fc.assert(fc.property(fc.array(record, { maxLength: 30 }), fc.integer({ min: 1, max: 2 ** 40 }), (records, firstSeq) => {
      const events = asEvents(records, firstSeq)
      expect(back(events)).toEqual(events)
      expect(back(events).map((event) => Object.keys(event).filter((key) => key !== 'seq'))).toEqual(events.map((event) => Object.keys(event).filter((key) => key !== 'seq')))
    }), { numRuns: 300 })
  })

  it('keeps events that differ only now and then, in any mix of shapes', () => {
    const like = fc.record({
      kind: fc.constantFrom('a', 'b'), atMs: fc.oneof(fc.double(), fc.integer()), rttMs: fc.option(fc.double({ noNaN: true })),
      ttl: fc.constantFrom(57, 58), flag: fc.boolean(), target: fc.constantFrom({ host: 'x', list: [1, null] }, [], 'text'), text: fc.string({ unit: 'binary' }),
    }, { requiredKeys: ['kind', 'atMs'] })
    fc.assert(fc.property(fc.array(like, { maxLength: 60 }), (records) => {
      const events = records.map((record, i) => ({ ...record, seq: i + 1 })) as unknown as SessionEvent[]
      expect(back(events)).toEqual(events)
    }), { numRuns: 300 })
  })

  it('keeps any JavaScript string, lone surrogates too', () => {
    const unit = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code))
    fc.assert(fc.property(fc.array(fc.string({ unit }), { minLength: 1, maxLength: 5 }), (texts) => {
      const events = texts.map((text, i) => ({ kind: text, seq: i + 1 })) as unknown as SessionEvent[]
      expect(back(events)).toEqual(events)
    }))
  })

  it('keeps -0, NaN and the infinities at the top level and counts undefined as absent', () => {
    const events = [-0, NaN, Infinity, 0, -Infinity].map((atMs, i) => ({ kind: 'x', atMs, from: undefined, seq: i + 1 })) as unknown as SessionEvent[]
    expect(back(events).map((event) => event.atMs)).toEqual([-0, NaN, Infinity, 0, -Infinity])
    expect(back(events)[0]).not.toHaveProperty('from')
  })

  it('keeps a real-looking session, head to tail', () => {
    const target = { host: 'example.net', address: '192.0.2.7', family: 4 as const, addresses: ['192.0.2.7'] }
    const runId = sampleRun(1)
    const events = numbered([
      { kind: 'session.created', sessionId: sampleSession(1), title: 'Łódź', target: 'example.net', by: 'kim', vantage: 'bastion', atMs: 1 },
      { kind: 'run.queued', runId, tool: 'ping', target, options: { count: null, intervalMs: 1000 }, by: 'kim', policyId: 'p1', atMs: 2 },
      { kind: 'run.started', runId, argv: ['/usr/bin/ping', '-n', '192.0.2.7'], pid: 4242, user: 'hopscope', deadlineMs: 3_600_000, atMs: 3.5 },
      ...pingEvents(600, { runId }),
      { kind: 'run.ended', runId, outcome: { kind: 'finished', code: 'exit', message: 'Done.', exitCode: 0 }, atMs: 1_795_000_700_000 },
    ])
    expect(back(events)).toEqual(events)
  })

  it('gives each event its own nested values', () => {
    const events = asEvents([{ list: [1] }, { list: [1] }])
    const [one, two] = back(events) as unknown as { list: number[] }[]
    one?.list.push(2)
    expect(two?.list).toEqual([1])
  })

  it('costs at most 12 B a reply in blocks of 512 and 40 B in live batches of 20', () => {
    for (const intervalMs of [1000, 200, 10]) {
      const perBlock = encodeEvents(numbered(pingEvents(512, { intervalMs }), 100_001)).length / 512
      const perLive = encodeEvents(numbered(pingEvents(20, { intervalMs }), 100_001)).length / 20
      expect(perBlock).toBeLessThanOrEqual(6)
      expect(perLive).toBeLessThanOrEqual(16)
    }
  })

  it('tells its range without decoding', () => {
    expect(packedRange(encodeEvents(numbered(pingEvents(20), 77)))).toEqual({ firstSeq: 77, lastSeq: 96 })
    expect(packedRange(encodeEvents([]))).toEqual({ firstSeq: 1, lastSeq: 0 })
    expect(decodeEvents(encodeEvents([]))).toEqual([])
  })

  it('does not pack events with a gap', () => {
    expect(() => encodeEvents([...numbered(pingEvents(2)), ...numbered(pingEvents(1), 4)])).toThrow(RangeError)
  })

  it('refuses every torn, flipped or foreign byte', () => {
    const bytes = encodeEvents(numbered(pingEvents(40)))
    for (let length = 0; length < bytes.length; length++) expect(() => decodeEvents(bytes.subarray(0, length))).toThrow(DamagedBytes)
    for (let at = 0; at < bytes.length; at++) {
      const flipped = bytes.slice()
      flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8))
      expect(() => decodeEvents(flipped), `byte ${at}`).toThrow(DamagedBytes)
    }
    expect(() => decodeEvents(new Uint8Array([...bytes, 0]))).toThrow(DamagedBytes)
    expect(() => packedRange(Uint8Array.of(1, 2, 3, 4))).toThrow(DamagedBytes)
  })

  it('names the version it cannot read', () => {
    const bytes = encodeEvents(numbered(pingEvents(1)))
    bytes[1] = 9
    expect(() => decodeEvents(bytes)).toThrow(/version 9; this build reads versions 1 and 2/)
  })

  it('decodes from the middle of a larger buffer and through base64', () => {
    const events = numbered(pingEvents(30))
    const bytes = encodeEvents(events)
    const wide = new Uint8Array(bytes.length + 20)
    wide.set(bytes, 9)
    expect(decodeEvents(wide.subarray(9, 9 + bytes.length))).toEqual(events)
    expect(decodeEvents(fromBase64(toBase64(bytes)))).toEqual(events)
  })
})
