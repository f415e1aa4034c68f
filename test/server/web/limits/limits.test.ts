/** Rate and count limits: exact figures, compared with a naive count over random timelines, and bounded memory (S24, S25, S39, S49). */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createDistinctWindow } from '#server/web/limits/distinct.ts'
import { createGauge } from '#server/web/limits/gauge.ts'
import { addressKey, createLimits, LIMITS, rateLimited } from '#server/web/limits/limits.ts'
import { createWindow, type Verdict } from '#server/web/limits/window.ts'

function ticking() {
  let now = 0
  return { monotonicMs: () => now, pass: (ms: number) => { now += ms } }
}
const waitOf = (verdict: Verdict): number => (verdict.ok ? 0 : verdict.retryAfterS)

describe('sliding window', () => {
  it('lets exactly `limit` through in any window, as a naive count over the whole past does', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 700 }), fc.constantFrom('a', 'b')), { maxLength: 200 })
    fc.assert(fc.property(steps, fc.integer({ min: 1, max: 6 }), (timeline, limit) => {
      const clock = ticking()
      const window = createWindow({ limit, windowMs: 1000 }, clock)
      const past: { at: number; key: string }[] = []
      for (const [ms, key] of timeline) {
        clock.pass(ms)
        const at = clock.monotonicMs()
        const room = past.filter((one) => one.key === key && at - one.at < 1000).length < limit
        expect(window.look(key).ok).toBe(room)
        expect(window.take(key).ok).toBe(room)
        if (room) past.push({ at, key })
      }
    }))
  })

  it('names the second at which there is room again', () => {
    const clock = ticking()
    const window = createWindow({ limit: 2, windowMs: 10_000 }, clock)
    window.take('a')
    clock.pass(4000)
    window.take('a')
    clock.pass(500)
    const verdict = window.take('a')
    expect(verdict).toEqual({ ok: false, retryAfterS: 6 })
    clock.pass(waitOf(verdict) * 1000)
    expect(window.take('a').ok).toBe(true)
  })

  it('holds a bounded number of keys: the longest unused is forgotten', () => {
    const window = createWindow({ limit: 1, windowMs: 1000, maxKeys: 3 }, ticking())
    for (const key of ['a', 'b', 'c', 'a', 'd']) window.take(key)
    expect(window.size()).toBe(3)
    expect(window.look('a').ok).toBe(false)
    expect(window.look('b').ok).toBe(true)
  })
})

describe('distinct window', () => {
  it('counts each thing once, and frees its place after the window', () => {
    const clock = ticking()
    const targets = createDistinctWindow({ limit: 3, windowMs: 60_000 }, clock)
    for (const item of ['x', 'y', 'x', 'z', 'y']) expect(targets.take('olga', item).ok).toBe(true)
    expect(targets.take('olga', 'w')).toEqual({ ok: false, retryAfterS: 60 })
    expect(targets.take('olga', 'z').ok).toBe(true)
    expect(targets.take('ada', 'w').ok).toBe(true)
    clock.pass(60_000)
    expect(targets.take('olga', 'w').ok).toBe(true)
  })

  it('holds a bounded number of keys', () => {
    const targets = createDistinctWindow({ limit: 1, windowMs: 1000, maxKeys: 2 }, ticking())
    for (const key of ['a', 'b', 'c']) targets.take(key, 'x')
    expect([targets.take('c', 'y').ok, targets.take('a', 'y').ok]).toEqual([false, true])
  })
})

describe('gauge', () => {
  it('has `limit` places a key, each given back once', () => {
    const gauge = createGauge(2)
    const first = gauge.enter('a')
    expect(gauge.enter('a')).not.toBeNull()
    expect(gauge.enter('a')).toBeNull()
    expect(gauge.enter('b')).not.toBeNull()
    first?.()
    first?.()
    expect(gauge.held('a')).toBe(1)
    expect(gauge.enter('a')).not.toBeNull()
    expect(gauge.enter('a')).toBeNull()
  })
})

describe('the figures', () => {
  it('are those of the specification', () => {
    expect(LIMITS).toMatchObject({
      socketEvents: { limit: 20, windowMs: 1000 }, handshakes: { limit: 20, windowMs: 10_000 }, socketsPerPerson: 20,
      runsPerPerson: 20, runsPerHost: 80, startsPerPerson: { limit: 60, windowMs: 3_600_000 }, newTargets: { limit: 10, windowMs: 60_000 },
    })
  })

  it('a socket may send 20 messages a second, and its third bad one in 10 s is one too many', () => {
    const clock = ticking()
    const limits = createLimits(clock)
    const socket = limits.forSocket()
    const other = limits.forSocket()
    expect(Array.from({ length: 25 }, () => socket.event().ok).filter(Boolean)).toHaveLength(20)
    expect(other.event().ok).toBe(true)
    expect([socket.bad().ok, socket.bad().ok, socket.bad().ok]).toEqual([true, true, false])
    clock.pass(10_000)
    expect(socket.bad().ok).toBe(true)
  })

  it('an IPv6 customer is one key, IPv4 addresses are their own', () => {
    expect(addressKey('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64')
    expect(addressKey('2001:db8:1:2::9')).toBe('2001:db8:1:2::/64')
    expect(addressKey('2001:DB8::9')).toBe('2001:db8:0:0::/64')
    expect(addressKey('::1')).toBe('0:0:0:0::/64')
    expect(addressKey('64:ff9b::10.0.0.1')).toBe('64:ff9b:0:0::/64')
    expect(addressKey('10.0.0.1')).toBe('10.0.0.1')
    expect(addressKey('unknown')).toBe('unknown')
  })

  it('a refusal says when to come back', () => {
    expect(rateLimited({ retryAfterS: 1 }, 'Too many runs.')).toEqual({ code: 'rate-limited', message: 'Too many runs. Try again in a second.', retryAfterS: 1 })
    expect(rateLimited({ retryAfterS: 9 }, 'Too many runs.').message).toBe('Too many runs. Try again in 9 seconds.')
  })
})
