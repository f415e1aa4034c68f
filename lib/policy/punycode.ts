/** RFC 3492 (Punycode) for one label: what stands behind `xn--`. */

const BASE = 36
const T_MIN = 1
const T_MAX = 26
const SKEW = 38
const DAMP = 700
const FIRST_N = 128
const FIRST_BIAS = 72
const DIGITS = 'abcdefghijklmnopqrstuvwxyz0123456789'

/** Section 6.1: how far the next delta is likely to be. */
function adapt(delta: number, points: number, first: boolean): number {
  let rest = Math.floor(delta / (first ? DAMP : 2))
  rest += Math.floor(rest / points)
  let k = 0
  for (; rest > ((BASE - T_MIN) * T_MAX) / 2; k += BASE) rest = Math.floor(rest / (BASE - T_MIN))
  return k + Math.floor(((BASE - T_MIN + 1) * rest) / (rest + SKEW))
}

const threshold = (k: number, bias: number): number => Math.min(T_MAX, Math.max(T_MIN, k - bias))

function encodeDelta(delta: number, bias: number): string {
  let out = ''
  let rest = delta
  for (let k = BASE; ; k += BASE) {
    const t = threshold(k, bias)
    if (rest < t) return out + DIGITS.charAt(rest)
    out += DIGITS.charAt(t + ((rest - t) % (BASE - t)))
    rest = Math.floor((rest - t) / (BASE - t))
  }
}

/** Encodes a label (without `xn--`). The caller keeps it short: cost grows with length times distinct characters. */
export function punycodeEncode(label: string): string {
  const points = Array.from(label, (character) => character.codePointAt(0) ?? 0)
  const basic = points.filter((point) => point < FIRST_N)
  let out = String.fromCharCode(...basic) + (basic.length > 0 ? '-' : '')
  let handled = basic.length
  let n = FIRST_N
  let delta = 0
  let bias = FIRST_BIAS
  while (handled < points.length) {
    const next = Math.min(...points.filter((point) => point >= n))
    delta += (next - n) * (handled + 1)
    n = next
    for (const point of points) {
      if (point < n) delta += 1
      if (point !== n) continue
      out += encodeDelta(delta, bias)
      bias = adapt(delta, handled + 1, handled === basic.length)
      delta = 0
      handled += 1
    }
    delta += 1
    n += 1
  }
  return out
}

/** Decodes what stands behind `xn--`, at most 59 characters; null if it is not Punycode of Unicode text. */
export function punycodeDecode(text: string): string | null {
  if (text.length > 59) return null
  const dash = text.lastIndexOf('-')
  const points = Array.from(text.slice(0, Math.max(0, dash)), (character) => character.codePointAt(0) ?? 0)
  if (points.some((point) => point >= FIRST_N)) return null
  let at = dash < 0 ? 0 : dash + 1
  let n = FIRST_N
  let i = 0
  let bias = FIRST_BIAS
  while (at < text.length) {
    const before = i
    let weight = 1
    for (let k = BASE; ; k += BASE) {
      const digit = at < text.length ? DIGITS.indexOf(text.charAt(at)) : -1
      at += 1
      if (digit < 0) return null
      i += digit * weight
      if (i > 0x7fffffff) return null
      const t = threshold(k, bias)
      if (digit < t) break
      weight *= BASE - t
      if (weight > 0x7fffffff) return null
    }
    const length = points.length + 1
    bias = adapt(i - before, length, before === 0)
    n += Math.floor(i / length)
    i %= length
    if (n > 0x10ffff || (n >= 0xd800 && n <= 0xdfff)) return null
    points.splice(i, 0, n)
    i += 1
  }
  return String.fromCodePoint(...points)
}
