/** The path-MTU sweep finds the largest packet that passes, whatever routers, holes and losses do, in a bounded number of steps. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EventBody, type Observed } from '#lib/protocol/events.ts'
import { pmtu } from '#lib/tools/pmtu/index.ts'
import { contextOf, hole, NOW, sweep, told, type Path } from './sweep.ts'

const only = <K extends Observed['kind']>(events: readonly Observed[], kind: K) => events.filter((event): event is Extract<Observed, { kind: K }> => event.kind === kind)
const result = (events: readonly Observed[]) => only(events, 'pmtu.result').map(({ mtu, failsFrom, toldBy }) => ({ mtu, failsFrom, toldBy }))
const V6 = '2001:db8::9'

describe('the sweep', () => {
  it('a plain path passes at once', () => {
    const { events, sizes, outcome } = sweep(hole(1500))
    expect(sizes).toEqual([1500])
    expect(only(events, 'pmtu.try')).toEqual([{
      kind: 'pmtu.try', runId: 'AAAAAAAAAAAAAAAA', line: 8, packetBytes: 1500, fate: 'passed', sent: 3, answered: 3, rttMs: 1.25, atMs: NOW + 1000,
    }])
    expect(result(events)).toEqual([{ mtu: 1500, failsFrom: null, toldBy: null }])
    expect(outcome).toEqual({ kind: 'finished', code: 'exit', exitCode: 0, message: 'Packets of up to 1,500 bytes pass whole to target.example and back; larger ones were not tried.' })
  })

  it('a router that speaks up is believed, and checked on both sides', () => {
    const { events, sizes, outcome } = sweep(told(1400))
    expect(sizes).toEqual([1500, 1400, 1401])
    expect(only(events, 'pmtu.try').map(({ fate, from, mtu, answered }) => ({ fate, from, mtu, answered }))).toEqual([
      { fate: 'too-big', from: '192.0.2.1', mtu: 1400, answered: 0 }, { fate: 'passed', from: undefined, mtu: undefined, answered: 3 }, { fate: 'local', from: undefined, mtu: 1400, answered: 0 },
    ])
    expect(result(events)).toEqual([{ mtu: 1400, failsFrom: 1401, toldBy: '192.0.2.1' }])
    expect(outcome.message).toBe('Packets of up to 1,400 bytes pass to target.example; 192.0.2.1 says so to larger ones. Senders learn of it by themselves as long as that ICMP message reaches them.')
  })

  it('two routers, one after the other', () => {
    const first = told(1492, '192.0.2.1')
    const second = told(1420, '192.0.2.2')
    const { events, sizes } = sweep((size, seq) => (size > 1492 ? first(size, seq) : second(size, seq)))
    expect(sizes).toEqual([1500, 1492, 1420, 1421])
    expect(result(events)).toEqual([{ mtu: 1420, failsFrom: 1421, toldBy: '192.0.2.2' }])
  })

  it('a black hole is found to the byte, and named', () => {
    const { events, sizes, outcome } = sweep(hole(1400))
    expect(sizes.slice(0, 2)).toEqual([1500, 576])
    expect(sizes.at(-1)).toBe(1401)
    expect(sizes.filter((size) => size === 1401)).toHaveLength(2)
    expect(result(events)).toEqual([{ mtu: 1400, failsFrom: 1401, toldBy: null }])
    expect(outcome.message).toContain('from 1,401 bytes on they vanish and nobody says why: a path-MTU black hole.')
  })

  it('a hole behind a router that speaks: what the router said does not explain the limit', () => {
    const first = told(1450)
    const { events } = sweep((size, seq) => (size > 1450 ? first(size, seq) : hole(1300)(size, seq)))
    expect(result(events)).toEqual([{ mtu: 1300, failsFrom: 1301, toldBy: null }])
  })

  it('jumbo frames, in less than 24 steps', () => {
    expect(sweep(hole(9000), contextOf({ largestBytes: 9000 })).sizes).toEqual([9000])
    const { events, sizes } = sweep(hole(8972), contextOf({ largestBytes: 9000 }))
    expect(result(events)).toEqual([{ mtu: 8972, failsFrom: 8973, toldBy: null }])
    expect(sizes.length).toBeLessThan(24)
  })

  it('the own interface carries no more', () => {
    const { events, sizes, outcome } = sweep((size) => (size <= 1500 ? 'reply' : { local: 1500 }), contextOf({ largestBytes: 9000 }))
    expect(sizes).toEqual([9000, 1500, 1501])
    expect(result(events)).toEqual([{ mtu: 1500, failsFrom: 1501, toldBy: null }])
    expect(only(events, 'pmtu.try').map(({ fate, mtu }) => [fate, mtu])).toEqual([['local', 1500], ['passed', undefined], ['local', 1500]])
    expect(outcome.message).toContain("the vantage's own kernel refuses larger ones")
  })

  it('no reply at all says nothing of the path MTU', () => {
    const { events, sizes, outcome } = sweep(() => 'lost')
    expect(sizes).toEqual([1500, 576, 576])
    expect(result(events)).toEqual([{ mtu: null, failsFrom: 576, toldBy: null }])
    expect(outcome).toMatchObject({ kind: 'finished', message: expect.stringContaining('No echo reply came back at any size, not even 576 bytes') })
  })

  it('an ICMP error instead of replies is named', () => {
    const { outcome } = sweep(() => ({ error: 'Packet filtered', from: '192.0.2.1' }))
    expect(outcome.message).toContain('ICMP errors came back instead (admin-prohibited).')
  })

  it('an old router that names no size is told, and the size is searched', () => {
    const { events } = sweep((size) => (size <= 1006 ? 'reply' : { tooBig: 0, from: '192.0.2.1' }))
    expect(result(events)).toEqual([{ mtu: 1006, failsFrom: 1007, toldBy: '192.0.2.1' }])
  })

  it.each([[1500], [1600], [20], [4_000_000]])('a router that names nonsense (%i) does not lead it astray', (nonsense) => {
    const { events } = sweep((size) => (size <= 1234 ? 'reply' : { tooBig: nonsense, from: '192.0.2.1' }))
    expect(result(events)).toEqual([{ mtu: 1234, failsFrom: 1235, toldBy: '192.0.2.1' }])
  })

  it('a link below 576 bytes is found if its router says so', () => {
    const { events } = sweep(told(296))
    expect(result(events)).toEqual([{ mtu: 296, failsFrom: 297, toldBy: '192.0.2.1' }])
  })

  it('IPv6: headers, words and the smallest size of its own', () => {
    const plain = sweep(told(1400, '2001:db8::1'), contextOf({}, V6))
    expect(plain.sizes).toEqual([1500, 1400, 1401])
    expect(plain.transcript).toContain('-s 1352 -- 2001:db8::9')
    expect(result(plain.events)).toEqual([{ mtu: 1400, failsFrom: 1401, toldBy: '2001:db8::1' }])
    expect(only(plain.events, 'unrecognised')).toEqual([])
    expect(sweep(() => 'lost', contextOf({}, V6)).sizes).toEqual([1500, 1280, 1280])
    expect(result(sweep(hole(1280), contextOf({}, V6)).events)).toEqual([{ mtu: 1280, failsFrom: 1281, toldBy: null }])
  })

  it('every line of every step is understood, counted through, and its events fit the log', () => {
    const { events, transcript } = sweep(hole(1400))
    expect(only(events, 'unrecognised')).toEqual([])
    const lines = transcript.split('\n')
    for (const { line, packetBytes } of only(events, 'pmtu.try')) expect(lines.slice(Math.max(0, line - 10), line).join('\n')).toContain(`(${packetBytes}) bytes of data`)
    for (const { atMs: _at, ...event } of events) expect(EventBody.parse(event)).toEqual(event)
  })
})

describe('whatever the path does', () => {
  it('finds the exact MTU when packets are lost at random but never a size as a whole', () => {
    fc.assert(fc.property(fc.integer({ min: 576, max: 9000 }), fc.integer({ min: 1280, max: 9000 }), fc.integer({ min: 0, max: 2 }), fc.boolean(), (mtu, largestBytes, kept, speaks) => {
      const router = told(mtu)
      const path: Path = (size, seq) => (size <= mtu ? (seq === kept + 1 ? 'reply' : 'lost') : speaks ? router(size, seq) : 'lost')
      const { events, sizes } = sweep(path, contextOf({ largestBytes }))
      const isWhole = mtu >= largestBytes
      expect(result(events)).toEqual([{ mtu: Math.min(mtu, largestBytes), failsFrom: isWhole ? null : mtu + 1, toldBy: speaks && !isWhole ? '192.0.2.1' : null }])
      expect(sizes.length).toBeLessThanOrEqual(24)
    }), { numRuns: 150 })
  })

  it('survives one size that is lost as a whole: it is tried again before it is believed', () => {
    fc.assert(fc.property(fc.integer({ min: 600, max: 1499 }), fc.nat(8), (mtu, unlucky) => {
      let step = -1
      let last = 0
      const path: Path = (size, seq) => {
        if (seq === 1) { step++; last = size }
        return last <= mtu && step !== unlucky ? 'reply' : 'lost'
      }
      const { events, sizes } = sweep(path)
      expect(result(events)).toEqual([{ mtu, failsFrom: mtu + 1, toldBy: null }])
      expect(sizes.length).toBeLessThanOrEqual(24)
    }), { numRuns: 150 })
  })

  it('ends in 24 steps, claims only what passed, and never throws', () => {
    const fate = fc.oneof(fc.constantFrom<'reply' | 'lost'>('reply', 'lost'), fc.record({ tooBig: fc.nat(9100), from: fc.constant('192.0.2.1') }), fc.record({ local: fc.nat(9100) }))
    fc.assert(fc.property(fc.array(fate, { minLength: 1, maxLength: 80 }), fc.boolean(), (fates, six) => {
      let n = 0
      const { events, sizes } = sweep(() => fates[n++ % fates.length] ?? 'lost', contextOf({ largestBytes: 9000 }, six ? V6 : undefined))
      expect(sizes.length).toBeLessThanOrEqual(24)
      const passed = only(events, 'pmtu.try').filter((event) => event.fate === 'passed').map((event) => event.packetBytes)
      expect(result(events)).toMatchObject([{ mtu: passed.length === 0 ? null : Math.max(...passed) }])
    }), { numRuns: 200 })
  })

  it('does not care how the bytes are cut', () => {
    const whole = sweep(told(1400)).events
    fc.assert(fc.property(fc.integer({ min: 1, max: 50 }), (length) => {
      const cut = (bytes: Uint8Array): Uint8Array[] => Array.from({ length: Math.ceil(bytes.length / length) }, (_, at) => bytes.slice(at * length, (at + 1) * length))
      expect(sweep(told(1400), contextOf(), cut).events).toEqual(whole)
    }), { numRuns: 20 })
  })
})

describe('a sweep that goes wrong', () => {
  it('a fatal word ends it', () => {
    const parser = pmtu.parser(contextOf())
    const text = 'ping: socket: Operation not permitted\r\n'
    expect(parser.push(new TextEncoder().encode(text), NOW)).toMatchObject([{ kind: 'pmtu.fatal', error: 'permission' }])
    expect(parser.next?.({ code: 2, signal: null }, NOW)).toBeNull()
    expect(parser.end(NOW)).toEqual([])
    expect(parser.verdict({ code: 2, signal: null })).toMatchObject({ kind: 'failed', code: 'permission', blame: 'tool', exitCode: 2 })
  })

  it.each([['Operation not permitted', 'permission', 'permission', 'tool'], ['Network is unreachable', 'network-unreachable', 'no-route', 'path']])('a kernel that lets nothing out (%s) is no silence of the path', (words, error, code, blame) => {
    const parser = pmtu.parser(contextOf())
    const refused = `ping: sendmsg: ${words}\n`
    parser.push(new TextEncoder().encode(`PING 192.0.2.9 (192.0.2.9) 1472(1500) bytes of data.\n${refused.repeat(3)}\n--- 192.0.2.9 ping statistics ---\n3 packets transmitted, 0 received, 100% packet loss, time 405ms\n\n`), NOW)
    expect(parser.next?.({ code: 1, signal: null }, NOW)).toBeNull()
    expect(parser.end(NOW)).toMatchObject([{ kind: 'pmtu.fatal', error, text: `ping: sendmsg: ${words}` }])
    expect(parser.verdict({ code: 1, signal: null })).toMatchObject({ kind: 'failed', code, blame, exitCode: 1 })
  })

  it('stopped in the middle: an answered size counts, silence does not', () => {
    const begun = 'PING 192.0.2.9 (192.0.2.9) 1472(1500) bytes of data.\r\n'
    const parser = pmtu.parser(contextOf())
    parser.push(new TextEncoder().encode(begun), NOW)
    expect(parser.end(NOW)).toEqual([])
    const answered = pmtu.parser(contextOf())
    answered.push(new TextEncoder().encode(`${begun}[1795365708.254216] 1480 bytes from 192.0.2.9: icmp_seq=1 ttl=63 time=1.5 ms\r\n^C`), NOW)
    expect(answered.end(NOW)).toMatchObject([{ kind: 'pmtu.try', fate: 'passed', packetBytes: 1500 }])
  })

  it('an answer from somebody else proves nothing', () => {
    const parser = pmtu.parser(contextOf())
    parser.push(new TextEncoder().encode('[1795365708.254216] 1480 bytes from 192.0.2.77: icmp_seq=1 ttl=63 time=1.5 ms\r\n'), NOW)
    expect(parser.next?.({ code: 0, signal: null }, NOW)?.args.join(' ')).toContain('-s 548 ')
  })
})

it('argv, bounds and self-test', () => {
  const { options, target } = contextOf()
  expect(pmtu.argv(options, target).join(' ')).toBe('-n -D -4 -M do -c 3 -i 0.2 -W 1 -s 1472 -- 192.0.2.9')
  expect(pmtu.argv(options, contextOf({}, V6).target).join(' ')).toBe('-n -D -6 -M do -c 3 -i 0.2 -W 1 -s 1452 -- 2001:db8::9')
  expect(pmtu.deadlineMs(options)).toBe(24 * 1900 + 10_000)
  expect(pmtu.bound(options).replaceAll('\u00a0', ' ')).toBe('24 sizes and 46 s at most')
  expect(pmtu.selfTest.probeArgs.at(-1)).toBe('127.0.0.1')
})
