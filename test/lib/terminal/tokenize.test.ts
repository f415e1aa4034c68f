/** The transcript's tokenizer against hostile output: nothing acts, nothing vanishes, nothing is slow, honest text is kept. */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { markPing } from '#lib/terminal/ping-marks.ts'
import { LINE_CAP, tokenize, visibleText } from '#lib/terminal/tokenize.ts'

/** `@repeat(text,n)` of the corpus. */
const expand = (text: string): string => text.replace(/@repeat\((.*?),(\d+)\)/gs, (_, piece: string, n: string) => piece.repeat(Number(n)))
interface Row { text: string; property: string; kind: string }
const ROWS: Row[] = readFileSync(new URL('../../fixtures/terminal/hostile.txt', import.meta.url), 'utf8').split('\n')
  .filter((line) => line.startsWith('"')).map((line) => {
    const [literal = '""', , property = '', kind = ''] = line.split('\t')
    return { text: expand(JSON.parse(literal) as string), property, kind }
  })

const lines = (text: string): string[] => text.split('\n')
/** Anything a terminal, or the order of text on a page, could act on: controls but tab, soft hyphen, bidi and zero-width marks, separators, tags. */
const RANGES = [[0, 8], [10, 31], [0x7f, 0x9f], [0xad, 0xad], [0x61c, 0x61c], [0x180e, 0x180e], [0x200b, 0x200f], [0x2028, 0x202e], [0x2060, 0x206f], [0xfeff, 0xfeff], [0xe0000, 0xe0fff]] as const
const acting = (text: string): string[] => [...text].filter((c) => RANGES.some(([from, to]) => (c.codePointAt(0) ?? 0) >= from && (c.codePointAt(0) ?? 0) <= to))
const SGR = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g')

const withoutEscapes = (text: string): string => text.replace(/\\(?:x[0-9a-f]{2}|u[0-9a-f]{4}|u\{[0-9a-f]+\})/g, '')

describe('hostile output', () => {
  it('has a corpus to run against', () => expect(ROWS.length).toBeGreaterThan(120))
  it.each(ROWS.map((row, i) => [i, row.kind, row] as const))('row %i (%s) is inert', (_, __, row) => {
    for (const line of lines(row.text)) {
      for (const span of tokenize(line).spans) {
        expect(acting(span.text)).toEqual([])
        expect(Object.keys(span).sort()).toEqual(['bold', 'colour', 'control', 'text', 'underline'])
      }
    }
  })
  it('never swallows: all text of an unterminated sequence is still there, and the next line is its own', () => {
    for (const { text } of ROWS.filter((row) => row.kind === 'unterminated' || row.kind === 'osc')) {
      const shown = lines(text).map(visibleText).join('')
      const printable = [...text.slice(0, LINE_CAP)].filter((c) => c >= ' ' && c <= '~').join('')
      expect(withoutEscapes(shown)).toBe(printable)
      expect(shown).toContain(text.includes('\u001b') ? '\\x1b' : '\\x9')
      expect(visibleText('64 bytes from 10.0.0.1: icmp_seq=1 ttl=64 time=0.321 ms')).toBe('64 bytes from 10.0.0.1: icmp_seq=1 ttl=64 time=0.321 ms')
    }
  })
  it('keeps honest text exactly', () => {
    for (const { text } of ROWS.filter((row) => row.property.includes('survives'))) {
      expect(visibleText(text)).toBe(text.replace(SGR, ''))
    }
  })
  it('caps what it looks at, and says so', () => {
    const { spans, cut } = tokenize('x'.repeat(10_000_000))
    expect([spans.reduce((n, span) => n + span.text.length, 0), cut]).toEqual([LINE_CAP, true])
    expect(tokenize('\u001b['.repeat(2000)).spans.length).toBeLessThanOrEqual(4000)
  })
})

describe('colours', () => {
  it('understands eight, bright, 256 and true colour, and forgets them at the line end', () => {
    const of = (codes: string) => tokenize(`\u001b[${codes}mx`).spans[0]
    expect(of('31')?.colour).toBe('red')
    expect(of('1;92')).toMatchObject({ colour: 'green', bold: true })
    expect(of('38;5;196')?.colour).toBe('red')
    expect(of('38;2;20;30;250')?.colour).toBe('blue')
    expect(of('31;0')?.colour).toBe(null)
    expect(tokenize('x').spans[0]?.colour).toBe(null)
  })
  it('cannot hide text: background, conceal and inverse do nothing', () => {
    expect(tokenize('\u001b[30;40;8;7mblack on black').spans).toEqual([{ text: 'black on black', control: false, colour: 'black', bold: false, underline: false }])
  })
  it('clamps numbers and shows what is not a colour', () => {
    expect(visibleText('\u001b[99999999999999999999mx')).toBe('x')
    expect(visibleText('\u001b[2000000000bx')).toBe('\\x1b[2000000000bx')
  })
})

describe('any text', () => {
  it('comes out inert, whole and in order', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      for (const line of lines(text)) {
        const { spans, cut } = tokenize(line)
        expect(cut).toBe(false)
        for (const span of spans) expect(acting(span.text)).toEqual([])
        const plain = spans.filter((span) => !span.control).map((span) => span.text).join('')
        let at = 0
        for (const c of plain) { at = line.indexOf(c, at); expect(at).toBeGreaterThanOrEqual(0); at += c.length }
      }
    }))
  })
  it('is still the same text when a ping line is marked', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.constant('[1795354499.238596] 64 bytes from 198.51.100.24: icmp_seq=2356 ttl=55 time=40.5 ms')), (text) => {
      expect(markPing(text).map((piece) => piece.text).join('')).toBe(text)
    }))
    expect(markPing('[1.2] 64 bytes from a: icmp_seq=2 ttl=55 time=40.5 ms').map(({ kind, text }) => (kind === 'plain' ? '' : text)).filter(Boolean)).toEqual(['[1.2]', '2', '55', '40.5 ms'])
  })
})
