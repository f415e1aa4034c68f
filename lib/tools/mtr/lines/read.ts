/** Reads one line of mtr's raw output. Pure and stateless: the parser and the page's "how this line was read" share it. */
import { stripAnsi } from '#lib/text/ansi.ts'
import { LINE_CAP_BYTES } from '#lib/text/lines.ts'
import { isAddress, whole } from '../../ping/lines/scan.ts'
import { UNRECOGNISED, type MtrLine } from './line.ts'
import { readMtrSaid } from './said.ts'

/** mtr's own limit on hops (MaxHost) is 256, and it counts from 0. */
const INDEX_MAX = 254
const SEQ_MAX = 65_535
const NAME_MAX = 255

/** What the line says. Never throws; a form that is not known in full is `unrecognised`: half a line is never believed. */
export function readMtrLine(line: string): MtrLine {
  return (line[1] === ' ' ? readRaw(line) : null) ?? readOther(line.length > LINE_CAP_BYTES ? line.slice(0, LINE_CAP_BYTES) : line)
}

/** `x 0 33000`, `h 0 192.0.2.1`, `p 0 1258 33000`, `d 0 gw.example.org`, `m 2 24015 0 1 1`. */
function readRaw(line: string): MtrLine | null {
  const gap = line.indexOf(' ', 2)
  const index = gap < 0 ? NaN : whole(line.slice(2, gap), 3)
  if (!(index <= INDEX_MAX)) return null
  const ttl = index + 1
  const rest = line.slice(gap + 1)
  switch (line[0]) {
    case 'x': return readSent(ttl, rest)
    case 'p': return readAnswer(ttl, rest)
    case 'h': return isAddress(rest) ? { kind: 'host', ttl, address: rest } : null
    case 'd': return isName(rest) ? { kind: 'name', ttl, name: rest } : null
    case 'm': return readLabel(ttl, rest)
    default: return null
  }
}

function readSent(ttl: number, rest: string): MtrLine | null {
  const seq = whole(rest, 5)
  return seq <= SEQ_MAX ? { kind: 'sent', ttl, seq } : null
}

/** Microseconds, whole: the quotient is the nearest number to the decimal. */
function readAnswer(ttl: number, rest: string): MtrLine | null {
  const gap = rest.indexOf(' ')
  const micros = whole(gap < 0 ? rest : rest.slice(0, gap))
  const seq = gap < 0 ? null : whole(rest.slice(gap + 1), 5)
  if (Number.isNaN(micros) || (seq !== null && !(seq <= SEQ_MAX))) return null
  return { kind: 'answer', ttl, rttMs: micros / 1000, seq }
}

function readLabel(ttl: number, rest: string): MtrLine | null {
  const words = rest.split(' ')
  const [label = NaN, tc = NaN, bottom = NaN, labelTtl = NaN] = words.map((word) => whole(word, 7))
  if (words.length !== 4 || !(label < 2 ** 20 && tc <= 7 && bottom <= 1 && labelTtl <= 255)) return null
  return { kind: 'label', ttl, label: { label, tc, bottom, ttl: labelTtl } }
}

/** A name as a resolver may return one: printable, without blanks. */
function isName(text: string): boolean {
  if (text.length === 0 || text.length > NAME_MAX) return false
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code <= 32 || (code >= 127 && code <= 159)) return false
  }
  return true
}

/** Everything that is not a raw line as it stands: colours, the echo of a key, and what mtr says about itself. */
function readOther(line: string): MtrLine {
  const text = withoutEcho(withoutEnd(stripAnsi(line)))
  if (text.trim() === '') return { kind: line.includes('^') ? 'echo' : 'blank' }
  if (text !== line && text[1] === ' ') return readRaw(text) ?? UNRECOGNISED
  return readMtrSaid(text) ?? UNRECOGNISED
}

/** Some terminals leave more than one CR, or a bell for a key that means nothing. */
function withoutEnd(text: string): string {
  let end = text.length
  while (end > 0 && (text.charCodeAt(end - 1) === 13 || text.charCodeAt(end - 1) === 7)) end--
  return text.slice(0, end)
}

/** The keys a terminal echoes when somebody presses ^C or ^\. */
function withoutEcho(text: string): string {
  let at = 0
  while (text.startsWith('^C', at) || text.startsWith('^\\', at)) at += 2
  return text.slice(at)
}
