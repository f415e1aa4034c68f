/** Text of resource records as BIND's tools write it: escapes, names, character strings. Bounded, and linear in what it is given. */
import { decodeUtf8 } from '#lib/text/utf8.ts'
import { VALUE_KEPT } from '../status.ts'

/** Strings of one TXT record that are kept, and characters of all of them together. */
const STRINGS_KEPT = 256
const STRING_CHARACTERS_KEPT = 4 * VALUE_KEPT
/** Printed characters that are looked at: a kept character takes at most four bytes, each written with four. */
const PRINTED_MAX = 16 * VALUE_KEPT

const BACKSLASH = '\\'

/** The first VALUE_KEPT characters, no letter cut in two. */
export function kept(text: string): string {
  if (text.length <= VALUE_KEPT) return text
  const last = text.charCodeAt(VALUE_KEPT - 1)
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? VALUE_KEPT - 1 : VALUE_KEPT)
}

/** `gr\195\188n \"x\"` -> `grün "x"`: bytes that are not UTF-8 become U+FFFD. */
export const unescaped = (text: string): string => (text.includes(BACKSLASH) ? decoded(text, () => false) : text)

/**
 * A domain name as it is shown: without its trailing dot, escapes decoded. A dot or backslash inside a label stays escaped, since `a\.b.example`
 * is another name than `a.b.example`. The root is `.`.
 */
export function nameOf(printed: string): string {
  const text = printed.slice(0, PRINTED_MAX)
  const bare = text.length > 1 && text.endsWith('.') && !endsEscaped(text) ? text.slice(0, -1) : text
  return kept(bare.includes(BACKSLASH) ? decoded(bare, (byte) => byte === 46 || byte === 92) : bare)
}

/** Is the last character escaped: an odd number of backslashes before it? */
function endsEscaped(text: string): boolean {
  let at = text.length - 1
  while (text[at - 1] === BACKSLASH) at--
  return (text.length - 1 - at) % 2 === 1
}

/** `staysEscaped`: bytes that keep a backslash before them. */
function decoded(text: string, staysEscaped: (byte: number) => boolean): string {
  let out = ''
  let bytes: number[] = []
  const flush = (): void => {
    out += decodeUtf8(new Uint8Array(bytes))
    bytes = []
  }
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code > 127) {
      flush()
      out += text[at]
      continue
    }
    const escape = text[at] === BACKSLASH && at + 1 < text.length ? escapeAt(text, at) : null
    if (escape !== null && staysEscaped(escape.byte)) bytes.push(92)
    bytes.push(escape?.byte ?? code)
    at += (escape?.length ?? 1) - 1
  }
  flush()
  return out
}

/** `\DDD` is a byte, `\` and any other ASCII character is that character; null: the backslash stands for itself. */
function escapeAt(text: string, at: number): { byte: number; length: number } | null {
  const digits = text.slice(at + 1, at + 4)
  if (/^\d{3}$/.test(digits) && Number(digits) <= 255) return { byte: Number(digits), length: 4 }
  const byte = text.charCodeAt(at + 1)
  return byte > 127 ? null : { byte, length: 2 }
}

/**
 * Character strings as `"one" "two"`, decoded. The last may lack its end (a line that was cut). Text that is not of this form (busybox
 * escapes nothing) is one string, from its first quote to its last.
 */
export function stringsOf(printed: string): string[] {
  const text = printed.slice(0, PRINTED_MAX).trim()
  const strings: string[] = []
  let characters = 0
  for (let at = 0; at < text.length && strings.length < STRINGS_KEPT && characters < STRING_CHARACTERS_KEPT;) {
    const end = stringEnd(text, at)
    const next = text[end]
    if (end <= at || (next !== undefined && next !== ' ' && next !== '\t')) return [kept(unquoted(text))]
    const string = kept(unescaped(text.slice(text[at] === '"' ? at + 1 : at, text[end - 1] === '"' && text[at] === '"' && end - 1 > at ? end - 1 : end)))
    strings.push(string)
    characters += string.length
    at = end
    while (text[at] === ' ' || text[at] === '\t') at++
  }
  return strings
}

/** Just behind the string that begins here: quoted to its closing quote, else a word. */
function stringEnd(text: string, from: number): number {
  const isQuoted = text[from] === '"'
  for (let at = isQuoted ? from + 1 : from; at < text.length; at++) {
    if (text[at] === BACKSLASH) at++
    else if (isQuoted ? text[at] === '"' : text[at] === ' ' || text[at] === '\t') return isQuoted ? at + 1 : at
  }
  return text.length
}

const unquoted = (text: string): string => (text.startsWith('"') ? text.slice(1, text.endsWith('"') && text.length > 1 ? -1 : undefined) : text)
