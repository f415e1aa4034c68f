/** Which view of a session page shows which runs. */
import type { ToolId } from '#lib/protocol/events.ts'
import type { RunId } from '#lib/protocol/ids.ts'
import type { FindingRecord } from '#lib/diagnose/finding.ts'
import type { ShownRuns } from './runs.ts'
import type { RunView, SessionView } from './view.ts'

export type Pane = 'path' | 'dns' | 'reach'

const PANE: Readonly<Record<ToolId, Pane>> = { ping: 'path', mtr: 'path', traceroute: 'path', pathping: 'path', pmtu: 'path', dns: 'dns', nslookup: 'dns', reach: 'reach' }

/** The view that a tool's runs are shown in. */
export const paneOf = ({ tool }: { tool: ToolId }): Pane => PANE[tool]

/** The runs of a session that a view is about, in their order. */
export const runsIn = (view: Pick<SessionView, 'runs'>, pane: Pane): RunView[] => view.runs.filter((run) => paneOf(run) === pane)

/** The view that a session opens with: the path wherever one was probed, else that of its first run. */
export function homePane(runs: readonly { tool: ToolId }[]): Pane {
  const [first] = runs
  return first === undefined || runs.some((run) => paneOf(run) === 'path') ? 'path' : paneOf(first)
}

/** The view that shows what a finding rests on; null where its run is not there (any more). */
export function paneOfFinding(view: Pick<SessionView, 'runs'>, { span }: Pick<FindingRecord, 'span'>): Pane | null {
  const run = view.runs.find((one) => one.runId === span.runId)
  return run === undefined ? null : paneOf(run)
}

/** Findings that rest on runs of a view. */
export const findingsIn = (view: Pick<SessionView, 'runs' | 'findings'>, pane: Pane): FindingRecord[] => view.findings.filter((finding) => paneOfFinding(view, finding) === pane)

/** The runs that a view puts together, the one that stands for it first. */
export function shownIn(shown: ShownRuns, pane: Pane): RunView[] {
  const runs: Record<Pane, readonly (RunView | null)[]> = { path: [shown.ping, shown.path, shown.pmtu], dns: [shown.dns, shown.nslookup], reach: [shown.reach] }
  return runs[pane].filter((run): run is RunView => run !== null)
}

/** The run that keys and menus mean in a view: the chosen one if it is shown there, else the one that stands for the view. */
export function runOf(shown: ShownRuns, { pane, chosen }: { pane: Pane; chosen: RunView | null }): RunView | null {
  return chosen !== null && paneOf(chosen) === pane ? chosen : shownIn(shown, pane)[0] ?? chosen
}

export const idsOf = (runs: readonly RunView[]): RunId[] => runs.map((run) => run.runId)
