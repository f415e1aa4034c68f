/** How much of everything: small in `npm test`, the figures of the specification in `npm run reliability`; and where measured figures go. */
import { appendFileSync } from 'node:fs'

export const LONG = process.env['RELIABILITY'] === 'long'

/** The first in the short form, the second in the long one. */
export const scaled = (short: number, long: number): number => (LONG ? long : short)

/** Notes a measured figure with what was promised; a table of them ends the long form. */
export function figure(id: string, what: string, value: number | string, bound: string): void {
  const path = process.env['RELIABILITY_FIGURES']
  const shown = typeof value === 'number' ? String(Math.round(value * 10) / 10) : value
  if (path === undefined) console.log(`  ${id} ${what}: ${shown} (${bound})`)
  else appendFileSync(path, `${JSON.stringify({ id, what, value: shown, bound })}\n`)
}

/** The share `q` of a list lies at or below this; NaN of nothing. */
export function quantileOf(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))] ?? Number.NaN
}

/** A number from 0 up to 1 that is the same in every run of the test: a failure can be seen again. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
