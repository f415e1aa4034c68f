/** Where real loss begins. */
import { isClearlyLess } from '#lib/stats/proportion.ts'
import { DOUBT } from '#lib/tools/path/verdicts.ts'
import type { JudgedHop, PathFacts } from '../rule.ts'
import { responding } from './shared.ts'

export interface Onset {
  target: JudgedHop
  /** From here on every hop that answers loses like the target. */
  first: JudgedHop
  /** Hops before it that answer and tell something, nearest last. */
  before: readonly JudgedHop[]
  /** The last of them that loses clearly less than the target: the loss begins behind it. Null: none does. */
  clear: JudgedHop | null
}

/** Null while the target has not answered. Hops that limit what they answer say nothing about loss and are left out. */
export function onsetOf(facts: PathFacts): Onset | null {
  const { target } = facts
  if (!target) return null
  const witnesses = responding(facts).filter((hop) => hop.kind !== 'cosmetic' && hop.ttl < target.ttl)
  let at = witnesses.length
  while (at > 0 && isLike(witnesses[at - 1], target)) at--
  const before = witnesses.slice(0, at)
  return { target, first: witnesses[at] ?? target, before, clear: before.findLast((hop) => isClearlyLess(hop, target)) ?? null }
}

/** Loses beyond doubt, and not clearly less than the target. */
const isLike = (hop: JudgedHop | undefined, target: JudgedHop): boolean => hop !== undefined && hop.low > DOUBT && !isClearlyLess(hop, target)

/** Is there room for a guess: no hop before loses clearly less, or hops between that one and the first that loses could be it? */
export const isSharp = ({ before, clear }: Onset): boolean => before.length === 0 || clear === before.at(-1)

/** Start of the first ten seconds in which the target lost a probe. */
export function lossSinceMs(facts: PathFacts, target: JudgedHop): number {
  const first = target.hop.rollups[0]?.since(facts.fromMs).find((bucket) => bucket.lost > 0)
  return Math.max(first?.startMs ?? facts.refMs, facts.run.startedAtMs ?? facts.run.queuedAtMs)
}
