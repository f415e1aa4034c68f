/** Nested JSON whose numbers alone change is packed apart from them: nothing is lost, logs of the version before stay readable, and an answer costs few bytes. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fromBase64 } from '#lib/protocol/base64.ts'
import { DamagedBytes } from '#lib/protocol/bytes.ts'
import { decodeEvents, encodeEvents } from '#lib/protocol/codec.ts'
import type { Observed, SessionEvent } from '#lib/protocol/events.ts'
import { numbered, sampleRun, seeded } from './sample-events.ts'

const VERSION_AT = 1
/** The codec is generic: for these tests any JSON object with a seq is an event. */
const asEvents = (records: readonly object[]): SessionEvent[] => records.map((record, i) => Object.assign(JSON.parse(JSON.stringify(record)) as object, { seq: i + 1 })) as unknown as SessionEvent[]

it('keeps every number, and every text that looks like one or like a hole', () => {
  const leaf = fc.oneof(fc.double({ noNaN: true }), fc.integer(), fc.constantFrom('#', '"', '\\', '\\"#', '12', '-1e5', '{"a":1}', '', null, true), fc.string({ unit: 'binary', maxLength: 5 }))
  const nested = fc.record({ ttl: fc.double({ noNaN: true }), list: fc.array(leaf, { maxLength: 4 }), '7': leaf, 'a#1"': leaf }, { requiredKeys: ['ttl'] })
  fc.assert(fc.property(fc.array(fc.record({ kind: fc.constantFrom('a', 'b'), reply: nested, more: fc.option(nested) }), { maxLength: 40 }), (records) => {
    const events = asEvents(records)
    expect(decodeEvents(encodeEvents(events))).toEqual(events)
  }), { numRuns: 400 })
})

it('is used only where it pays, so that a page that was opened before an upgrade reads everything else', () => {
  const one = asEvents([{ kind: 'run.queued', target: { port: 443 } }, { kind: 'run.queued', target: { port: 443 } }])
  const two = asEvents([{ kind: 'x', reply: { ttl: 300 } }, { kind: 'x', reply: { ttl: 299 } }])
  expect([encodeEvents(one)[VERSION_AT], encodeEvents(two)[VERSION_AT]]).toEqual([1, 2])
})

it('reads a batch of the version before', () => {
  const bytes = fromBase64('5wEBAwcKZG5zLmFuc3dlchh7InR0bCI6Mjk5LCJ0ZXh0IjoiYSMxIn0YeyJ0dGwiOjI5OCwidGV4dCI6ImEjMSJ9GHsidHRsIjoyOTcsInRleHQiOiJhIzEifQRraW5kBXJlcGx5BGF0TXMBAxUdHkAAQABBAgJBAgL7Ik8k')
  expect(decodeEvents(bytes)).toEqual([1, 2, 3].map((n) => ({ kind: 'dns.answer', reply: { ttl: 300 - n, text: 'a#1' }, atMs: n, seq: n })))
})

it('refuses every torn or flipped byte of the split form', () => {
  const bytes = encodeEvents(asEvents([1, 2, 3].map((n) => ({ kind: 'x', reply: { ttl: n, text: 'a' } }))))
  expect(bytes[VERSION_AT]).toBe(2)
  for (let at = 0; at < bytes.length; at++) {
    const flipped = bytes.slice()
    flipped[at] = (flipped[at] ?? 0) ^ 4
    expect(() => decodeEvents(flipped)).toThrow(DamagedBytes)
    expect(() => decodeEvents(bytes.subarray(0, at))).toThrow(DamagedBytes)
  }
})

const random = seeded(11)
const start = 1_795_000_000_000

it('an answer of a name server costs at most 20 B in blocks of 512, a TCP connection 12 B', () => {
  const servers = ['10.0.0.53', '10.0.0.54', '1.1.1.1', '9.9.9.9', '198.51.100.1', '198.51.100.2']
  const answers = Array.from({ length: 43 }, (_, round) => servers.flatMap((server) => ['A', 'AAAA'].map((type): Observed => ({
    kind: 'dns.answer', runId: sampleRun(1), line: 20 * round + 1, round: round + 1, server, purpose: 'matrix', name: 'www.example.com', type,
    reply: {
      status: 'NOERROR', server: { address: server, port: 53 }, transport: 'udp', flags: ['qr', 'rd', 'ra'], authoritative: false,
      answers: [{ name: 'www.example.com', type, ttl: 300 - ((round * 30) % 300), value: type === 'A' ? '192.0.2.7' : '2001:db8::7' }], authority: [], additional: [],
      queryMs: Math.round(random() * 20), bytes: 60, truncated: false, ede: [],
    },
    atMs: start + round * 30_000 + Math.round(random() * 1000) / 10,
  })))).flat().slice(0, 512)
  expect(encodeEvents(numbered(answers)).length / 512).toBeLessThan(20)
  const connects = Array.from({ length: 256 }, (_, i) => ['192.0.2.7', '2001:db8::7'].map((address): Observed => {
    const ms = Math.round((11 + random() * 3) * 1000) / 1000
    const sentAtMs = Math.round((start + i * 1000 + random()) * 1000) / 1000
    return { kind: 'reach.connect', runId: sampleRun(1), line: i + 2, address, port: 443, n: i + 1, sentAtMs, state: 'open', ms, code: null, atMs: Math.round((sentAtMs + ms + random()) * 1000) / 1000 }
  })).flat()
  expect(encodeEvents(numbered(connects)).length / 512).toBeLessThan(12)
})
