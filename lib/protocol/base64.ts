/** Base64 (RFC 4648 section 4, padded) in pure ES, for bytes that travel as text. */
import { DamagedBytes } from './bytes.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const CODES: Uint8Array = Uint8Array.from(ALPHABET, (letter) => letter.charCodeAt(0))
const PAD = 61
/** Value of each character code below 128; 255 for what is not in the alphabet. */
const VALUES: Uint8Array = Uint8Array.from({ length: 128 }, (_, code) => {
  const value = ALPHABET.indexOf(String.fromCharCode(code))
  return value < 0 ? 255 : value
})
/** Arguments per String.fromCharCode call: far below every engine's limit, a multiple of 4. */
const PIECE = 8192

/** Bytes as padded base64. */
export function toBase64(bytes: Uint8Array): string {
  const out = new Uint8Array(Math.ceil(bytes.length / 3) * 4)
  let to = 0
  for (let from = 0; from < bytes.length; from += 3) {
    const word = ((bytes[from] ?? 0) << 16) | ((bytes[from + 1] ?? 0) << 8) | (bytes[from + 2] ?? 0)
    out[to++] = CODES[word >> 18] ?? 0
    out[to++] = CODES[(word >> 12) & 63] ?? 0
    out[to++] = CODES[(word >> 6) & 63] ?? 0
    out[to++] = CODES[word & 63] ?? 0
  }
  const padding = (3 - (bytes.length % 3)) % 3
  out.fill(PAD, out.length - padding)
  let text = ''
  for (let from = 0; from < out.length; from += PIECE) text += String.fromCharCode(...out.subarray(from, from + PIECE))
  return text
}

/** The bytes of padded base64; throws DamagedBytes for anything else. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  if (text.length % 4 !== 0) throw new DamagedBytes('Base64 text has a length that is not a multiple of 4.')
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  const bytes = new Uint8Array((text.length / 4) * 3 - padding)
  const whole = text.length - padding
  let word = 0
  let to = 0
  for (let at = 0; at < text.length; at++) {
    const value = at < whole ? (VALUES[text.charCodeAt(at)] ?? 255) : 0
    if (value === 255) throw new DamagedBytes(`Base64 text has a foreign character at ${at}.`)
    word = (word << 6) | value
    if (at % 4 !== 3) continue
    bytes[to++] = (word >> 16) & 255
    bytes[to++] = (word >> 8) & 255
    bytes[to++] = word & 255
    word = 0
  }
  return bytes
}
