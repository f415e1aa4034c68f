/** Internationalised labels: what may be shown in Unicode, and its A-label. Follows IDNA 2008 and the script rules of UTS 39 ("highly restrictive"). */
import { findBadCharacter } from './characters.ts'
import { punycodeDecode, punycodeEncode } from './punycode.ts'

/** A label in both forms, or the reason why it is refused (the end of a sentence that begins with the label). */
export type Label = { ok: true; ascii: string; unicode: string } | { ok: false; why: string }

const SCRIPTS = [
  'Latin', 'Greek', 'Cyrillic', 'Armenian', 'Hebrew', 'Arabic', 'Thaana', 'Devanagari', 'Bengali', 'Gurmukhi', 'Gujarati', 'Oriya',
  'Tamil', 'Telugu', 'Kannada', 'Malayalam', 'Sinhala', 'Thai', 'Lao', 'Tibetan', 'Myanmar', 'Georgian', 'Ethiopic', 'Khmer',
  'Hiragana', 'Katakana', 'Bopomofo', 'Han', 'Hangul',
] as const
const SCRIPT_TESTS = SCRIPTS.map((script) => [script, new RegExp(`\\p{Script=${script}}`, 'u')] as const)
/** Scripts that one language writes side by side. */
const TOGETHER = [['Latin', 'Han', 'Hiragana', 'Katakana'], ['Latin', 'Han', 'Bopomofo'], ['Latin', 'Han', 'Hangul']]
const RIGHT_TO_LEFT = ['Hebrew', 'Arabic', 'Thaana']
/** The long-vowel mark belongs to no script, yet Japanese names need it. */
const LONG_VOWEL = '\u30fc'

const refuse = (why: string): Label => ({ ok: false, why })

/** Lower case letter by letter: a final capital sigma becomes σ, as IDNA wants. */
const lower = (label: string): string => Array.from(label, (character) => character.toLowerCase()).join('').normalize('NFC')

/** Takes a label with at least one character outside ASCII to its A-label. */
export function encodeLabel(label: string): Label {
  if (Array.from(label).length > 63) return refuse('is longer than 63 characters')
  const unicode = lower(label)
  const plain = unicode.normalize('NFKC')
  if (plain !== unicode) return refuse(`holds look-alike or compatibility characters; type it with ordinary ones: ${plain.toLowerCase()}`)
  const why = faultOf(unicode)
  if (why !== null) return refuse(why)
  const ascii = `xn--${punycodeEncode(unicode)}`
  return ascii.length > 63 ? refuse('is longer than 63 characters once encoded for DNS') : { ok: true, ascii, unicode }
}

/** Checks a lower-case `xn--` label. Its Unicode form is given only where it could have been typed as such. */
export function decodeLabel(ascii: string): Label {
  const unicode = punycodeDecode(ascii.slice(4))
  if (unicode === null || unicode === '' || /^[\x00-\x7f]*$/.test(unicode) || `xn--${punycodeEncode(unicode)}` !== ascii) {
    return refuse('begins with xn-- but is not a valid encoded name')
  }
  if (findBadCharacter(unicode) !== null || lower(unicode) !== unicode || unicode.normalize('NFKC') !== unicode || /[^\p{L}\p{M}\p{Nd}-]/u.test(unicode)) {
    return refuse('begins with xn-- but decodes to characters that no name may hold')
  }
  return { ok: true, ascii, unicode: faultOf(unicode) === null ? unicode : ascii }
}

/** Why a lower-case, normalised label may not be shown in Unicode; null if it may. */
function faultOf(label: string): string | null {
  const odd = /[^\p{Ll}\p{Lo}\p{Lm}\p{M}0-9-]/u.exec(label)
  if (odd) return `holds "${odd[0]}", which is not a letter`
  if (/^\p{M}/u.test(label)) return 'begins with a combining mark'
  if (/\p{M}{3}|(\p{M})\1/u.test(label)) return 'piles up combining marks'
  if (label.startsWith('-') || label.endsWith('-') || label.slice(2, 4) === '--') return 'has a dash at its start, its end, or twice at places 3 and 4'
  const scripts = scriptsOf(label)
  if (scripts === null) return 'uses a script that Hopscope does not show in names; type its encoded form (xn--…)'
  const mixed = scripts.size > 1 && !TOGETHER.some((set) => [...scripts].every((script) => set.includes(script)))
  if (mixed) return `mixes ${[...scripts].join(' and ')} letters, which look-alike names do; if you mean it, type its encoded form (xn--…)`
  if (RIGHT_TO_LEFT.some((script) => scripts.has(script)) && /^[0-9]/.test(label)) return 'begins with a digit although it reads from right to left'
  return null
}

/** Scripts of a label's letters; null if one is of none that is known here. */
function scriptsOf(label: string): Set<string> | null {
  const found = new Set<string>()
  for (const character of label) {
    if (/[0-9-]/.test(character) || /\p{Script=Inherited}/u.test(character)) continue
    const script = character === LONG_VOWEL ? 'Katakana' : SCRIPT_TESTS.find(([, test]) => test.test(character))?.[0]
    if (script === undefined) return null
    found.add(script)
  }
  return found
}
