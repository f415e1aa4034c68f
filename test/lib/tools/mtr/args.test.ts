/** mtr's command line, its bounds, and what it cannot probe. */
import { describe, expect, it } from 'vitest'
import { mtr } from '#lib/tools/mtr/index.ts'
import { mtrOptions, targetOf } from './context.ts'

const argv = (some: Parameters<typeof mtrOptions>[0] = {}, address?: string) => mtr.argv(mtrOptions(some), targetOf(address)).join(' ')

describe('argv', () => {
  it('is literals, numbers and the address', () => {
    expect(argv()).toBe('-n --raw -e -4 -c 86400 -i 1 -G 2 -Z 10 -m 30 -f 1 -s 64 -- 203.0.113.10')
    expect(argv({ cycles: 100, intervalMs: 1500, timeoutMs: 2100, firstHop: 3, maxHops: 40, sizeBytes: 1400 }))
      .toBe('-n --raw -e -4 -c 100 -i 1.5 -G 3 -Z 10 -m 40 -f 3 -s 1400 -- 203.0.113.10')
  })

  it('TCP has a port always, UDP only if one was given, ICMP never', () => {
    expect(argv({ protocol: 'tcp' })).toContain(' -T -P 443 -- ')
    expect(mtr.argv(mtrOptions({ protocol: 'tcp' }), targetOf('203.0.113.10', { port: 8443 })).join(' ')).toContain(' -T -P 8443 -- ')
    expect(argv({ protocol: 'tcp', port: 22 })).toContain(' -T -P 22 -- ')
    expect(argv({ protocol: 'udp' })).toContain(' -u -- ')
    expect(argv({ protocol: 'udp', port: 53 })).toContain(' -u -P 53 -- ')
    expect(argv({ port: 53 })).not.toContain('-P')
  })

  it('a packet is never smaller than its headers', () => {
    expect(argv({ sizeBytes: 28 })).toContain(' -s 28 ')
    expect(argv({ sizeBytes: 28 }, '2001:db8::1')).toBe('-n --raw -e -6 -c 86400 -i 1 -G 2 -Z 10 -m 30 -f 1 -s 48 -- 2001:db8::1')
  })

  it('goes on until stopped, but no longer than a day', () => {
    expect(argv({ intervalMs: 7000 })).toContain(` -c ${Math.ceil(86_400 / 7)} `)
  })
})

it('says what it cannot probe, and what can', () => {
  expect(mtr.cannot?.(mtrOptions(), targetOf('fe80::1%eth0'))).toMatch(/does not take the zone.*traceroute/)
  expect(mtr.cannot?.(mtrOptions({ firstHop: 9, maxHops: 5 }), targetOf())).toContain('Choose a first hop of 5 or less.')
  expect(mtr.cannot?.(mtrOptions(), targetOf())).toBeNull()
})

it('has time enough, and says how much', () => {
  expect(mtr.deadlineMs(mtrOptions())).toBe(86_400_000)
  // 30 hops in the first round, as slow as mtr spaces them, then 9 rounds and the wait for the last answers.
  expect(mtr.deadlineMs(mtrOptions({ cycles: 10 }))).toBeGreaterThanOrEqual(3000 + 9000 + 2000)
  expect(mtr.deadlineMs(mtrOptions({ cycles: 10 }))).toBeLessThan(40_000)
  expect(mtr.deadlineMs(mtrOptions({ cycles: 1000, intervalMs: 60_000, maxHops: 64 }))).toBeLessThanOrEqual(86_400_000)
  expect(mtr.bound(mtrOptions())).toBe('24 h at most')
  expect(mtr.bound(mtrOptions({ cycles: 10 })).replaceAll('\u00a0', ' ')).toBe('10 rounds, about 12 s')
  expect(mtr.bound(mtrOptions({ cycles: 1 })).replaceAll('\u00a0', ' ')).toBe('1 round, about 3 s')
})

it('knows its version and the proof that it works', () => {
  expect(mtr.selfTest.version('mtr 0.95\n')).toBe('0.95')
  expect(mtr.selfTest.version('mtr: bad\n')).toBeNull()
  expect('x 0 33000\nh 0 127.0.0.1\nh 0 127.0.0.1\np 0 57 33000\n').toMatch(mtr.selfTest.proof ?? /never^/)
  expect('x 0 33000\n').not.toMatch(mtr.selfTest.proof ?? /./)
})
