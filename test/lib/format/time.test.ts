/** Durations and clock times, against Intl as the independent witness. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createClock, formatClock, formatDuration, formatPosition, formatSpan } from '#lib/format/time.ts'

const N = '\u00a0'

describe('durations', () => {
  it.each([
    [420, `420${N}ms`], [6100, `6.1${N}s`], [59_949, `59.9${N}s`], [59_970, '1:00'], [192_000, '3:12'], [15_127_000, '4:12:07'], [795_600_000, `9${N}d${N}5${N}h`], [Number.NaN, '\u2013'],
  ])('%d ms reads %s', (ms, text) => expect(formatDuration(ms)).toBe(text))
  it.each([[0, '0:00'], [2_306_000, '38:26'], [3_723_000, '1:02:03']])('position %d', (ms, text) => expect(formatPosition(ms)).toBe(text))
  it.each([[624_000, `10${N}min 24${N}s`], [42_000, `42${N}s`], [600_000, `10${N}min`], [11_100_000, `3${N}h 5${N}min`]])('span %d', (ms, text) => expect(formatSpan(ms)).toBe(text))
})

describe('clock', () => {
  const at = Date.UTC(2026, 10, 22, 13, 35, 42, 198)
  it('reads in the zone it is given', () => {
    expect(formatClock(at, 'Europe/Berlin')).toBe('14:35:42')
    expect(formatClock(at, 'Asia/Kolkata')).toBe('19:05:42')
    expect(createClock('Europe/Berlin').hmsMs(at)).toBe('14:35:42.198')
    expect(createClock('America/St_Johns').label(at)).toMatch(/UTC\u22123:30$/)
    expect(createClock('UTC').label(at)).toBe('UTC')
  })
  it('falls back to UTC for a zone nobody knows', () => expect(createClock('Mars/Olympus').zone).toBe('UTC'))
  it('agrees with Intl at any moment, across daylight saving', () => {
    fc.assert(fc.property(fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2035, 0) }), fc.constantFrom('Europe/Berlin', 'Asia/Kathmandu', 'America/New_York', 'Australia/Lord_Howe', 'UTC'), (ms, zone) => {
      const oracle = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hourCycle: 'h23', hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(ms)
      expect(createClock(zone).hms(ms)).toBe(oracle)
    }), { numRuns: 300 })
  })
})
