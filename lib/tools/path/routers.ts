/** How many routers lie between the vantage and the target, as the trace saw it. */
import type { PathView } from './view.ts'

/** Routers on the way out: the TTL at which the target itself answered, less one. Null while it has not answered. */
export function routersOut(path: Pick<PathView, 'targetTtl'>): { routers: number; targetTtl: number } | null {
  return path.targetTtl === null ? null : { routers: path.targetTtl - 1, targetTtl: path.targetTtl }
}
