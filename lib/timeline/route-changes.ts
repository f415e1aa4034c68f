/** Moments at which a path run saw other routers than before, in words for a chart. */
import type { PathEpoch, PathView } from '#lib/tools/path/view.ts'

/** `labels` from the longest to the shortest: whoever draws takes the first that fits. */
export interface RouteChange { ms: number; /** Lowest TTL that changed. */ ttl: number; labels: string[] }

/** Oldest first; the first path of a run is no change. */
export function routeChanges(path: PathView): RouteChange[] {
  return path.epochs.flatMap((epoch, i) => {
    const before = path.epochs[i - 1], ttl = epoch.changedTtls[0]
    if (before === undefined || ttl === undefined) return []
    const words = `route change at hop ${ttl}`
    const names = changedNames(path, { ttl, before, after: epoch })
    return [{ ms: epoch.sinceMs, ttl, labels: [...(names === null ? [] : [`${words}, ${names}`]), words, 'route change'] }]
  })
}

function changedNames(path: PathView, { ttl, before, after }: { ttl: number; before: PathEpoch; after: PathEpoch }): string | null {
  const was = before.sets[ttl - path.firstTtl] ?? [], is = after.sets[ttl - path.firstTtl] ?? []
  const gone = was.find((address) => !is.includes(address)) ?? was[0], come = is.find((address) => !was.includes(address)) ?? is[0]
  if (gone === undefined || come === undefined || gone === come) return null
  const [a, b] = [path.names.get(gone)?.name ?? null, path.names.get(come)?.name ?? null]
  return a !== null && b !== null && a !== b ? shortPair(a, b) : addressPair(gone, come)
}

/** Of two host names the part that tells them apart, nearest to the domain they share: `cr2.ams.transit.example`, `cr4.lon.transit.example`: `ams to lon`. */
export function shortPair(before: string, after: string): string {
  const a = before.split('.'), b = after.split('.')
  let shared = 0
  while (shared < Math.min(a.length, b.length) && a.at(-1 - shared) === b.at(-1 - shared)) shared += 1
  return `${a.at(-1 - shared) ?? before} to ${b.at(-1 - shared) ?? after}`
}

/** `192.0.2.81 to .97` within one /24, else both in full. */
export function addressPair(before: string, after: string): string {
  const at = before.lastIndexOf('.')
  const near = at > 0 && before.slice(0, at) === after.slice(0, after.lastIndexOf('.'))
  return `${before} to ${near ? after.slice(at) : after}`
}
