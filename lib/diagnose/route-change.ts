/** The path change at a moment, if a path run to the same address saw one. */
import { isPath } from '#lib/session/runs.ts'
import type { SessionView } from '#lib/session/view.ts'
import type { PathEpoch, PathView } from '#lib/tools/path/view.ts'

/** A change this close to the moment belongs to it: the new routers show only when they answer. */
const TOGETHER_MS = 15_000

export interface RouteChange { epoch: PathEpoch; /** `hop 6 changed from A to B`. */ words: string; ttls: readonly number[] }

export function routeChangeNear(session: SessionView, address: string, atMs: number): RouteChange | null {
  for (const run of session.runs) {
    if (!isPath(run) || run.target.address !== address) continue
    const at = run.view.epochs.findLastIndex((epoch) => epoch.n > 0 && Math.abs(epoch.sinceMs - atMs) <= TOGETHER_MS)
    const epoch = run.view.epochs[at]
    if (epoch) return changeOf(run.view, epoch, run.view.epochs[at - 1])
  }
  return null
}

/** What an epoch changed against the one before (which may no longer be kept). */
export function changeOf(path: PathView, epoch: PathEpoch, before: PathEpoch | undefined): RouteChange {
  const ttls = epoch.changedTtls
  const [first] = ttls
  if (first === undefined) return { epoch, words: 'the path changed', ttls }
  const rest = ttls.length > 1 ? `, and ${ttls.length - 1} more ${ttls.length === 2 ? 'hop' : 'hops'}` : ''
  return { epoch, words: `hop ${first} changed from ${whoAt(path, before, first)} to ${whoAt(path, epoch, first)}${rest}`, ttls }
}

/** Who answered at a TTL in an epoch, by name where there is one; `nobody` where it was silent. */
export function whoAt(path: PathView, epoch: PathEpoch | undefined, ttl: number): string {
  const addresses = epoch?.sets[ttl - path.firstTtl] ?? []
  const [first] = addresses
  if (first === undefined) return 'nobody'
  return `${path.names.get(first)?.name ?? first}${addresses.length > 1 ? ` and ${addresses.length - 1} more` : ''}`
}
