/** Nested JSON of packed events apart from its numbers: the text around them repeats from event to event, the numbers become columns. */
import { readNumbers, writeNumbers } from './columns.ts'
import type { ByteReader, ByteWriter } from './bytes.ts'

const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g
/** Stands for a number; outside of strings JSON has no such character. */
const HOLE = '#'
const HOLES = /"[^"\\]*(?:\\.[^"\\]*)*"|#/g

export interface SplitJson { template: string; numbers: number[] }

/** `text` as JSON.stringify wrote it, so that every number reads back to the same text. */
function splitJson(text: string): SplitJson {
  const numbers: number[] = []
  const template = text.replace(TOKEN, (token) => {
    if (token.startsWith('"')) return token
    numbers.push(Number(token))
    return HOLE
  })
  return { template, numbers }
}

/** The text around the holes: one piece more than there are numbers. */
function piecesOf(template: string): string[] {
  const pieces: string[] = []
  let from = 0
  for (const { 0: token, index } of template.matchAll(HOLES)) {
    if (token !== HOLE) continue
    pieces.push(template.slice(from, index))
    from = index + 1
  }
  return [...pieces, template.slice(from)]
}

/** The JSON text again; `number(i)` fills the i-th hole. */
function joinJson(pieces: readonly string[], number: (slot: number) => number): string {
  let text = pieces[0] ?? ''
  for (let slot = 1; slot < pieces.length; slot++) text += `${String(number(slot - 1))}${pieces[slot] ?? ''}`
  return text
}

/** Each nested JSON apart from its numbers; null where no two of them differ in their numbers alone. */
export function splitWherePays(nested: readonly string[]): SplitJson[] | null {
  if (nested.length < 2) return null
  const split = nested.map(splitJson)
  return new Set(split.map(({ template }) => template)).size < nested.length ? split : null
}

/** Template by template in the order in which they come first, hole by hole: a column for each. */
export function writeSplit(out: ByteWriter, rows: readonly SplitJson[]): void {
  for (const of of Map.groupBy(rows, ({ template }) => template).values()) {
    for (const slot of of[0]?.numbers.keys() ?? []) writeNumbers(out, of.map(({ numbers }) => numbers[slot] ?? 0))
  }
}

/** The JSON text of each row; `positions` are those of the templates. */
export function readSplit(reader: ByteReader, positions: Float64Array, textAt: (position: number) => string): (row: number) => string {
  const nth: number[] = []
  const seen = new Map<number, number>()
  for (const position of positions) {
    const before = seen.get(position) ?? 0
    nth.push(before)
    seen.set(position, before + 1)
  }
  const parts = new Map([...seen].map(([position, count]) => {
    const pieces = piecesOf(textAt(position))
    return [position, { pieces, columns: pieces.slice(1).map(() => readNumbers(reader, count)) }]
  }))
  return (row) => {
    const { pieces = [], columns = [] } = parts.get(positions[row] ?? -1) ?? {}
    return joinJson(pieces, (slot) => columns[slot]?.[nth[row] ?? 0] ?? 0)
  }
}
