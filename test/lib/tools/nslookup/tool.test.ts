/** nslookup's command line, its bounds, its self-test and its fold. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Observed, SessionEvent } from '#lib/protocol/events.ts'
import { Seq } from '#lib/protocol/ids.ts'
import { nslookup } from '#lib/tools/nslookup/index.ts'
import type { NslookupOptions } from '#lib/tools/nslookup/options.ts'
import { contextOf, options, parseText, targetOf } from './context.ts'

const argv = (some: Partial<NslookupOptions> = {}, host?: string) => nslookup.argv(options(some), targetOf(host)).join(' ')

describe('the command line', () => {
  it.each([
    ['as it is', {}, undefined, '-timeout=2 -retry=2 -port=53 www.example.org'],
    ['a type and a server', { recordType: 'HTTPS', server: '10.0.0.53', port: 5353 }, undefined, '-type=HTTPS -timeout=2 -retry=2 -port=5353 www.example.org 10.0.0.53'],
    ['TCP, whole seconds', { transport: 'tcp', timeoutMs: 2500, tries: 1, server: 'FE80::1%eth0' }, undefined, '-timeout=3 -retry=1 -port=53 -vc www.example.org fe80::1%eth0'],
    ['an address', {}, '192.0.2.7', '-timeout=2 -retry=2 -port=53 192.0.2.7'],
    ['an address with its zone', { recordType: 'PTR' }, 'fe80::1%eth0', '-type=PTR -timeout=2 -retry=2 -port=53 fe80::1'],
  ] as const)('%s', (_name, some, host, wanted) => expect(argv(some, host)).toBe(wanted))

  it('is made of words of ours, checked numbers, the name and the server', () => {
    const any = fc.record({
      recordType: fc.constantFrom('default', 'A', 'TXT', 'ANY'), server: fc.oneof(fc.constant(''), fc.ipV4(), fc.ipV6()), port: fc.integer({ min: 1, max: 65_535 }),
      transport: fc.constantFrom('auto', 'tcp'), timeoutMs: fc.integer({ min: 1000, max: 10_000 }), tries: fc.integer({ min: 1, max: 3 }),
    } as const)
    fc.assert(fc.property(any, (some) => {
      const decoded = options(some)
      const list = nslookup.argv(decoded, targetOf())
      const at = list.indexOf('www.example.org')
      expect(list.slice(at + 1)).toEqual(decoded.server === '' ? [] : [decoded.server])
      for (const word of list.slice(0, at)) expect(word).toMatch(/^-(?:type=[A-Z]+|timeout=\d+|retry=\d|port=\d+|vc)$/)
    }))
  })

  it('what an address cannot be asked for is said before it starts', () => {
    for (const recordType of ['default', 'PTR'] as const) expect(nslookup.cannot?.(options({ recordType }), targetOf('192.0.2.7'))).toBeNull()
    expect(nslookup.cannot?.(options({ recordType: 'MX' }), targetOf('2001:db8::1'))).toMatch(/^An address has no MX record of its own\. .*\.$/)
    expect(nslookup.cannot?.(options({ recordType: 'MX' }), targetOf())).toBeNull()
  })

  it.each(['-type=any', '-x', 'a b', 'a\\.b', ''])('%j could be taken for more than a name', (host) => expect(nslookup.cannot?.(options(), targetOf(host))).toMatch(/^nslookup would not take .*\.$/))

  it('the server is judged as the target is, and a name without an address is enough', () => {
    expect(nslookup.contacts?.(options({ server: '10.0.0.53' }))).toEqual(['10.0.0.53'])
    expect(nslookup.contacts?.(options())).toEqual([])
    expect(nslookup.takesUnresolved).toBe(true)
  })
})

it.each([
  [{}, 336_000, 'gives up after 24 s without an answer, 5 min 36 s at most'],
  [{ server: '10.0.0.53', recordType: 'MX', transport: 'tcp', tries: 1, timeoutMs: 1000 }, 7000, 'gives up after 1 s without an answer, 7 s at most'],
] as const)('how long %j takes at most', (some, longestMs, bound) => {
  expect(nslookup.deadlineMs(options(some))).toBe(longestMs + 10_000)
  expect(nslookup.bound(options(some))).toBe(bound)
})

it('the self-test knows its version, and what shows that it can ask', () => {
  const { version, proof } = nslookup.selfTest
  expect(version('nslookup 9.18.49-1~deb12u3-Debian\n')).toBe('9.18.49-1~deb12u3-Debian')
  expect(version('BusyBox v1.35.0 multi-call binary.\n')).toBeNull()
  expect(proof?.test(';; communications error to 127.0.0.1#9: connection refused\n;; no servers could be reached\n\n')).toBe(true)
  expect(proof?.test(';; UDP setup with 127.0.0.1#9(127.0.0.1) for localhost failed: permission denied.\n;; no servers could be reached\n')).toBe(false)
})

describe('the fold', () => {
  const { fold } = nslookup
  const context = contextOf()
  const sequenced = (events: readonly Observed[]): SessionEvent[] => events.map((event, at) => ({ ...event, seq: Seq.parse(at + 1) }))
  const HEAD = 'Server:\t\t10.0.0.53\nAddress:\t10.0.0.53#53\n\n'
  const OUTPUT = `;; communications error to 10.0.0.52#53: timed out\n${HEAD}a.example\ttext = "\\195\\188" "<b>"\n\n** server can't find b.example: NXDOMAIN\n\nnslookup: bad address 'x'\n`
  const events = sequenced(parseText(OUTPUT.repeat(50)))

  it('keeps what was answered, in order', () => {
    const view = fold.empty(context)
    for (const event of sequenced(parseText(OUTPUT))) fold.apply(view, event)
    expect(view.replies.map(({ name, type, line, reply }) => [name, type, line, reply.status])).toEqual([['a.example', null, 5, 'NOERROR'], ['b.example', null, 7, 'NXDOMAIN']])
    expect(view.attempts.map(({ server, error, line }) => [server, error, line])).toEqual([['10.0.0.52#53', 'timeout', 1]])
    expect(view.fatal).toMatchObject({ error: 'unknown-host' })
    expect(view.revision).toBe(4)
  })

  it('a snapshot at any point behaves like the view ever after, is bounded, and a copy shares nothing that changes', () => {
    fc.assert(fc.property(fc.nat(events.length), (at) => {
      const view = fold.empty(context)
      for (const event of events.slice(0, at)) fold.apply(view, event)
      const copy = fold.copy(view)
      const before = JSON.stringify(fold.encode(view))
      const restored = fold.decode(JSON.parse(before), context)
      for (const event of events.slice(at)) {
        fold.apply(view, event)
        fold.apply(restored, event)
      }
      expect(restored).toEqual(view)
      expect(JSON.stringify(fold.encode(copy))).toBe(before)
      expect(JSON.stringify(fold.encode(view)).length).toBeLessThan(40_000)
    }))
  })

  it('takes no snapshot of another form', () => {
    const good = JSON.parse(JSON.stringify(fold.encode(fold.empty(context)))) as { version: number; view: { replies: unknown[] } }
    expect(() => fold.decode(good, context)).not.toThrow()
    for (const bad of [null, 1, {}, { ...good, version: 2 }, { ...good, view: { ...good.view, replies: [{}] } }, { ...good, view: { ...good.view, revision: -1 } }, { ...good, view: { ...good.view, fatal: {} } }]) {
      expect(() => fold.decode(bad, context)).toThrow('not an nslookup snapshot')
    }
  })
})
