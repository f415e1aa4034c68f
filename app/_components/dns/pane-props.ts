/** What the DNS pane is given: a folded view, the run around it, and what a person may do. */
import type { Clock } from '#lib/format/time.ts'
import type { DnsRun, NslookupRun } from '#lib/session/runs.ts'
import type { DnsView } from '#lib/tools/dns/view.ts'
import type { WindowStore } from '#lib/timeline/window-store.ts'

/** The part of a run that the pane reads. */
export type RunFacts = Pick<DnsRun, 'runId' | 'state' | 'outcome' | 'options' | 'target' | 'argv' | 'steps'>

export interface Asking {
  /** Why nothing can be asked here and now; null: it can. */
  reason: string | null
  /** Stops the run that is shown and starts one with these options changed. */
  ask: (change: Record<string, unknown>) => void
}

export interface DnsPaneProps {
  run: RunFacts
  view: DnsView
  nslookup: NslookupRun | null
  store: WindowStore
  clock: Clock
  /** The session's now on the vantage's clock; in a replay the playhead. */
  nowMs: number
  /** The figures are of before the connection was lost: shown at 72 %. */
  stale: boolean
  asking: Asking
  /** Shows a run in the Terminal view; null where this viewer may not open it. */
  onTerminal: ((runId: RunFacts['runId'], line?: number) => void) | null
}

/** Does more come from this run? */
export const goesOn = ({ state }: Pick<RunFacts, 'state'>): boolean => state === 'running' || state === 'queued'
