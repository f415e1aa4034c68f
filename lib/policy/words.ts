/** Splits a pasted command line into words the way a shell would, and refuses what a shell would act on. */
import { ok, type Result } from '#lib/protocol/result.ts'
import { quote } from './characters.ts'
import { refuseTarget } from './host.ts'

/** Characters that make a shell do something else than pass a word on. */
const ACTS = new Set('|&;<>()`$!*?[]{}~^#\'"\\')

/** State of the scanner: the word being read, or null between words. */
interface Scan { text: string; at: number; word: string | null; words: string[] }

/** Words of one simple command. Nothing is expanded; a pipe, list, redirection or substitution is refused. */
export function splitWords(text: string): Result<string[]> {
  const scan: Scan = { text, at: 0, word: null, words: [] }
  while (scan.at < text.length) {
    const character = text.charAt(scan.at)
    if (character === ' ') endWord(scan)
    else if (character === "'" || character === '"' || text.startsWith("$'", scan.at)) {
      if (!readQuoted(scan)) return refuseTarget('The pasted command has an opened quote that is not closed. Paste all of it, or type only the host.')
      continue
    } else if (character === '\\') readEscape(scan)
    else if (ACTS.has(character) && !isHarmless(scan)) {
      return refuseTarget(`The pasted command holds ${quote(character)} outside quotes, so it is more than one simple command. Type only the host.`)
    } else scan.word = (scan.word ?? '') + character
    scan.at += 1
  }
  endWord(scan)
  return ok(scan.words)
}

function endWord(scan: Scan): void {
  if (scan.word !== null) scan.words.push(scan.word)
  scan.word = null
}

/** `?`, `#`, `[`, `]`, `~` and `*` inside a word only match file names; people paste URLs with them unquoted. */
const isHarmless = (scan: Scan): boolean => '?#~[]*'.includes(scan.text.charAt(scan.at)) && scan.word !== null

/** A backslash keeps the next character; one before a space or at the end is what is left of a continued line. */
function readEscape(scan: Scan): void {
  const next = scan.text.charAt(scan.at + 1)
  if (next === ' ' || next === '') return endWord(scan)
  scan.word = (scan.word ?? '') + next
  scan.at += 1
}

/** Reads '…', "…" or $'…' and leaves `at` behind it; false if it never ends. */
function readQuoted(scan: Scan): boolean {
  const dollar = scan.text.charAt(scan.at) === '$'
  const mark = dollar ? "'" : scan.text.charAt(scan.at)
  const escapes = dollar || mark === '"'
  const parts: string[] = [scan.word ?? '']
  for (scan.at += dollar ? 2 : 1; scan.at < scan.text.length; scan.at += 1) {
    const character = scan.text.charAt(scan.at)
    if (character === mark) {
      scan.word = parts.join('')
      scan.at += 1
      return true
    }
    if (character === '\\' && escapes) scan.at += 1
    parts.push(scan.text.charAt(scan.at))
  }
  return false
}
