/** Small pieces that rules of every tool use. */
import { formatFixed } from '#lib/format/number.ts'
import type { RunView } from '#lib/session/view.ts'
import type { EvidenceSpan } from './finding.ts'

/** What the pieces need of a rule's facts. */
export interface OfRun { run: RunView; nowMs: number }

/** The span from `fromMs` to the last event, as evidence of this run. */
export function spanSince(facts: OfRun, fromMs: number): EvidenceSpan {
  return { runId: facts.run.runId, fromMs, toMs: Math.max(fromMs, facts.nowMs) }
}

export const runStartMs = (facts: OfRun): number => facts.run.startedAtMs ?? facts.run.queuedAtMs

/** `3.2 %` with one decimal. */
export const percent = (part: number, of: number): string => `${formatFixed((100 * part) / of, 1)}\u00a0%`

/** The name a person typed, with the address where they differ. */
export function targetName({ run }: Pick<OfRun, 'run'>): string {
  const { host, address } = run.target
  return host === address ? address : `${host} (${address})`
}

/** `n probe` / `n probes`. */
export const plural = (n: number, one: string, many = `${one}s`): string => `${formatFixed(n, 0)} ${n === 1 ? one : many}`

/** `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`
}
