/** Text for a ticket, made when it is asked for: what writes it is loaded with the table it writes. */
import type { Clock } from '#lib/format/time.ts'
import type { PathRun } from '#lib/session/runs.ts'
import type { SessionView } from '#lib/session/view.ts'

export async function ticketOf(view: SessionView, { clock, link }: { clock: Clock; link: string }): Promise<string> {
  const [{ ticketText }, { nocText }, { pathRows }, { PATH_COLUMNS, DEFAULT_COLUMNS }] = await Promise.all([
    import('../../_lib/ticket.ts'), import('../path/noc-text.ts'), import('../path/path-rows.ts'), import('../path/columns.ts'),
  ])
  const columns = PATH_COLUMNS.filter((column) => DEFAULT_COLUMNS.includes(column.id))
  const hopTable = (run: PathRun): string => {
    const target = run.target.host
    const rows = pathRows(run.view, { fromMs: run.startedAtMs ?? run.queuedAtMs, toMs: (run.endedAtMs ?? view.atMs) + 1 }, target)
    return nocText({ view: run.view, rows, columns, tool: run.tool, vantage: view.vantage, target, clock, nowMs: view.atMs })
  }
  return ticketText(view, { clock, link, hopTable })
}
