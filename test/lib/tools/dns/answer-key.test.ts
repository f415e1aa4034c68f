/** What makes two answers the same. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { answerKey, osKey } from '#lib/tools/dns/answer-key.ts'
import type { DnsRecord } from '#lib/tools/dns/reply.ts'

const record = (type: string, value: string, more: Partial<DnsRecord> = {}): DnsRecord => ({ name: 'www.corp.example', type, ttl: 300, value, ...more })
const key = (answers: DnsRecord[], type = 'A', status = 'NOERROR'): string => answerKey({ status, answers }, type)

it('order, TTL, owner, repetition and the case of a name do not count', () => {
  const one = key([record('A', '192.0.2.1'), record('A', '192.0.2.2')])
  expect(key([record('A', '192.0.2.2', { ttl: 1 }), record('A', '192.0.2.1', { name: 'WWW.corp.example' }), record('A', '192.0.2.1')])).toBe(one)
  expect(key([record('CNAME', 'CDN.Other.example')], 'CNAME')).toBe(key([record('CNAME', 'cdn.other.example')], 'CNAME'))
  expect(key([record('MX', '10 MX.example')], 'MX')).toBe(key([record('MX', '10 mx.example')], 'MX'))
})

it('values, status and the CNAMEs on the way do', () => {
  const keys = [
    key([]), key([], 'A', 'NXDOMAIN'), key([], 'A', 'TIMEOUT'), key([record('A', '192.0.2.1')]), key([record('A', '192.0.2.2')]), key([record('A', '192.0.2.1'), record('A', '192.0.2.2')]),
    key([record('CNAME', 'a.example'), record('A', '192.0.2.1')]), key([record('CNAME', 'b.example'), record('A', '192.0.2.1')]), key([record('A', '192.0.2.1')], 'A', 'SERVFAIL'),
  ]
  expect(new Set(keys).size).toBe(keys.length)
  expect(key([record('TXT', 'Ab')], 'TXT')).not.toBe(key([record('TXT', 'ab')], 'TXT'))
})

it('records of another type do not count, but for ANY', () => {
  expect(key([record('RRSIG', 'x'), record('A', '192.0.2.1')])).toBe(key([record('A', '192.0.2.1')]))
  expect(key([record('MX', '10 a'), record('A', '192.0.2.1')], 'ANY')).not.toBe(key([record('A', '192.0.2.1')], 'ANY'))
})

it('a value cannot pass for two, and a key is short whatever the answer', () => {
  expect(key([record('TXT', 'a\nTXT b')], 'TXT')).not.toBe(key([record('TXT', 'a'), record('TXT', 'b')], 'TXT'))
  expect(key([record('TXT', 'a\\nTXT b')], 'TXT')).not.toBe(key([record('TXT', 'a\nTXT b')], 'TXT'))
  const long = Array.from({ length: 64 }, (_, at) => record('TXT', `${'x'.repeat(1000)}${at}`))
  expect(key(long, 'TXT').length).toBeLessThan(300)
  expect(key(long, 'TXT')).not.toBe(key(long.with(63, record('TXT', 'y')), 'TXT'))
})

it('is the same for every order of the same records', () => {
  fc.assert(fc.property(fc.array(fc.ipV4(), { maxLength: 20 }), fc.infiniteStream(fc.nat()), (values, dice) => {
    const shuffled = values.map((value) => [dice.next().value ?? 0, value] as const).sort(([a], [b]) => a - b).map(([, value]) => value)
    expect(key(shuffled.map((value) => record('A', value)))).toBe(key(values.map((value) => record('A', value))))
    expect(osKey('found', shuffled)).toBe(osKey('found', values))
  }))
})
