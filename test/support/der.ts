/** As much of DER (X.690) as certificates are written in. */

type Bytes = Uint8Array

const concat = (parts: readonly Bytes[]): Buffer => Buffer.concat(parts)

/** Tag, length, content. */
export function tlv(tag: number, ...parts: readonly Bytes[]): Buffer {
  const content = concat(parts)
  const { length } = content
  if (length < 0x80) return concat([Uint8Array.of(tag, length), content])
  const size: number[] = []
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) size.unshift(rest % 256)
  return concat([Uint8Array.of(tag, 0x80 | size.length, ...size), content])
}

export const sequence = (...parts: readonly Bytes[]): Buffer => tlv(0x30, ...parts)
export const set = (...parts: readonly Bytes[]): Buffer => tlv(0x31, ...parts)
export const boolean = (value: boolean): Buffer => tlv(0x01, Uint8Array.of(value ? 0xff : 0))
export const octets = (...parts: readonly Bytes[]): Buffer => tlv(0x04, ...parts)
export const bits = (content: Bytes, unused = 0): Buffer => tlv(0x03, Uint8Array.of(unused), content)
export const utf8 = (text: string): Buffer => tlv(0x0c, Buffer.from(text, 'utf8'))
/** `[n]`; constructed unless said otherwise. */
export const context = (n: number, ...parts: readonly Bytes[]): Buffer => tlv(0xa0 | n, ...parts)
export const contextBytes = (n: number, content: Bytes): Buffer => tlv(0x80 | n, content)

/** Of bytes that are a number without a sign. */
export function integer(bytes: Bytes): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0)
  const plain = first < 0 ? Uint8Array.of(0) : bytes.subarray(first)
  return (plain[0] ?? 0) >= 0x80 ? tlv(0x02, Uint8Array.of(0), plain) : tlv(0x02, plain)
}

/** `2.5.29.17`. */
export function oid(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number)
  const bytes = [first * 40 + second]
  for (const arc of rest) {
    const septets = [arc % 128]
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) septets.unshift(0x80 | left % 128)
    bytes.push(...septets)
  }
  return tlv(0x06, Uint8Array.from(bytes))
}

/** UTCTime until 2049, GeneralizedTime after (RFC 5280, 4.1.2.5). */
export function time(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z').replace(/[-:T]/g, '')
  return digits < '2050' ? tlv(0x17, Buffer.from(digits.slice(2))) : tlv(0x18, Buffer.from(digits))
}
