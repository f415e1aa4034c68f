/** Lines of traceroute and of mtr's raw form, explained to the person who chose one. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readPathLine } from '#lib/terminal/path-line.ts'

const read = (text: string): Record<string, string> => Object.fromEntries(readPathLine(text)?.rows.map(({ name, value }) => [name, value]) ?? [])

describe('mtr --raw', () => {
  it.each([
    ['x 0 33000', { says: 'x: a probe was sent', hop: '1', number: '33000' }],
    ['h 2 198.51.100.3', { says: 'h: who answers at this hop', hop: '3', address: '198.51.100.3' }],
    ['p 6 16215 33006', { says: 'p: an answer came', hop: '7', rtt: '16.215 ms', number: '33006' }],
    ['p 6 16215', { says: 'p: an answer came', hop: '7', rtt: '16.215 ms' }],
    ['m 3 24001 0 1 1', { says: 'm: an MPLS label', hop: '4', label: '24001', class: '0', bottom: '1', ttl: '1' }],
  ])('%s', (line, rows) => expect(read(line)).toEqual(rows))
  it('a probe that was sent is no loss', () => expect(readPathLine('x 4 33004')?.mark).toBeNull())
})

describe('traceroute', () => {
  it.each([
    [' 5  192.0.2.66  9.731 ms *  10.202 ms', 'silent', { says: 'answers of a hop', hop: '5', from: '192.0.2.66', rtt: '9.731, 10.202 ms', '*': '1 not answered within the wait' }],
    [' 8  * * *', 'silent', { says: 'no answer from this hop', hop: '8', '*': '3 not answered within the wait' }],
    [' 4  198.51.100.4  8.1 ms !X  198.51.100.9  8.2 ms', 'error', { says: 'answers of a hop', hop: '4', from: '198.51.100.4 198.51.100.9', rtt: '8.1, 8.2 ms', flags: '!X administratively prohibited' }],
    ['traceroute to a.example (203.0.113.9), 30 hops max, 60 byte packets', null, { says: 'start' }],
    ['$ /usr/bin/mtr --raw -- 203.0.113.9', null, { says: 'next program of this run' }],
  ] as const)('%s', (line, mark, rows) => {
    expect(readPathLine(line)?.mark).toBe(mark)
    expect(read(line)).toEqual(rows)
  })
})

it('never throws, never calls anything lost, and knows what it does not know', () => {
  expect(readPathLine('PING 203.0.113.9')).toBeNull()
  fc.assert(fc.property(fc.string({ maxLength: 120 }), (text) => { expect(readPathLine(text)?.mark).not.toBe('lost') }))
})
