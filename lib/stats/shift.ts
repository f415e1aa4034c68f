/** Notices a lasting change of level in a stream: the median of the newest values against that of the ones before them. */
import { medianAndMad, quantileSorted } from './quantile.ts'

/** Values on the newer side; as many are the least on the older side. */
export const SHIFT_AFTER = 10
/** Most values on the older side. */
export const SHIFT_BEFORE_MAX = 30
/** The medians must differ by more than the larger of this and four times the usual spread. */
export const SHIFT_FLOOR_MS = 5
const MAD_TIMES = 4

export interface Shift {
  /** Time of the first value on the newer side. */
  atMs: number
  before: number
  after: number
  /**
   * Usual spread: the larger of the median absolute deviation and half the interquartile range, of either side. For one hump
   * they are the same; for two (packets balanced over two paths) the deviation alone can be 0 by chance.
   */
  mad: number
  /** Values judged, both sides together. */
  samples: number
}

export interface ShiftState { before: number[]; after: number[]; afterAt: number[] }

/**
 * Keeps at most 40 values. A change is reported once, when the newer side lies wholly behind it: its oldest value must be
 * nearer to the new median than to the old one. Then the newer side becomes the older one, and the next change is judged
 * against the new level.
 */
export class ShiftDetector {
  #before: number[] = []
  #after: number[] = []
  #afterAt: number[] = []
  /** Sorted copies, so that a median costs a look-up. */
  #sortedBefore: number[] = []
  #sortedAfter: number[] = []

  push(value: number, atMs: number): Shift | null {
    this.#after.push(value)
    this.#afterAt.push(atMs)
    insert(this.#sortedAfter, value)
    if (this.#after.length > SHIFT_AFTER) this.#age()
    if (this.#before.length < SHIFT_AFTER) return null
    return this.#judge()
  }

  /** The oldest of the newer side moves to the older side. */
  #age(): void {
    const aged = this.#after.shift() ?? 0
    this.#afterAt.shift()
    remove(this.#sortedAfter, aged)
    this.#before.push(aged)
    insert(this.#sortedBefore, aged)
    if (this.#before.length <= SHIFT_BEFORE_MAX) return
    remove(this.#sortedBefore, this.#before.shift() ?? 0)
  }

  #judge(): Shift | null {
    const before = middle(this.#sortedBefore)
    const after = middle(this.#sortedAfter)
    const difference = Math.abs(after - before)
    if (!(difference > SHIFT_FLOOR_MS)) return null
    const oldest = this.#after[0] ?? before
    if (Math.abs(oldest - after) >= Math.abs(oldest - before)) return null
    const mad = Math.max(spread(this.#before, this.#sortedBefore), spread(this.#after, this.#sortedAfter))
    if (!(difference > MAD_TIMES * mad)) return null
    const shift = { atMs: this.#afterAt[0] ?? 0, before, after, mad, samples: this.#before.length + this.#after.length }
    this.restore({ before: this.#after, after: [], afterAt: [] })
    return shift
  }

  state(): ShiftState {
    return { before: [...this.#before], after: [...this.#after], afterAt: [...this.#afterAt] }
  }

  restore(state: ShiftState): void {
    this.#before = [...state.before]
    this.#after = [...state.after]
    this.#afterAt = [...state.afterAt]
    this.#sortedBefore = sorted(state.before)
    this.#sortedAfter = sorted(state.after)
  }
}

const spread = (values: readonly number[], ordered: readonly number[]): number =>
  Math.max(medianAndMad(values).mad, (quantileSorted(ordered, 0.75) - quantileSorted(ordered, 0.25)) / 2)

const sorted = (values: readonly number[]): number[] => values.toSorted((a, b) => a - b)

function middle(values: readonly number[]): number {
  const half = values.length >> 1
  const high = values[half] ?? NaN
  return values.length % 2 === 1 ? high : ((values[half - 1] ?? NaN) + high) / 2
}

function place(values: readonly number[], value: number): number {
  let low = 0
  let high = values.length
  while (low < high) {
    const mid = (low + high) >> 1
    if ((values[mid] ?? 0) < value) low = mid + 1
    else high = mid
  }
  return low
}

function insert(values: number[], value: number): void {
  values.splice(place(values, value), 0, value)
}

function remove(values: number[], value: number): void {
  values.splice(place(values, value), 1)
}
