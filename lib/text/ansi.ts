/** Removes terminal control sequences from one line of text. One forward pass, no regular expression. */

const ESC = '\u001b'
const BEL = 0x07

/**
 * The text without escape sequences: CSI (colours, cursor), OSC and the other string sequences with their content, and
 * two-character escapes, in their 7-bit form and (for CSI, OSC and strings) the 8-bit one. A string sequence that never ends loses only its opening, so
 * that the text behind it stays readable. Other control characters are left alone.
 */
export function stripAnsi(text: string): string {
  if (!hasEscape(text)) return text
  let out = ''
  let at = 0
  /** From here on no string terminator comes any more: keeps a line of many openings linear. */
  let barren = Infinity
  while (at < text.length) {
    const code = text.charCodeAt(at)
    const opening = openingOf(text, at, code)
    if (!opening) {
      out += text[at++]
      continue
    }
    at += opening.length
    if (opening.kind === 'csi') at = skipCsi(text, at)
    if (opening.kind !== 'string' || at >= barren) continue
    const end = stringEnd(text, at)
    if (end < 0) barren = at
    else at = end
  }
  return out
}

function hasEscape(text: string): boolean {
  if (text.includes(ESC)) return true
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code >= 0x80 && code <= 0x9f) return true
  }
  return false
}

interface Opening { kind: 'csi' | 'string' | 'plain'; length: number }

function openingOf(text: string, at: number, code: number): Opening | null {
  if (code === 0x9b) return { kind: 'csi', length: 1 }
  if (code === 0x9d || code === 0x90 || code === 0x98 || code === 0x9e || code === 0x9f) return { kind: 'string', length: 1 }
  if (code !== 0x1b) return null
  const next = text[at + 1]
  if (next === undefined) return { kind: 'plain', length: 1 }
  if (next === '[') return { kind: 'csi', length: 2 }
  if (']PX^_'.includes(next)) return { kind: 'string', length: 2 }
  return { kind: 'plain', length: intermediateLength(text, at) }
}

/** `ESC ( B` and its like: intermediates 0x20..0x2f, then one final byte. A lone ESC before anything else goes alone. */
function intermediateLength(text: string, at: number): number {
  let end = at + 1
  while (isBetween(text.charCodeAt(end), 0x20, 0x2f)) end++
  return isBetween(text.charCodeAt(end), 0x30, 0x7e) ? end + 1 - at : 1
}

/** Parameters 0x30..0x3f, intermediates 0x20..0x2f, one final byte 0x40..0x7e. */
function skipCsi(text: string, from: number): number {
  let at = from
  while (isBetween(text.charCodeAt(at), 0x20, 0x3f)) at++
  return isBetween(text.charCodeAt(at), 0x40, 0x7e) ? at + 1 : at
}

/** Position behind BEL, ESC \ or 0x9c; -1 if none comes. */
function stringEnd(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === BEL || code === 0x9c) return at + 1
    if (code === 0x1b && text[at + 1] === '\\') return at + 2
  }
  return -1
}

const isBetween = (code: number, low: number, high: number): boolean => code >= low && code <= high
