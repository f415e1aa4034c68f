/** Growing byte buffer and bounded reader with the primitives that the packed formats are made of. Pure ES: no Buffer, no TextEncoder. */

/** Bytes that are not what their writer wrote: cut short, damaged, or of a version this build does not know. */
export class DamagedBytes extends Error {
  override readonly name = 'DamagedBytes'
}

/** Highest number a varint may carry. */
const VARINT_MAX = Number.MAX_SAFE_INTEGER

/** Appends primitives to a buffer that doubles when full. */
export class ByteWriter {
  #bytes = new Uint8Array(256)
  #view = new DataView(this.#bytes.buffer)
  length = 0

  #room(wanted: number): void {
    if (this.length + wanted <= this.#bytes.length) return
    let size = this.#bytes.length * 2
    while (size < this.length + wanted) size *= 2
    const grown = new Uint8Array(size)
    grown.set(this.#bytes.subarray(0, this.length))
    this.#bytes = grown
    this.#view = new DataView(grown.buffer)
  }

  /** One byte, 0..255. */
  byte(value: number): void {
    this.#room(1)
    this.#bytes[this.length++] = value
  }

  /** A whole number from 0 to 2^53 - 1 in 7-bit groups, lowest first: 1 to 8 bytes. */
  varint(value: number): void {
    this.#room(8)
    let rest = value
    while (rest > 0x7fffffff) {
      this.#bytes[this.length++] = (rest % 128) | 128
      rest = Math.floor(rest / 128)
    }
    while (rest > 127) {
      this.#bytes[this.length++] = (rest & 127) | 128
      rest >>>= 7
    }
    this.#bytes[this.length++] = rest
  }

  /** A whole number between -(2^52 - 1) and 2^52 - 1, small magnitudes first. */
  zigzag(value: number): void {
    this.varint(value < 0 ? -2 * value - 1 : 2 * value)
  }

  /** The eight bytes of an IEEE 754 double, little-endian: keeps -0, NaN and the infinities. */
  float64(value: number): void {
    this.#room(8)
    this.#view.setFloat64(this.length, value, true)
    this.length += 8
  }

  uint32(value: number): void {
    this.#room(4)
    this.#view.setUint32(this.length, value, true)
    this.length += 4
  }

  /** Length in bytes, then UTF-8. A lone surrogate is kept as its three-byte form, so that every JavaScript string survives. */
  text(value: string): void {
    const utf8 = utf8Length(value)
    this.varint(utf8)
    this.#room(utf8)
    let at = this.length
    const bytes = this.#bytes
    for (let i = 0; i < value.length; i++) {
      const unit = value.charCodeAt(i)
      if (unit < 0x80) {
        bytes[at++] = unit
        continue
      }
      const point = isPair(value, i) ? (value.codePointAt(i++) ?? unit) : unit
      at = putPoint(bytes, at, point)
    }
    this.length = at
  }

  /** A copy of what was written so far. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.length)
  }
}

/** Reads what a ByteWriter wrote; reading past the end or an impossible value throws DamagedBytes. */
export class ByteReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #end: number
  at: number

  constructor(bytes: Uint8Array, at = 0, end = bytes.length) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#end = end
    this.at = at
  }

  get left(): number {
    return this.#end - this.at
  }

  byte(): number {
    if (this.at >= this.#end) throw new DamagedBytes('The packed data ends too early.')
    return this.#bytes[this.at++] ?? 0
  }

  varint(): number {
    let value = this.byte()
    if (value < 128) return value
    value &= 127
    let unit = 128
    for (;;) {
      const next = this.byte()
      value += (next & 127) * unit
      if (next < 128) break
      unit *= 128
      if (unit > VARINT_MAX) throw new DamagedBytes('A packed number is longer than any number can be.')
    }
    if (value > VARINT_MAX) throw new DamagedBytes('A packed number is larger than any number can be.')
    return value
  }

  zigzag(): number {
    const value = this.varint()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  float64(): number {
    if (this.left < 8) throw new DamagedBytes('The packed data ends too early.')
    this.at += 8
    return this.#view.getFloat64(this.at - 8, true)
  }

  uint32(): number {
    if (this.left < 4) throw new DamagedBytes('The packed data ends too early.')
    this.at += 4
    return this.#view.getUint32(this.at - 4, true)
  }

  text(): string {
    const length = this.varint()
    if (length > this.left) throw new DamagedBytes('A packed text is longer than the data that is left.')
    const end = this.at + length
    let text = ''
    let units: number[] = []
    while (this.at < end) {
      const point = this.#point(end)
      if (point > 0xffff) units.push(0xd7c0 + (point >> 10), 0xdc00 + (point & 0x3ff))
      else units.push(point)
      if (units.length >= 4096) {
        text += String.fromCharCode(...units)
        units = []
      }
    }
    return text + String.fromCharCode(...units)
  }

  /** One code point of the UTF-8 that ends before `end`. */
  #point(end: number): number {
    const first = this.#bytes[this.at++] ?? 0
    if (first < 0x80) return first
    const more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1
    if (first < 0xc0 || first > 0xf7 || this.at + more > end) throw new DamagedBytes('A packed text is not valid UTF-8.')
    let point = first & (0x3f >> more)
    for (let i = 0; i < more; i++) point = (point << 6) | ((this.#bytes[this.at++] ?? 0) & 0x3f)
    return point
  }
}

const isPair = (text: string, at: number): boolean => {
  const unit = text.charCodeAt(at)
  if (unit < 0xd800 || unit > 0xdbff) return false
  const next = text.charCodeAt(at + 1)
  return next >= 0xdc00 && next <= 0xdfff
}

function utf8Length(text: string): number {
  let bytes = text.length
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit < 0x80) continue
    if (unit < 0x800) bytes += 1
    else {
      bytes += 2
      // A pair is two units and four bytes.
      if (isPair(text, i)) i++
    }
  }
  return bytes
}

function putPoint(bytes: Uint8Array, at: number, point: number): number {
  if (point < 0x800) {
    bytes[at] = 0xc0 | (point >> 6)
    bytes[at + 1] = 0x80 | (point & 0x3f)
    return at + 2
  }
  if (point < 0x10000) {
    bytes[at] = 0xe0 | (point >> 12)
    bytes[at + 1] = 0x80 | ((point >> 6) & 0x3f)
    bytes[at + 2] = 0x80 | (point & 0x3f)
    return at + 3
  }
  bytes[at] = 0xf0 | (point >> 18)
  bytes[at + 1] = 0x80 | ((point >> 12) & 0x3f)
  bytes[at + 2] = 0x80 | ((point >> 6) & 0x3f)
  bytes[at + 3] = 0x80 | (point & 0x3f)
  return at + 4
}

/** CRC-32 (IEEE 802.3) by table: finds every single burst of damage up to 32 bits long. */
export function crc32(bytes: Uint8Array, from = 0, to = bytes.length): number {
  let crc = 0xffffffff
  for (let i = from; i < to; i++) crc = (CRC_TABLE[(crc ^ (bytes[i] ?? 0)) & 255] ?? 0) ^ (crc >>> 8)
  return (crc ^ 0xffffffff) >>> 0
}

const CRC_TABLE: Uint32Array = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1
  return value
})
