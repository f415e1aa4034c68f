/** Which parts of a ping line carry its measurement, so that they can be set apart: stamp, number, ttl, time. Pure. */

export type MarkKind = 'plain' | 'stamp' | 'number' | 'time'
export interface Marked { text: string; kind: MarkKind }

const DIGITS = /^[0-9.]+/

/** Splits visible text at `[stamp]`, `icmp_seq=N`, `seq=N`, `ttl=N` and `time=N ms`. Linear; the pieces joined are the text. */
export function markPing(text: string): Marked[] {
  const found: Marked[] = []
  const put = (piece: string, kind: MarkKind): void => { if (piece !== '') found.push({ text: piece, kind }) }
  let rest = text
  const close = rest.startsWith('[') ? rest.indexOf(']') : -1
  if (close > 0 && close < 24) {
    put(rest.slice(0, close + 1), 'stamp')
    rest = rest.slice(close + 1)
  }
  for (const [label, kind] of [['seq=', 'number'], ['ttl=', 'number'], ['time=', 'time']] as const) {
    const at = rest.indexOf(label)
    const value = at < 0 ? null : DIGITS.exec(rest.slice(at + label.length, at + label.length + 20))?.[0]
    if (value === null || value === undefined) continue
    const end = at + label.length + value.length
    const unit = kind === 'time' && rest.startsWith(' ms', end) ? 3 : 0
    put(rest.slice(0, at + label.length), 'plain')
    put(rest.slice(at + label.length, end + unit), kind)
    rest = rest.slice(end + unit)
  }
  put(rest, 'plain')
  return found
}
