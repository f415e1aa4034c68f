/** Numbers as printed: every rule of the design's section 7 has a row. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatBytes, formatCount, formatFixed, formatLoss, formatMs, formatRate, lossText, splitMs } from '#lib/format/number.ts'

const N = '\u00a0'

describe('formatMs', () => {
  it.each([
    [31.14, 1, `31.1${N}ms`], [31.03, 2, `31.03${N}ms`], [0.4211, 1, `0.42${N}ms`], [0, 1, `0.00${N}ms`],
    [9999.9, 1, `9,999.9${N}ms`], [10_000, 1, `10.0${N}s`], [12_345, 2, `12.35${N}s`], [Number.NaN, 1, '\u2013'], [-14.83, 1, `\u221214.8${N}ms`],
  ])('%d with %d decimals reads %s', (ms, decimals, text) => expect(formatMs(ms, decimals)).toBe(text))
  it('keeps the unit apart for the readout', () => expect(splitMs(3.731, 2)).toEqual({ value: '3.73', unit: 'ms' }))
})

describe('loss', () => {
  it.each([
    [20, 624, `3.2${N}%, 20 of 624`], [2, 18, '2 of 18'], [0, 19, '0 of 19'], [0, 20, `0.0${N}%, 0 of 20`], [1, 5000, `<0.1${N}%, 1 of 5,000`],
    [4999, 5000, `>99.9${N}%, 4,999 of 5,000`], [40, 40, `100.0${N}%, 40 of 40`], [0, 0, '\u2013'],
  ])('%d of %d', (lost, of, text) => expect(formatLoss(lost, of)).toBe(text))
  it('prints 0.0 only for none and 100.0 only for all', () => {
    fc.assert(fc.property(fc.integer({ min: 20, max: 1_000_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (of, share) => {
      const lost = Math.round(of * share)
      const { percent } = lossText(lost, of)
      expect(percent === '0.0').toBe(lost === 0)
      expect(percent === '100.0').toBe(lost === of)
    }))
  })
})

describe('bytes, rates, counts', () => {
  it.each([[0, `0${N}B`], [999, `999${N}B`], [1000, `1.0${N}kB`], [312_400, `312${N}kB`], [1_840_000, `1.8${N}MB`], [999_600, `1.0${N}MB`], [50e9, `50${N}GB`]])('%d bytes', (n, text) => expect(formatBytes(n)).toBe(text))
  it.each([[1204, `1,204${N}/s`], [0.98, `1.0${N}/s`], [1, `1${N}/s`], [0.2, `0.2${N}/s`], [Number.NaN, '\u2013']])('%d per second', (n, text) => expect(formatRate(n)).toBe(text))
  it('groups by thousands', () => expect([formatCount(2538), formatCount(1_000_000), formatFixed(-0.001, 1)]).toEqual(['2,538', '1,000,000', '0.0']))
})
