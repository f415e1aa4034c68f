/** How one line of traceroute or of `mtr --raw` reads, for the person who looks at it. The parsers of the tools do the measuring; this only explains. Pure, linear. */
import type { LineMark, ReadRow } from './line-mark.ts'

export interface PathLine { rows: readonly ReadRow[]; mark: LineMark }

const DIGITS = /^\d{1,9}$/
const NOTHING: PathLine = { rows: [], mark: null }

/** Null: the line is of neither form. */
export function readPathLine(text: string): PathLine | null {
  const words = text.trim().split(/\s+/)
  const [first = '', second = ''] = words
  if (first === '') return NOTHING
  if (first === '$') return { rows: [{ name: 'says', value: 'next program of this run' }], mark: null }
  if (first === 'traceroute') return { rows: [{ name: 'says', value: 'start' }], mark: null }
  if (first.length === 1 && DIGITS.test(second)) return readRaw(words)
  if (DIGITS.test(first) && words.length > 1 && Number(first) <= 255) return readHop(words)
  return null
}

/** mtr counts its hops from 0 and times in microseconds. */
function readRaw([letter = '', place = '', ...rest]: readonly string[]): PathLine | null {
  const hop = { name: 'hop', value: String(Number(place) + 1) }
  const row = (name: string, value: string | undefined): ReadRow[] => (value === undefined ? [] : [{ name, value }])
  const say = (value: string, rows: readonly ReadRow[]): PathLine => ({ rows: [{ name: 'says', value }, hop, ...rows], mark: null })
  switch (letter) {
    case 'x': return say('x: a probe was sent', row('number', rest[0]))
    case 'h': return say('h: who answers at this hop', row('address', rest[0]))
    case 'd': return say('d: its name', row('name', rest[0]))
    case 'p': return say('p: an answer came', [...row('rtt', DIGITS.test(rest[0] ?? '') ? `${Number(rest[0]) / 1000} ms` : undefined), ...row('number', rest[1])])
    case 'm': return say('m: an MPLS label', [...row('label', rest[0]), ...row('class', rest[1]), ...row('bottom', rest[2]), ...row('ttl', rest[3])])
    default: return null
  }
}

const FLAG = /^![A-Z0-9<>-]{0,12}$/

/** ` 5  192.0.2.66  9.7 ms * 10.2 ms !H`. */
function readHop([hop = '', ...words]: readonly string[]): PathLine {
  const times = words.filter((word, i) => words[i + 1] === 'ms' && Number.isFinite(Number(word)))
  const stars = words.filter((word) => word === '*').length
  const flags = words.filter((word) => FLAG.test(word))
  const sources = [...new Set(words.filter((word, i) => word !== '*' && word !== 'ms' && words[i + 1] !== 'ms' && !FLAG.test(word)))]
  const rows: ReadRow[] = [
    { name: 'says', value: times.length > 0 ? 'answers of a hop' : 'no answer from this hop' }, { name: 'hop', value: hop },
    ...(sources.length > 0 ? [{ name: 'from', value: sources.join(' ') }] : []),
    ...(times.length > 0 ? [{ name: 'rtt', value: `${times.join(', ')} ms` }] : []),
    ...(stars > 0 ? [{ name: '*', value: `${stars} not answered within the wait` }] : []),
    ...(flags.length > 0 ? [{ name: 'flags', value: [...new Set(flags)].map(flagWords).join(', ') }] : []),
  ]
  return { rows, mark: flags.length > 0 ? 'error' : stars > 0 ? 'silent' : null }
}

const FLAGS: Readonly<Record<string, string>> = {
  '!H': 'host unreachable', '!N': 'network unreachable', '!P': 'protocol unreachable', '!S': 'source route failed', '!X': 'administratively prohibited', '!V': 'precedence violation', '!C': 'precedence cutoff', '!': 'ttl of the answer is 1 or less',
}

const flagWords = (flag: string): string => `${flag} ${FLAGS[flag] ?? (flag.startsWith('!F') ? 'needs fragmentation' : 'unreachable')}`
