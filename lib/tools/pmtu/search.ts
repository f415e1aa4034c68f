/** Which packet size to try next: between the largest that passed and the smallest that did not. Pure arithmetic. */
import { STEPS_MAX } from './args.ts'

/** What became of one size. */
export interface Tried {
  bytes: number
  fate: 'passed' | 'too-big' | 'local' | 'silent'
  /** Largest size that whoever refused it says would pass. */
  mtu: number | null
}

export interface Bounds {
  /** Largest size with a full word. */
  largest: number
  /** Where a search without advice begins from below. */
  smallest: number
  /** Least MTU that a router can mean. */
  least: number
}

export interface Searched { passes: number | null; failsFrom: number | null; next: number | null }

/**
 * What the sizes tried so far show, and the size to try next; null: the sweep is over. Loss is at random, so a size that was silent once
 * is tried again before it is believed to be the limit; one pass outweighs any silence.
 */
export function search(tried: readonly Tried[], bounds: Bounds): Searched {
  const passed = new Set(tried.filter((one) => one.fate === 'passed').map((one) => one.bytes))
  const passes = passed.size === 0 ? null : Math.max(...passed)
  // Below a size that passed nothing can be too big: what failed there was lost.
  const fails = tried.filter((one) => one.fate !== 'passed' && one.bytes > (passes ?? 0))
  const failsFrom = fails.length === 0 ? null : Math.min(...fails.map((one) => one.bytes))
  return { passes, failsFrom, next: tried.length >= STEPS_MAX ? null : nextSize({ tried, fails, passes, failsFrom }, bounds) }
}

interface State { tried: readonly Tried[]; fails: readonly Tried[]; passes: number | null; failsFrom: number | null }

function nextSize({ tried, fails, passes, failsFrom }: State, { largest, smallest, least }: Bounds): number | null {
  if (failsFrom === null) return tried.length === 0 ? largest : null
  const floor = passes ?? 0
  const isDoubtful = (bytes: number): boolean => {
    const here = fails.filter((one) => one.bytes === bytes)
    return here.length === 1 && here[0]?.fate === 'silent'
  }
  const told = fails.findLast((one) => one.mtu !== null && one.mtu >= least && one.mtu > floor && one.mtu < failsFrom)
  if (told?.mtu) return told.mtu
  if (passes === null) {
    if (failsFrom > smallest) return smallest
    return isDoubtful(failsFrom) ? failsFrom : null
  }
  if (failsFrom - passes > 1) {
    // A router named this very size: the next byte shows whether it is the limit.
    const wasNamed = fails.some((one) => one.mtu === passes)
    return wasNamed ? passes + 1 : passes + Math.floor((failsFrom - passes) / 2)
  }
  return isDoubtful(failsFrom) ? failsFrom : null
}
