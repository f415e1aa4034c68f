/** The way out as the readout shows it: read from a path run, beside the way back that the replies of a ping tell. */
import type { RunFigures } from '#lib/protocol/api.ts'
import { routersOut } from '#lib/tools/path/routers.ts'
import type { PathView } from '#lib/tools/path/view.ts'

/** Figures of the newest path run to the address; null: there is none. */
export function outOf(path: PathView | null): Pick<RunFigures, 'targetTtl' | 'outRouters' | 'traced'> {
  const out = path === null ? null : routersOut(path)
  return { targetTtl: out?.targetTtl ?? null, outRouters: out?.routers ?? null, traced: path !== null }
}
