/** FNV-1a, 64 bit: a stable short name for a piece of text. Not for secrets. */

const OFFSET = 0xcbf29ce484222325n
const PRIME = 0x100000001b3n
const MASK = 0xffffffffffffffffn

/** 16 hexadecimal digits of the FNV-1a hash over the text's UTF-16 code units, low byte first. */
export function fnv1a64(text: string): string {
  let hash = OFFSET
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index)
    hash = ((hash ^ BigInt(unit & 0xff)) * PRIME) & MASK
    hash = ((hash ^ BigInt(unit >> 8)) * PRIME) & MASK
  }
  return hash.toString(16).padStart(16, '0')
}
