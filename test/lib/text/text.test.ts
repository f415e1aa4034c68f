/** Decoder, line splitter and escape stripping against independent counterparts, cut anywhere. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stripAnsi } from '#lib/text/ansi.ts'
import { LINE_CAP_BYTES, LineSplitter } from '#lib/text/lines.ts'
import { decodeUtf8, incompleteTail, Utf8Decoder } from '#lib/text/utf8.ts'

/** Bytes that run into every branch of UTF-8: leads, continuations, the edges of their ranges. */
const nasty = fc.array(fc.oneof(
  fc.constantFrom(0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0xff),
  fc.nat(255),
), { maxLength: 60 }).map((bytes) => Uint8Array.from(bytes))
const text = fc.string({ unit: 'binary', maxLength: 40 }).map((value) => new TextEncoder().encode(value))
const cuts = fc.array(fc.nat(60), { maxLength: 6 })

function pieces(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...places.filter((place) => place < bytes.length).toSorted((a, b) => a - b), bytes.length]
  return ends.map((end, at) => bytes.slice(at === 0 ? 0 : ends[at - 1], end))
}

describe('Utf8Decoder', () => {
  it('agrees with the platform decoder on any bytes, cut anywhere', () => {
    fc.assert(fc.property(fc.oneof(nasty, text), cuts, (bytes, places) => {
      const wanted = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
      const decoder = new Utf8Decoder()
      const got = pieces(bytes, places).map((piece) => decoder.push(piece)).join('') + decoder.end()
      expect(got).toBe(wanted)
      expect(decodeUtf8(bytes)).toBe(wanted)
    }), { numRuns: 2000 })
  })

  it('gives a character once, whole, when its bytes come apart', () => {
    const decoder = new Utf8Decoder()
    const got = [0xf0, 0x9f, 0x98, 0x80].map((byte) => decoder.push(new Uint8Array([byte])))
    expect(got).toEqual(['', '', '', '😀'])
    expect(decoder.end()).toBe('')
    expect(decoder.push(new Uint8Array([0xe2, 0x82]))).toBe('')
    expect(decoder.end()).toBe('\ufffd')
  })

  it('decodes more than one piece of text at once', () => {
    const long = 'ä€😀x'.repeat(5000)
    expect(decodeUtf8(new TextEncoder().encode(long))).toBe(long)
  })

  it('knows the incomplete end of cut text', () => {
    const bytes = new TextEncoder().encode('a€')
    expect([1, 2, 3, 4].map((length) => incompleteTail(bytes.subarray(0, length)))).toEqual([0, 1, 2, 0])
    expect(incompleteTail(new Uint8Array([0x80, 0x80, 0x80, 0x80]))).toBe(0)
  })
})

interface Line { text: string; number: number; cutBytes: number }

function splitAll(chunks: readonly Uint8Array[], cap?: number): Line[] {
  const splitter = new LineSplitter(cap)
  const lines: Line[] = []
  const take = (line: { bytes: Uint8Array; start: number; end: number; number: number; cutBytes: number }): void => {
    lines.push({ text: String.fromCharCode(...line.bytes.subarray(line.start, line.end)), number: line.number, cutBytes: line.cutBytes })
  }
  for (const chunk of chunks) splitter.push(chunk, take)
  splitter.end(take)
  return lines
}

/** By definition: cut at LF, drop one CR before it, then the cap. */
function naiveLines(all: string, cap: number): Line[] {
  const parts = all.split('\n')
  if (parts.at(-1) === '') parts.pop()
  return parts.map((part, at) => {
    const line = part.endsWith('\r') ? part.slice(0, -1) : part
    return { text: line.slice(0, cap), number: at + 1, cutBytes: Math.max(0, line.length - cap) }
  })
}

describe('LineSplitter', () => {
  it('gives the lines of the definition, however the bytes are cut and around the cap', () => {
    const bytes = fc.array(fc.constantFrom(10, 13, 65, 66, 65, 66, 67), { maxLength: 60 }).map((list) => Uint8Array.from(list))
    fc.assert(fc.property(bytes, cuts, fc.integer({ min: 1, max: 8 }), (all, places, cap) => {
      expect(splitAll(pieces(all, places), cap)).toEqual(naiveLines(String.fromCharCode(...all), cap))
    }), { numRuns: 3000 })
  })

  it('keeps 4 KiB of a line, says how much was cut, and does not cut one that fits with its CR LF', () => {
    const line = (length: number) => new TextEncoder().encode(`${'x'.repeat(length)}\r\nnext\n`)
    expect(splitAll([line(LINE_CAP_BYTES)])[0]).toMatchObject({ cutBytes: 0 })
    expect(splitAll([line(LINE_CAP_BYTES + 3)]).map((each) => [each.text.length, each.cutBytes])).toEqual([[4096, 3], [4, 0]])
  })

  it('counts a line of 300 MB without an end, holding 4 KiB of it', () => {
    const chunk = new Uint8Array(1_000_000).fill(120)
    const splitter = new LineSplitter()
    const before = process.memoryUsage().arrayBuffers
    for (let at = 0; at < 300; at++) splitter.push(chunk, () => expect.unreachable())
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000)
    const seen: number[] = []
    splitter.end((line) => seen.push(line.end - line.start, line.cutBytes))
    expect(seen).toEqual([4096, 300_000_000 - 4096])
  })
})

describe('stripAnsi', () => {
  it.each([
    ['\u001b[1;32mgreen\u001b[0m', 'green'],
    ['\u009b31mred', 'red'],
    ['a\u001b]0;title\u0007b', 'ab'],
    ['a\u001b]8;;https://x.test\u001b\\link\u001b]8;;\u001b\\b', 'alinkb'],
    ['a\u009dtitle\u009cb', 'ab'],
    ['a\u001bPq...\u001b\\b', 'ab'],
    ['a\u001b(Bb\u001b=c\u001b7d', 'abcd'],
    ['open \u001b]0;never ends', 'open 0;never ends'],
    ['cut \u001b[12', 'cut '],
    ['lone \u001b', 'lone '],
    ['plain ^[ text\t\u0008', 'plain ^[ text\t\u0008'],
  ])('%j -> %j', (from, to) => expect(stripAnsi(from)).toBe(to))

  it('leaves no escape behind, changes nothing without one, and stays linear', () => {
    const soup = fc.string({ unit: fc.constantFrom('\u001b', '[', ']', '\\', '\u0007', '\u009c', '\u009b', 'm', '1', ';', 'x', 'P', '('), maxLength: 40 })
    fc.assert(fc.property(soup, (value) => {
      const stripped = stripAnsi(value)
      expect(stripped).not.toMatch(/[\u001b\u009b\u009d\u0090]/)
      if (!/[\u001b\u0080-\u009f]/.test(value)) expect(stripped).toBe(value)
    }), { numRuns: 2000 })
    expect(stripAnsi('\u001b]'.repeat(100_000)).length).toBe(0)
  })
})
