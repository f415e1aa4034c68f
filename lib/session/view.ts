/** What a session's log folds into: everything that is shown, counted, diagnosed and exported. */
import type { FindingRecord, FineCheck } from '#lib/diagnose/finding.ts'
import type { EventOf, ToolId } from '#lib/protocol/events.ts'
import type { RunId, SessionId } from '#lib/protocol/ids.ts'
import type { Outcome } from '#lib/protocol/outcome.ts'
import type { PinnedTarget } from '#lib/protocol/target.ts'
import type { ToolViews } from '#lib/tools/shown.ts'

export type RunState = 'queued' | 'running' | Outcome['kind']

export interface RunOf<T extends ToolId> {
  runId: RunId
  tool: T
  target: PinnedTarget
  options: Record<string, unknown>
  by: string
  policyId: string
  state: RunState
  queuedAtMs: number
  startedAtMs: number | null
  endedAtMs: number | null
  argv: readonly string[]
  pid: number | null
  user: string | null
  deadlineMs: number | null
  /** The vantage's own addresses when the run started. */
  sources: readonly string[]
  outcome: Outcome | null
  /** Lines the parser did not understand. */
  unrecognised: number
  /** Bytes of output that were not kept (limits S41). */
  truncatedBytes: number
  /** Further programs of a run that has several, oldest first; the first is `argv`. */
  steps: readonly { argv: readonly string[]; atMs: number; line: number }[]
  /** Other runs that probed the same address from this vantage at the same time. */
  overlaps: readonly { with: EventOf<'run.overlap'>['with']; sinceMs: number; untilMs: number | null }[]
  /** The tool's own folded view. */
  view: ToolViews[T]
}
export type RunView = { [T in ToolId]: RunOf<T> }[ToolId]

export interface SessionView {
  /** Last event applied; 0 before any. */
  seq: number
  /** Time of the last event applied: the view's "now". */
  atMs: number
  sessionId: SessionId | null
  title: string
  target: string
  by: string
  vantage: string
  createdAtMs: number
  /** In the order they were queued. */
  runs: RunView[]
  /** Every finding that ever held, in the order noticed. */
  findings: FindingRecord[]
  fine: FineCheck[]
  clockSteps: { atMs: number; deltaMs: number }[]
  gaps: { fromMs: number; toMs: number; events: number }[]
  /** Floor of atMs/1000 at which the rules were last evaluated. */
  diagnosedAtS: number
  /** Sum of the tools' revisions at that moment. */
  diagnosedRevision: number
}
