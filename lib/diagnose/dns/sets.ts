/** Which answers there are to one question, who gives each, and which of them is the right one. */
import { ADDRESS_TYPES, cellsOf, isAnswer, isLame, sinceOf, type Cell } from './cells.ts'
import type { DnsFacts } from '../rule.ts'
import { serialOrder } from './serial.ts'
import { valuesOf } from './words.ts'

/** Servers that give the same. Order and TTL do not count, nor do the aliases on the way. */
export interface AnswerSet { key: string; said: Cell['said']; values: readonly string[]; cells: readonly Cell[] }

export interface Disagreement {
  type: string
  sets: readonly AnswerSet[]
  /** What the zone says: its servers agree, or the newest version among them. Else where servers went over to. Null: nobody can tell. */
  right: AnswerSet | null
  /** How that is known. `moved`: a server was seen to go over to it, or another has an older version of the zone. */
  by: 'authority' | 'moved' | null
  /** Two sets at least were each given in two rounds, or by two of the zone's own servers. */
  sure: boolean
}

/** Answers to these differ by their nature, or another rule is about them. */
const LEFT_OUT: ReadonlySet<string> = new Set(['SOA', 'ANY', 'DNSKEY'])

/** The types whose answers differ, address types first. */
export function disagreements(facts: DnsFacts): readonly Disagreement[] {
  const cells = cellsOf(facts.dns).filter((one) => isAnswer(one) && !one.brokenAaaa && !isLame(one) && !LEFT_OUT.has(one.type))
  const types = [...new Set(cells.map(({ type }) => type))].sort((a, b) => rank(a) - rank(b))
  return types.flatMap((type) => disagreementOf(cells.filter((one) => one.type === type)))
}

const rank = (type: string): number => (ADDRESS_TYPES.includes(type) ? ADDRESS_TYPES.indexOf(type) : ADDRESS_TYPES.length)

function disagreementOf(cells: readonly Cell[]): Disagreement[] {
  const [first] = cells
  const sets = setsOf(cells)
  if (!first || sets.length < 2 || rotates(cells)) return []
  const sure = sets.filter((set) => set.cells.some(isHeld)).length > 1 || sets.filter((set) => set.cells.some(isAuthority)).length > 1
  // Of a pool too large for one answer each server gives some: seen once, sets that overlap are that.
  if (!sure && sets.every((set) => set.said === 'data' && sets.some((other) => other !== set && other.values.some((value) => set.values.includes(value))))) return []
  return [{ type: first.type, sets, ...rightOf(sets), sure }]
}

function setsOf(cells: readonly Cell[]): readonly AnswerSet[] {
  const sets = new Map<string, Cell[]>()
  for (const one of cells) {
    const key = one.said === 'data' ? valuesOf(one.cell.reply, one.type).join('\n') : one.said
    sets.set(key, [...(sets.get(key) ?? []), one])
  }
  return [...sets].map(([key, of]) => ({ key, said: of[0]?.said ?? 'nodata', values: of[0]?.said === 'data' ? key.split('\n') : [], cells: of }))
}

const isAuthority = ({ server }: Cell): boolean => server.role === 'authority'
/** Given at two moments. */
const isHeld = ({ cell }: Cell): boolean => { const last = cell.spans.at(-1); return last !== undefined && last.untilMs > last.sinceMs }

/** An answer that comes and goes at the zone's own servers (or, where none was asked, at all) is a rotation. */
function rotates(cells: readonly Cell[]): boolean {
  const own = cells.filter(isAuthority)
  const judged = own.length > 0 ? own : cells
  return judged.every(({ cell }) => cell.spans.length >= 3 && new Set(cell.spans.map(({ key }) => key)).size < cell.spans.length)
}

function rightOf(sets: readonly AnswerSet[]): Pick<Disagreement, 'right' | 'by'> {
  const official = sets.filter((set) => set.cells.some(isAuthority))
  const [only] = official
  if (official.length === 1 && only) return { right: only, by: movedTo(sets) === only ? 'moved' : 'authority' }
  if (official.length > 1) {
    const newest = serialOrder(official.flatMap((set) => set.cells.filter(isAuthority).map(({ server }) => server)))
    const right = newest ? official.filter((set) => set.cells.some(({ server }) => server.serial === newest.newest)) : []
    if (right.length === 1 && right[0]) return { right: right[0], by: 'moved' }
  }
  const moved = movedTo(sets)
  return { right: moved, by: moved === null ? null : 'moved' }
}

/** The set that servers went over to from another one that is still given, and none went back. */
function movedTo(sets: readonly AnswerSet[]): AnswerSet | null {
  const setOf = new Map(sets.flatMap((set) => set.cells.map(({ cell }) => [cell.key, set] as const)))
  const targets = new Set(sets.filter((set) => set.cells.some(({ cell }) => {
    const before = setOf.get(cell.spans.at(-2)?.key ?? '')
    return before !== undefined && before !== set
  })))
  return targets.size === 1 ? ([...targets][0] ?? null) : null
}

/** When the answers began to differ, as far as is known: the last of the sets to appear. */
export const apartSince = ({ sets }: Disagreement): number => Math.max(...sets.map((set) => Math.min(...set.cells.map(sinceOf))))
