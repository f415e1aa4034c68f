/** The protocols side by side: each one's newest run, hop by hop. Pure. */
import type { PathProtocol, PathView } from '#lib/tools/path/view.ts'
import { pathRows, type PathRow } from './path-rows.ts'
import { protocolName } from './pane-state.ts'
import type { ProtocolRun } from './source.ts'

export interface ComparedRun { protocol: PathProtocol; name: string; running: boolean; view: PathView; firstMs: number; lastMs: number }
/** One row of each run at a TTL; null: that run has no such hop. */
export interface ComparedHop { ttl: number; cells: readonly (PathRow | null)[]; /** The runs do not see the same router here. */ differ: boolean }
export interface Compared { runs: readonly ComparedRun[]; hops: readonly ComparedHop[] }

/** Figures are of each whole run, from its last route change on. */
export function compared(runs: readonly ProtocolRun[], target: string): Compared {
  const seen = runs.flatMap((run): ComparedRun[] => {
    const view = run.view()
    return view && view.counts.sent > 0 ? [{ protocol: run.protocol, name: protocolName(run.protocol, view.port ?? run.port), running: run.state === 'running', view, firstMs: view.firstSentMs, lastMs: view.lastSentMs }] : []
  })
  const tables = seen.map(({ view, firstMs, lastMs }) => new Map(pathRows(view, { fromMs: Number.isFinite(firstMs) ? firstMs : 0, toMs: (Number.isFinite(lastMs) ? lastMs : 0) + 1 }, target).rows.filter((row) => row.kind === 'hop').map((row) => [row.ttl, row])))
  const ttls = [...new Set(tables.flatMap((table) => [...table.keys()]))].sort((a, b) => a - b)
  const hops = ttls.map((ttl) => {
    const cells = tables.map((table) => table.get(ttl) ?? null)
    const addresses = new Set(cells.flatMap((row) => (row?.host ? [row.host.address] : [])))
    return { ttl, cells, differ: addresses.size > 1 }
  })
  return { runs: seen, hops }
}
