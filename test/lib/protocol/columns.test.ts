/** Number columns and base64 keep every bit, are as small as claimed, and refuse what they did not write. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromBase64, toBase64 } from '#lib/protocol/base64.ts'
import { DamagedBytes } from '#lib/protocol/bytes.ts'
import { packNumbers, unpackNumbers } from '#lib/protocol/columns.ts'

const bits = (values: ArrayLike<number>): bigint[] => {
  const raw = new BigUint64Array(Float64Array.from(values, (value) => (Number.isNaN(value) ? NaN : value)).buffer)
  return [...raw]
}
const roundTrip = (values: ArrayLike<number>): void => {
  expect(bits(unpackNumbers(packNumbers(values)))).toEqual(bits(values))
}
const size = (values: ArrayLike<number>): number => fromBase64(packNumbers(values)).length

describe('base64', () => {
  it('agrees with an independent implementation both ways', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const text = toBase64(bytes)
      expect(text).toBe(Buffer.from(bytes).toString('base64'))
      expect([...fromBase64(text)]).toEqual([...bytes])
    }))
  })
  it('carries more than one piece', () => {
    const bytes = Uint8Array.from({ length: 100_001 }, (_, i) => (i * 31) & 255)
    expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'))
    expect(Buffer.compare(fromBase64(toBase64(bytes)), bytes)).toBe(0)
  })
  it.each(['A', 'AB', 'ABC', 'AB=C', '====', 'A===', 'AAA\u0141', 'AA-_', 'AA A'])('refuses %j', (text) => {
    expect(() => fromBase64(text)).toThrow(DamagedBytes)
  })
})

describe('number columns', () => {
  const anyNumber = fc.oneof(
    fc.double(), fc.integer(), fc.maxSafeInteger(), fc.constantFrom(NaN, 0, -0, Infinity, -Infinity, Number.MIN_VALUE, Number.MAX_VALUE),
    fc.integer({ min: -1e9, max: 1e9 }).map((n) => n / 1000),
  )
  it('keeps any doubles bit for bit', () => {
    fc.assert(fc.property(fc.array(anyNumber, { maxLength: 60 }), roundTrip), { numRuns: 400 })
  })
  it('keeps decimals of one scale with holes', () => {
    const column = fc.tuple(fc.integer({ min: 0, max: 7 }), fc.array(fc.option(fc.integer({ min: -1e9, max: 1e9 })), { maxLength: 80 }))
    fc.assert(fc.property(column, ([places, wholes]) => roundTrip(wholes.map((n) => (n === null ? NaN : n / 10 ** places)))), { numRuns: 400 })
  })
  it.each([
    ['nothing', []], ['one', [7]], ['NaN alone', [NaN]], ['all NaN', [NaN, NaN, NaN]], ['-0', [-0]], ['-0 among zeros', [0, -0, 0]],
    ['infinite', [Infinity, Infinity]], ['safe limits', [Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER, 0]],
    ['NaN at both ends', [NaN, 1, 2, NaN, NaN, 3, NaN]], ['2^52 edges', [2 ** 52 - 1, -(2 ** 52) + 1, 2 ** 52]],
    ['tenths', [0.1, 0.2, 0.30000000000000004]],
  ])('keeps %s', (_, values) => roundTrip(values))

  it('writes a constant, a ramp and an accelerating column in a few bytes', () => {
    expect(size(Array.from({ length: 5000 }, () => 64))).toBeLessThanOrEqual(8)
    expect(size(Array.from({ length: 5000 }, (_, i) => 1_795_000_000_000 + 1000 * i))).toBeLessThanOrEqual(16)
    expect(size(Array.from({ length: 5000 }, (_, i) => i * i))).toBeLessThanOrEqual(8)
    expect(size(Array.from({ length: 5000 }, () => NaN))).toBeLessThanOrEqual(12)
    expect(size(Array.from({ length: 5000 }, () => Math.PI))).toBeLessThanOrEqual(12)
  })
  it('writes stamps of a 1/s ping in 2 bytes each, also with lost ones between', () => {
    const stamps = Array.from({ length: 4096 }, (_, i) => (i % 50 === 49 ? NaN : Math.round((1_795_000_000_000 + 1000 * i + Math.sin(i * 7) / 2) * 1000) / 1000))
    roundTrip(stamps)
    expect(size(stamps) / stamps.length).toBeLessThan(2.3)
  })
  it('never costs more than raw doubles and a small head', () => {
    fc.assert(fc.property(fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 40 }), (values) => {
      expect(size(values)).toBeLessThanOrEqual(8 * values.length + 3)
    }))
  })
  it('refuses text it did not write', () => {
    const text = packNumbers([1, 2, 3, 5, 8.5, NaN])
    expect(() => unpackNumbers(text.slice(0, -4))).toThrow(DamagedBytes)
    expect(() => unpackNumbers(`${text}AAAA`)).toThrow(DamagedBytes)
    expect(() => unpackNumbers('')).toThrow(DamagedBytes)
    fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      try {
        expect(unpackNumbers(toBase64(bytes))).toBeInstanceOf(Float64Array)
      } catch (error) {
        expect(error).toBeInstanceOf(DamagedBytes)
      }
    }))
  })
})
