/** Finds addresses and names inside text and replaces them. Every pattern is linear in the length of the text. */
import { judgeOctets, judgeReverse, judgeV6, type Recognised } from './internal-address.ts'

/** Gives the pseudonym of what was recognised. */
export type Pseudonym = (kind: 'private' | 'public' | 'host' | 'mac' | 'text', canonical: string) => string

/** Text in the making: strings are still to be searched, `done` parts are replaced already. */
type Part = string | { done: string }

const ARPA = /(?<![0-9a-z.])((?:[0-9a-f]{1,3}\.){1,32})(in-addr|ip6)\.arpa/gi
const MAC = /(?<![0-9a-f])[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}(?![0-9a-f]|[:-][0-9a-f])/gi
const COLON_RUN = /[0-9a-f:.]{2,}(?:%[\w.-]+)?/gi
const DOTTED_RUN = /(?<![0-9])[0-9]+(?:\.[0-9]+){3,}/g
const DASHED_RUN = /(?<![0-9])[0-9]+(?:[-_][0-9]+){3,}/g
/** Start of a private IPv6 address inside a run that does not parse. */
const PRIVATE_START = /f[cd][0-9a-f]{2}:|fe[89a-f][0-9a-f]:/i
/** An address with punctuation around it; what is longer is not one. */
const LONGEST_ADDRESS = 64
/** A dotted name is searched from its first label only: that keeps the patterns linear. */
const NAME_START = '(?<![\\p{L}\\p{N}_-])(?<![\\p{L}\\p{N}_-]\\.)'
const ANY_NAME = new RegExp(`${NAME_START}(?:[\\p{L}\\p{N}_-]+\\.)+\\p{L}[\\p{L}\\p{N}-]+`, 'giu')

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')

function replaceIn(parts: readonly Part[], pattern: RegExp, replacement: (match: RegExpExecArray) => string | null): Part[] {
  pattern.lastIndex = 0
  return parts.flatMap((part): Part[] => {
    if (typeof part !== 'string' || part === '') return [part]
    const out: Part[] = []
    let from = 0
    for (const match of part.matchAll(pattern)) {
      const text = replacement(match)
      if (text === null) continue
      out.push(part.slice(from, match.index), { done: text })
      from = match.index + match[0].length
    }
    out.push(part.slice(from))
    return out
  })
}

/** Pattern of names under an internal suffix. A suffix of one label needs a label before it; a longer one is internal itself. */
export function suffixPattern(suffixes: readonly string[]): RegExp {
  const short = suffixes.filter((suffix) => !suffix.includes('.')).map(escaped)
  const long = suffixes.filter((suffix) => suffix.includes('.')).map(escaped)
  const label = '[\\p{L}\\p{N}_-]+\\.'
  const either = [`(?:${label})+(?:${short.join('|')})`, ...(long.length > 0 ? [`(?:${label})*(?:${long.join('|')})`] : [])]
  return new RegExp(`${NAME_START}(?:${either.join('|')})(?![\\p{L}\\p{N}]|\\.[\\p{L}\\p{N}])`, 'giu')
}

/** Pattern of these names, whole: a letter or digit on either side means another word. Null for none. */
export function namesPattern(names: Iterable<string>): RegExp | null {
  const sorted = [...names].toSorted((a, b) => b.length - a.length).map(escaped)
  return sorted.length === 0 ? null : new RegExp(`(?<![\\p{L}\\p{N}])(?:${sorted.join('|')})(?![\\p{L}\\p{N}])`, 'giu')
}

export interface TextRules {
  pseudonym: Pseudonym
  suffixes: RegExp
  /** Names that are known to be internal; null for none. */
  names: RegExp | null
  /** Also public addresses, and every dotted name. */
  all: boolean
  /** The text is one of our own fixed words: look for addresses only. */
  fixedWord?: boolean
}

/** The text with every internal address and name replaced. */
export function redactText(text: string, rules: TextRules): string {
  const { pseudonym, all } = rules
  const shown = (found: Recognised | null): string | null => {
    if (found === null || (!found.internal && !all)) return null
    return pseudonym(found.internal ? 'private' : 'public', found.canonical)
  }
  const host = (match: RegExpExecArray): string => pseudonym('host', match[0].toLowerCase())
  let parts: Part[] = [text]
  parts = replaceIn(parts, ARPA, ([, labels = '', zone = '']) => {
    const found = shown(judgeReverse(labels.slice(0, -1).split('.'), zone.toLowerCase() === 'ip6' ? 'ip6' : 'in-addr'))
    return found === null ? null : `${found}.${zone}.arpa`
  })
  parts = replaceIn(parts, rules.suffixes, host)
  parts = replaceIn(parts, MAC, ([mac]) => pseudonym('mac', mac.toLowerCase().replaceAll('-', ':')))
  parts = replaceIn(parts, COLON_RUN, ([run]) => colonRun(run, shown, pseudonym))
  parts = replaceIn(parts, DOTTED_RUN, ([run]) => numberRun(run.split('.'), shown, pseudonym))
  parts = replaceIn(parts, DASHED_RUN, ([run]) => numberRun(run.split(/[-_]/), shown, pseudonym))
  if (rules.fixedWord !== true && rules.names !== null) parts = replaceIn(parts, rules.names, host)
  if (rules.fixedWord !== true && all) parts = replaceIn(parts, ANY_NAME, host)
  return parts.map((part) => (typeof part === 'string' ? part : part.done)).join('')
}

type Shown = (found: Recognised | null) => string | null

/** A run of hex digits, colons and dots with an optional zone: an IPv6 address, perhaps with punctuation around it. */
function colonRun(run: string, shown: Shown, pseudonym: Pseudonym): string | null {
  if (run.split(':').length < 3) return null
  const [body = ''] = run.split('%')
  if (body.length > LONGEST_ADDRESS) return PRIVATE_START.test(body) ? pseudonym('private', body.toLowerCase()) : null
  const [, lead = '', core = '', trail = ''] = /^((?:\.|:(?!:))*)(.*?)((?:\.|(?<!:):|(?<=::):)*)$/s.exec(body) ?? []
  const found = judgeV6(core)
  if (found !== null) {
    const text = shown(found)
    return text === null ? null : `${lead}${text}${trail}`
  }
  return PRIVATE_START.test(body) ? pseudonym('private', body.toLowerCase()) : null
}

/** Numbers with one separator. Exactly four: an address or not. More: hidden whole if any four in a row are an internal address. */
function numberRun(numbers: readonly string[], shown: Shown, pseudonym: Pseudonym): string | null {
  if (numbers.length === 4) return shown(judgeOctets(numbers))
  const inside = numbers.some((_, i) => judgeOctets(numbers.slice(i, i + 4))?.internal === true)
  return inside ? pseudonym('private', numbers.join('.')) : null
}
