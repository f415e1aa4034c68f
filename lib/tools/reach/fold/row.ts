/** How long an address has been in its state: connections end out of order, so the row is kept by their numbers. */
import { fields, isCount, isNumber, listOf, nullOr, oneOf } from '#lib/protocol/shape.ts'
import type { ConnectState } from '../events.ts'

interface Ended { n: number; state: ConnectState; atMs: number }
export interface RowState {
  /** By number; what a longer wait than all others may still put in between. */
  recent: Ended[]
  /** The row that ended with what left `recent` last. */
  before: { state: ConnectState; count: number; sinceMs: number } | null
}

/** More than can be under way: the longest wait over the shortest interval is 50. */
const RECENT = 64
const state = oneOf('open', 'refused', 'timeout', 'unreachable', 'denied', 'error')
export const isRow = fields({
  recent: listOf(fields({ n: isCount, state, atMs: isNumber })),
  before: nullOr(fields({ state, count: isCount, sinceMs: isNumber })),
})

export const newRow = (): RowState => ({ recent: [], before: null })
export const copyRow = ({ recent, before }: RowState): RowState => ({ recent: [...recent], before })

/** Takes one more connection. A number that was there already changes nothing. */
export function addToRow(row: RowState, ended: Ended): void {
  const { recent } = row
  const at = recent.findLastIndex((one) => one.n <= ended.n)
  if (recent[at]?.n === ended.n || (at < 0 && recent.length >= RECENT)) return
  recent.splice(at + 1, 0, ended)
  if (recent.length <= RECENT) return
  const left = recent.shift()
  if (left) row.before = row.before?.state === left.state ? { ...row.before, count: row.before.count + 1 } : { state: left.state, count: 1, sinceMs: left.atMs }
}

/** Connections of the newest state in a row, and when the first of them began. */
export function rowOf({ recent, before }: RowState): { inARow: number; sinceMs: number } {
  const newest = recent.at(-1)
  if (!newest) return { inARow: 0, sinceMs: NaN }
  const change = recent.findLastIndex((one) => one.state !== newest.state)
  const inARow = recent.length - 1 - change
  if (change < 0 && before?.state === newest.state) return { inARow: inARow + before.count, sinceMs: before.sinceMs }
  return { inARow, sinceMs: recent[change + 1]?.atMs ?? newest.atMs }
}
