/** UTF-8 to text without TextDecoder: incremental, linear, bad bytes become U+FFFD as the WHATWG decoder writes them. */

const REPLACEMENT = 0xfffd
/** Code units per String.fromCharCode call: far below every engine's argument limit. */
const PIECE = 4096

/** Decodes a stream cut anywhere: a character whose bytes arrive in two pieces comes out once, whole. */
export class Utf8Decoder {
  /** Continuation bytes still wanted, the code point so far, and the range the next byte must lie in. */
  #wanted = 0
  #point = 0
  #low = 0x80
  #high = 0xbf

  /** Text of the characters that these bytes complete. Cost is linear in `bytes`. */
  push(bytes: Uint8Array): string {
    const units = new Uint16Array(bytes.length + 1)
    let length = 0
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at] ?? 0
      if (this.#wanted > 0) {
        if (byte >= this.#low && byte <= this.#high) {
          length = this.#next(byte, units, length)
          continue
        }
        this.#wanted = 0
        units[length++] = REPLACEMENT
      }
      if (byte < 0x80) units[length++] = byte
      else if (!this.#lead(byte)) units[length++] = REPLACEMENT
    }
    return unitsToText(units.subarray(0, length))
  }

  /** No more bytes come: a character that was left incomplete becomes one U+FFFD. */
  end(): string {
    if (this.#wanted === 0) return ''
    this.#wanted = 0
    return '\ufffd'
  }

  #next(byte: number, units: Uint16Array, length: number): number {
    this.#low = 0x80
    this.#high = 0xbf
    this.#point = (this.#point << 6) | (byte & 0x3f)
    if (--this.#wanted > 0) return length
    if (this.#point < 0x10000) {
      units[length] = this.#point
      return length + 1
    }
    units[length] = 0xd7c0 + (this.#point >> 10)
    units[length + 1] = 0xdc00 + (this.#point & 0x3ff)
    return length + 2
  }

  /** Starts a sequence. The narrowed ranges refuse overlong forms, surrogates and what lies beyond U+10FFFF. */
  #lead(byte: number): boolean {
    if (byte < 0xc2 || byte > 0xf4) return false
    this.#low = byte === 0xe0 ? 0xa0 : byte === 0xf0 ? 0x90 : 0x80
    this.#high = byte === 0xed ? 0x9f : byte === 0xf4 ? 0x8f : 0xbf
    this.#wanted = byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : 1
    this.#point = byte & (0x3f >> this.#wanted)
    return true
  }
}

/** A whole byte range as text. */
export function decodeUtf8(bytes: Uint8Array): string {
  if (isAscii(bytes)) return unitsToText(bytes)
  const decoder = new Utf8Decoder()
  return decoder.push(bytes) + decoder.end()
}

/** How many bytes at the end belong to a character that is not complete: 0 to 3. For cutting text at a whole character. */
export function incompleteTail(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte < 0x80) return 0
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0
  }
  return 0
}

function isAscii(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at++) if ((bytes[at] ?? 0) > 127) return false
  return true
}

function unitsToText(units: Uint8Array | Uint16Array): string {
  if (units.length <= PIECE) return String.fromCharCode(...units)
  let text = ''
  for (let at = 0; at < units.length; at += PIECE) text += String.fromCharCode(...units.subarray(at, at + PIECE))
  return text
}
