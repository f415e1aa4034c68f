/** Traceroute's command line, its bounds, and what the self-test reads. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { traceroute } from '#lib/tools/traceroute/index.ts'
import { options, targetOf } from './context.ts'

const argv = (some: Parameters<typeof options>[0] = {}, target = targetOf()) => traceroute.argv(options(some), target).join(' ')
const COMMON = '-f 1 -m 30 -q 3 -w 3 -N 4'

describe('the command line', () => {
  it.each([
    ['UDP counts its ports up', {}, `-n -e -4 ${COMMON} -- 203.0.113.9`],
    ['UDP to one port', { port: 53 }, `-n -e -4 ${COMMON} -U -p 53 -- 203.0.113.9`],
    ['ICMP has no port', { protocol: 'icmp', port: 53 }, `-n -e -4 ${COMMON} -I -- 203.0.113.9`],
    ['TCP to the usual port', { protocol: 'tcp' }, `-n -e -4 ${COMMON} -T -p 443 -- 203.0.113.9`],
    ['TCP to a port', { protocol: 'tcp', port: 22 }, `-n -e -4 ${COMMON} -T -p 22 -- 203.0.113.9`],
    ['everything', { waitMs: 1500, queries: 1, firstHop: 3, maxHops: 9, atOnce: 16 }, '-n -e -4 -f 3 -m 9 -q 1 -w 1.5 -N 16 -- 203.0.113.9'],
  ] as const)('%s', (_name, some, wanted) => expect(argv(some)).toBe(wanted))

  it('takes the port of the target for TCP, and only for TCP', () => {
    expect(argv({ protocol: 'tcp' }, { ...targetOf(), port: 8443 })).toContain('-T -p 8443')
    expect(argv({}, { ...targetOf(), port: 8443 })).not.toContain('8443')
  })

  it('probes IPv6, also with a zone', () => expect(argv({ protocol: 'icmp' }, targetOf('fe80::1%eth0'))).toBe(`-n -e -6 ${COMMON} -I -- fe80::1%eth0`))

  it('is made of literals and plain numbers, with the address behind `--`', () => {
    const any = fc.record({
      protocol: fc.constantFrom('icmp', 'udp', 'tcp'), port: fc.option(fc.integer({ min: 1, max: 65_535 })), queries: fc.integer({ min: 1, max: 5 }),
      waitMs: fc.integer({ min: 5, max: 50 }).map((n) => n * 100), firstHop: fc.integer({ min: 1, max: 64 }), maxHops: fc.integer({ min: 1, max: 64 }), atOnce: fc.integer({ min: 1, max: 16 }),
    })
    fc.assert(fc.property(any, (some) => {
      const list = traceroute.argv(options(some), targetOf())
      expect(list.slice(-2)).toEqual(['--', '203.0.113.9'])
      for (const word of list.slice(0, -2)) expect(word).toMatch(/^(?:-[neITUpfmqwN46]|\d+(?:\.\d{1,3})?)$/)
    }))
  })
})

it('says before it starts that the first hop lies behind the last', () => {
  expect(traceroute.cannot?.(options({ firstHop: 5, maxHops: 4 }), targetOf())).toMatch(/^The first hop \(5\) lies behind the last one \(4\)\. .*\.$/)
  expect(traceroute.cannot?.(options({ firstHop: 5, maxHops: 5 }), targetOf())).toBeNull()
})

describe('how long it takes at most', () => {
  it.each([
    // 90 probes, 4 at once: 23 waits and the last one's.
    [{}, 72_000, '30 hops, 1 min 12 s at most'],
    [{ queries: 1, maxHops: 1, waitMs: 500, atOnce: 1 }, 1000, '1 hop, 1 s at most'],
    [{ queries: 5, maxHops: 64, waitMs: 5000, atOnce: 1 }, 1_605_000, '64 hops, 26 min 45 s at most'],
  ])('%j', (some, longestMs, bound) => {
    expect(traceroute.deadlineMs(options(some))).toBe(longestMs + 10_000)
    expect(traceroute.bound(options(some))).toBe(bound)
  })

  it('the deadline comes after the slowest schedule there can be', () => {
    const any = fc.record({ probes: fc.integer({ min: 1, max: 5 }), hops: fc.integer({ min: 1, max: 64 }), atOnce: fc.integer({ min: 1, max: 16 }) })
    fc.assert(fc.property(any, fc.array(fc.nat(1000), { minLength: 1, maxLength: 640 }), ({ probes, hops, atOnce }, lasting) => {
      const slots = Array.from({ length: atOnce }, () => 0)
      // Each probe takes the slot that is free first, and lasts until it is answered or given up.
      for (let at = 0; at < probes * hops; at++) {
        const free = slots.indexOf(Math.min(...slots))
        slots[free] = (slots[free] ?? 0) + (lasting[at % lasting.length] ?? 0)
      }
      expect(traceroute.deadlineMs(options({ queries: probes, maxHops: hops, atOnce, waitMs: 1000 }))).toBeGreaterThanOrEqual(Math.max(...slots))
    }), { numRuns: 200 })
  })
})

it('knows its version, and no other traceroute', () => {
  const { version } = traceroute.selfTest
  expect(version('Modern traceroute for Linux, version 2.1.2\nCopyright (c) 2016  Dmitry Butskoy,   License: GPL v2 or any later\n')).toBe('2.1.2')
  expect(version('\r\nModern traceroute for Linux, version 2.1.0\r\n')).toBe('2.1.0')
  expect(version('traceroute (GNU inetutils) 2.4\n')).toBeNull()
  expect(version('BusyBox v1.35.0 multi-call binary.\n')).toBeNull()
})
