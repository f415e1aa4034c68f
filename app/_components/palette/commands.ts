/** What the palette can do, as data, and how a query finds it. Pure. */
import type { LucideIcon } from 'lucide-react'
import type { Severity } from '#lib/protocol/api.ts'

export interface Command {
  id: string
  /** Sentence shown and searched. */
  label: string
  /** Section heading: `In this session`, `Run`, `Go to`, `Other sessions`. */
  section: string
  /** Small text at the right. */
  note?: string
  /** More words to be found by, not shown. */
  words?: string
  severity?: Severity
  icon?: LucideIcon
  /** Written as a machine writes: commands, hosts. */
  machine?: boolean
  keys?: string
  act: () => void
}

/** A command that a query matched, with the character ranges `[from, to)` of its label to mark. */
export interface Match { command: Command; score: number; marks: [number, number][] }

/** Commands that contain every word of the query, best first; sections keep the order of their best entry. */
export function findCommands(commands: readonly Command[], query: string): Match[] {
  const words = query.toLowerCase().split(/\s+/u).filter(Boolean)
  const matches = commands.flatMap((command) => {
    const match = matchCommand(command, words)
    return match ? [match] : []
  })
  if (words.length === 0) return matches
  return matches.sort((a, b) => b.score - a.score)
}

function matchCommand(command: Command, words: readonly string[]): Match | null {
  const label = command.label.toLowerCase()
  const rest = `${command.words ?? ''} ${command.note ?? ''} ${command.section}`.toLowerCase()
  const marks: [number, number][] = []
  let score = 0
  for (const word of words) {
    const at = label.indexOf(word)
    if (at >= 0) {
      score += at === 0 ? 100 : isWordStart(label, at) ? 60 : 30
      marks.push([at, at + word.length])
    } else if (rest.includes(word)) score += 10
    else {
      const scattered = subsequence(label, word)
      if (!scattered) return null
      score += 2
      marks.push(...scattered)
    }
  }
  return { command, score, marks: mergeMarks(marks) }
}

const isWordStart = (text: string, at: number): boolean => /[^\p{L}\p{N}]/u.test(text[at - 1] ?? ' ')

/** Letters in order but apart: `cpt` finds "copy for a ticket". Words of one or two letters must be whole, or all would match. */
function subsequence(text: string, word: string): [number, number][] | null {
  if (word.length < 3) return null
  const marks: [number, number][] = []
  let from = 0
  for (const letter of word) {
    const at = text.indexOf(letter, from)
    if (at < 0) return null
    marks.push([at, at + 1])
    from = at + 1
  }
  return marks
}

function mergeMarks(marks: readonly [number, number][]): [number, number][] {
  const merged: [number, number][] = []
  for (const [from, to] of [...marks].sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1)
    if (last && from <= last[1]) last[1] = Math.max(last[1], to)
    else merged.push([from, to])
  }
  return merged
}

/** Matches under their section headings, in the order the sections first appear. */
export function bySection(matches: readonly Match[]): { section: string; matches: Match[] }[] {
  const sections = new Map<string, Match[]>()
  for (const match of matches) {
    const list = sections.get(match.command.section)
    if (list) list.push(match)
    else sections.set(match.command.section, [match])
  }
  return [...sections].map(([section, list]) => ({ section, matches: list }))
}

/** Label cut into marked and plain pieces. */
export function pieces(label: string, marks: readonly [number, number][]): { text: string; marked: boolean }[] {
  const out: { text: string; marked: boolean }[] = []
  let at = 0
  for (const [from, to] of marks) {
    if (from > at) out.push({ text: label.slice(at, from), marked: false })
    out.push({ text: label.slice(from, to), marked: true })
    at = to
  }
  if (at < label.length) out.push({ text: label.slice(at), marked: false })
  return out
}
