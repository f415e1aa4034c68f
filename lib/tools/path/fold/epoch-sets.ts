/** Who answered at each TTL of an epoch, and where two epochs differ. */
import type { PathEpoch } from '../view.ts'
import type { HopState } from './hop.ts'
import { ROLE } from './responders.ts'

export type Sets = readonly (readonly string[])[]

/** Addresses of the epoch that goes on, by TTL from the first one shown. */
export function setsOf({ hops }: { hops: readonly HopState[] }): Sets {
  return hops.map((hop) => hop.table.filter((one) => one.role !== ROLE.former).map((one) => one.address).sort())
}

/** Where the epoch that goes on differs from the one before, its sets being these; [] for the first. */
export function changedTtls(view: { closed: readonly PathEpoch[]; epoch: { changedTtls: readonly number[] }; firstTtl: number }, sets: Sets): number[] {
  const before = view.closed.at(-1)
  const changed = before ? changedBetween(before.sets, sets, view.firstTtl) : []
  return [...new Set([...view.epoch.changedTtls, ...changed])].sort((a, b) => a - b)
}

/** TTLs at which the sets have nobody in common. A silent hop fits anything. */
function changedBetween(before: Sets, after: Sets, firstTtl: number): number[] {
  return after.flatMap((set, at) => {
    const old = before[at] ?? []
    return old.length > 0 && set.length > 0 && !set.some((address) => old.includes(address)) ? [firstTtl + at] : []
  })
}
