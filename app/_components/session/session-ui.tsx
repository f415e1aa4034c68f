'use client'
/** What the parts of a session page share besides the data: the chosen run and finding, and what a person can do. */
import { createContext, use } from 'react'
import type { FindingRecord } from '#lib/diagnose/finding.ts'
import type { RunId } from '#lib/protocol/ids.ts'
import type { ToolId } from '#lib/protocol/events.ts'
import type { Pane } from '#lib/session/panes.ts'
import type { ShownRuns } from '#lib/session/runs.ts'
import type { RunView } from '#lib/session/view.ts'
import type { Report } from './use-report.ts'
import type { ViewName } from './view-name.ts'
import type { NextAction } from '../findings/finding-item.tsx'

export interface SessionUi {
  view: ViewName
  /** The view whose findings and runs are meant; in the Terminal that of the run it shows. */
  pane: Pane
  setView: (view: ViewName) => void
  /** Views this viewer may open. */
  views: readonly ViewName[]
  /** Nothing more will come for this viewer. */
  over: boolean
  /** The run that keys and menus mean here: the chosen one, or the one that stands for the view; null before there is one. */
  run: RunView | null
  /** The runs whose measurements are put together: the chosen one, and the newest of the other kinds to the same target. */
  shown: ShownRuns
  /** Chooses a run and, except in the Terminal, goes to the view that shows it. */
  setRun: (runId: RunId) => void
  /** The line of a transcript that somebody asked to see in Terminal. */
  line: { runId: RunId; line: number } | null
  /** Shows what a run printed in Terminal, at a line if there is one. */
  showLine: (runId: RunId, line: number | null) => void
  finding: FindingRecord | null
  /** Set when a person chose a finding; the address bar keeps only that. */
  chosenFindingId: string | null
  /** Chooses a finding and, except in the Terminal, goes to the view that shows what it rests on. */
  selectFinding: (finding: FindingRecord) => void
  /** Hops marked in the table: the one a person chose, else those of the finding. */
  selectedTtls: readonly number[]
  selectHop: (ttl: number | null) => void
  /** What lies below the chart where there is a path as well as a ping. */
  lower: 'path' | 'probes'
  setLower: (lower: 'path' | 'probes') => void
  /** What the chart of the Path view times: echoes, or connections where there is a reach run. */
  chart: 'echo' | 'connect'
  setChart: (chart: 'echo' | 'connect') => void
  /** May runs be started or stopped here and now (rights, connection, not replaying)? */
  canAct: boolean
  /** Stops the chosen run; `stopAll` every one that is live. */
  stop: () => void
  stopAll: () => void
  runAgain: () => void
  /** Starts one more run in this session, against the shown target. */
  startRun: (tool: ToolId, options: Record<string, unknown>) => void
  act: (action: NextAction) => void
  openShare: () => void
  copyTicket: () => void
  report: Report
  railOpen: boolean
  /** Between 720 and 1023 px the rail is a drawer. */
  drawerOpen: boolean
  toggleRail: () => void
  closeDrawer: () => void
}

const SessionUiContext = createContext<SessionUi | null>(null)
export const SessionUiProvider = SessionUiContext

export function useSessionUi(): SessionUi {
  const ui = use(SessionUiContext)
  if (!ui) throw new Error('useSessionUi is called outside a session page')
  return ui
}
