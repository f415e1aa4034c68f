/**
 * One line of tool output as safe spans of text. Colours (SGR) are understood; every other control sequence is shown as
 * visible escapes and has no effect. One forward pass, capped; the colour state never leaves the line.
 */

export type Colour = 'black' | 'red' | 'green' | 'yellow' | 'blue' | 'magenta' | 'cyan' | 'white'
/** `control`: the text is our spelling of bytes that were not text, as in `\x1b[2J`. */
export interface Span { text: string; control: boolean; colour: Colour | null; bold: boolean; underline: boolean }
export interface TokenizedLine {
  spans: Span[]
  /** The line was longer than the cap; what follows is not shown. */
  cut: boolean
}

/** Characters of one line that are looked at: the limit of the transcript itself. */
export const LINE_CAP = 4096
const ESC = 0x1b
const CSI_8BIT = 0x9b
const MAX_PARAMETERS = 32
const MAX_NUMBER = 999
/** Marks put on top of one letter; more of them climb over other rows. */
const MAX_MARKS = 4
const COLOURS: readonly Colour[] = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white']

interface Style { colour: Colour | null; bold: boolean; underline: boolean }
const PLAIN: Style = { colour: null, bold: false, underline: false }

export function tokenize(line: string, cap = LINE_CAP): TokenizedLine {
  const whole = line.endsWith('\r') ? line.slice(0, -1) : line
  const text = whole.length > cap ? whole.slice(0, safeCut(whole, cap)) : whole
  const writer = new SpanWriter()
  let style = PLAIN
  let at = 0
  let marks = 0
  while (at < text.length) {
    const code = text.codePointAt(at) ?? 0
    const size = code > 0xffff ? 2 : 1
    const sgr = code === ESC || code === CSI_8BIT ? readSgr(text, at, code) : null
    if (sgr) {
      style = applySgr(style, sgr.numbers)
      at = sgr.end
      continue
    }
    marks = isMark(code) ? marks + 1 : 0
    if (isHidden(code) || marks > MAX_MARKS) writer.put(escapeOf(code), PLAIN, true)
    else writer.put(text.slice(at, at + size), style, false)
    at += size
  }
  return { spans: writer.spans, cut: whole.length > cap }
}

/** The line's visible text alone, as it is searched and copied. */
export const visibleText = (line: string): string => tokenize(line).spans.map((span) => span.text).join('')

/** Not between the halves of a surrogate pair. */
function safeCut(text: string, cap: number): number {
  const code = text.charCodeAt(cap - 1)
  return code >= 0xd800 && code <= 0xdbff ? cap - 1 : cap
}

/** `ESC [ numbers m` whole and well formed, within the bounds; null for anything else, which is then shown as it is. */
function readSgr(text: string, at: number, code: number): { numbers: number[]; end: number } | null {
  let i = at + 1
  if (code === ESC) {
    if (text[i] !== '[') return null
    i += 1
  }
  const numbers: number[] = []
  let number = 0
  for (; i < text.length && numbers.length < MAX_PARAMETERS; i += 1) {
    const c = text.charCodeAt(i)
    if (c >= 48 && c <= 57) number = Math.min(MAX_NUMBER, number * 10 + c - 48)
    else if (c === 0x3b || c === 0x3a) { numbers.push(number); number = 0 }
    else return c === 0x6d ? { numbers: [...numbers, number], end: i + 1 } : null
    // A run of digits longer than any real sequence is not one.
    if (i - at > 4 * MAX_PARAMETERS) return null
  }
  return null
}

function applySgr(style: Style, numbers: readonly number[]): Style {
  let next = style
  for (let i = 0; i < numbers.length; i += 1) {
    const n = numbers[i] ?? 0
    if (n === 0) next = PLAIN
    else if (n === 1) next = { ...next, bold: true }
    else if (n === 22) next = { ...next, bold: false }
    else if (n === 4) next = { ...next, underline: true }
    else if (n === 24) next = { ...next, underline: false }
    else if (n === 39) next = { ...next, colour: null }
    else if (n >= 30 && n <= 37) next = { ...next, colour: COLOURS[n - 30] ?? null }
    else if (n >= 90 && n <= 97) next = { ...next, colour: COLOURS[n - 90] ?? null }
    else if (n === 38 || n === 48) {
      const given = extended(numbers, i)
      if (n === 38) next = { ...next, colour: given.colour }
      i = given.last
    }
    // Backgrounds, inverse, blink and conceal are left out: they can hide text.
  }
  return next
}

/** `38;5;N` and `38;2;R;G;B`, brought to the nearest of eight. */
function extended(numbers: readonly number[], at: number): { colour: Colour | null; last: number } {
  const kind = numbers[at + 1]
  if (kind === 5) {
    const n = Math.min(255, numbers[at + 2] ?? 0)
    if (n < 16) return { colour: COLOURS[n % 8] ?? null, last: at + 2 }
    if (n >= 232) return { colour: 'white', last: at + 2 }
    const cube = n - 16
    return { colour: nearest(51 * Math.floor(cube / 36), 51 * (Math.floor(cube / 6) % 6), 51 * (cube % 6)), last: at + 2 }
  }
  if (kind === 2) return { colour: nearest(numbers[at + 2] ?? 0, numbers[at + 3] ?? 0, numbers[at + 4] ?? 0), last: at + 4 }
  return { colour: null, last: at + 1 }
}

function nearest(r: number, g: number, b: number): Colour {
  const half = Math.max(r, g, b) / 2
  return COLOURS[(r > half ? 1 : 0) + (g > half ? 2 : 0) + (b > half ? 4 : 0)] ?? 'white'
}

/** Characters that act on the display or on the order of others, or that cannot be seen. Tab is text; newlines never reach here as such. */
function isHidden(code: number): boolean {
  if (code < 0x20) return code !== 0x09
  if (code < 0x7f) return false
  return code <= 0x9f || code === 0xad || code === 0x61c || code === 0x180e || (code >= 0x200b && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e)
    || (code >= 0x2060 && code <= 0x206f) || code === 0xfeff || (code >= 0xfff9 && code <= 0xfffb) || (code >= 0xd800 && code <= 0xdfff) || (code >= 0xe0000 && code <= 0xe0fff)
}

const isMark = (code: number): boolean => (code >= 0x300 && code <= 0x36f) || (code >= 0x483 && code <= 0x489) || (code >= 0x1ab0 && code <= 0x1aff)
  || (code >= 0x1dc0 && code <= 0x1dff) || (code >= 0x20d0 && code <= 0x20ff) || (code >= 0xfe20 && code <= 0xfe2f)

const hex = (code: number, width: number): string => code.toString(16).padStart(width, '0')

/** `\x1b`, `\u202e`, `\u{e0001}`. */
const escapeOf = (code: number): string => (code <= 0xff ? `\\x${hex(code, 2)}` : code <= 0xffff ? `\\u${hex(code, 4)}` : `\\u{${hex(code, 5)}}`)

/** Joins neighbours of one style, so that a line has few elements. */
class SpanWriter {
  readonly spans: Span[] = []
  put(text: string, style: Style, control: boolean): void {
    const last = this.spans.at(-1)
    const same = last && last.control === control && last.colour === style.colour && last.bold === style.bold && last.underline === style.underline
    if (same) last.text += text
    else this.spans.push({ text, control, ...style })
  }
}
