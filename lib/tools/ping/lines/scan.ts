/** Small readers shared by the line forms. Each looks at a bounded piece of one capped line. */

/** Digits only, 1 to `most` of them; NaN otherwise. */
export function whole(text: string, most = 10): number {
  if (text.length === 0 || text.length > most) return NaN
  for (let at = 0; at < text.length; at++) if (!isDigit(text.charCodeAt(at))) return NaN
  return Number(text)
}

/** `12`, `12.5` or, from a locale with a decimal comma, `12,5`; NaN otherwise. */
export function decimal(text: string): number {
  const mark = text.search(/[.,]/)
  if (mark < 0) return whole(text)
  const before = text.slice(0, mark)
  const after = text.slice(mark + 1)
  if (Number.isNaN(whole(before)) || Number.isNaN(whole(after, 9))) return NaN
  return Number(`${before}.${after}`)
}

/** `37.5%`, also in exponent form as %g prints it; NaN otherwise. */
export function percent(text: string): number {
  if (!text.endsWith('%')) return NaN
  const number = text.slice(0, -1)
  const exponent = number.indexOf('e')
  if (exponent < 0) return decimal(number)
  const power = number.slice(exponent + 1)
  return decimal(number.slice(0, exponent)) * 10 ** (power.startsWith('-') ? -whole(power.slice(1), 2) : whole(power.replace('+', ''), 2))
}

export const isDigit = (code: number): boolean => code >= 48 && code <= 57

/** `[1795346714.620752] ` in front of a line. */
export interface Stamped { stampMs: number | null; rest: string }

/** Splits the tool's stamp off; null when the line opens with a bracket that holds none. */
export function splitStamp(text: string): Stamped | null {
  if (!text.startsWith('[')) return { stampMs: null, rest: text }
  const end = text.indexOf('] ')
  if (end < 0 || end > 24) return null
  const inner = text.slice(1, end)
  const mark = inner.search(/[.,]/)
  const seconds = whole(inner.slice(0, mark))
  const fraction = inner.slice(mark + 1)
  const micros = whole(fraction, 6)
  if (mark < 0 || fraction.length !== 6 || Number.isNaN(seconds) || Number.isNaN(micros)) return null
  return { stampMs: stampOf(seconds, micros), rest: text.slice(end + 2) }
}

/** Epoch ms nearest to the printed decimal: both products are whole and below 2^53, so only the division rounds. */
export const stampOf = (seconds: number, micros: number): number => (seconds * 1e6 + micros) / 1000

/** An address or `name (address)` as ping prints a peer. */
export interface Peer { from: string; host?: string }

const ADDRESS_MAX = 64

/** Null when it is neither, so that a line whose shape only looks right is not believed. */
export function readPeer(text: string): Peer | null {
  if (!text.endsWith(')')) return isAddress(text) ? { from: text } : null
  const open = text.lastIndexOf(' (')
  if (open < 0) return null
  const from = text.slice(open + 2, -1)
  const host = text.slice(0, open)
  if (!isAddress(from)) return null
  return host === '' || host === from ? { from } : { from, host }
}

/** The characters of an IPv4 or IPv6 literal with an optional zone; at least one dot or colon. */
export function isAddress(text: string): boolean {
  if (text.length === 0 || text.length > ADDRESS_MAX) return false
  const zone = text.indexOf('%')
  const literal = zone < 0 ? text : text.slice(0, zone)
  return /^[0-9A-Fa-f:.]+$/.test(literal) && /[.:]/.test(literal) && (zone < 0 || /^[\w.@-]+$/.test(text.slice(zone + 1)))
}
