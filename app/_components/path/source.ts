/** What the path pane is given: where it reads from, which protocols were run, and words that stand in for a table. */
import type { PathTool } from '#lib/session/runs.ts'
import type { PathProtocol, PathView } from '#lib/tools/path/view.ts'
import type { Clock } from '#lib/format/time.ts'
import type { WindowStore } from '#lib/timeline/window-store.ts'

/** A folded path view that somebody else keeps up to date. */
export interface PathSource {
  /** The view as of now; the same object may be mutated between calls. Null before the run's first event. */
  view(): PathView | null
  /** Calls back after every batch of events; returns how to stop. */
  subscribe(listener: () => void): () => void
  /** The session's now on the vantage's clock (replay: the playhead). */
  nowMs(): number
}

/** The newest path run of one protocol to the shown address; `none`: there is none yet. */
export interface ProtocolRun {
  protocol: PathProtocol
  state: 'none' | 'running' | 'ended'
  /** Destination port of TCP and UDP probes, of the run or as one would get; null where there is none. */
  port: number | null
  /** Its view as of now; null before its first event. For comparing. */
  view(): PathView | null
}

export interface PathProtocols {
  /** In the order they are shown: ICMP, UDP, TCP. */
  runs: readonly ProtocolRun[]
  /** The protocol of the run that `source` reads. */
  shown: PathProtocol
  /** Runs may be started here and now: then a protocol without a run can be clicked. */
  canStart: boolean
  /** Shows the protocol's newest run, or starts one where there is none. */
  onProtocol(protocol: PathProtocol): void
}

/** Why there is nothing to show, or what stands in the way: said over the table. */
export interface PathNotice {
  severity: 'crit' | 'warn' | 'info'
  title: string
  text: string
  /** The tool's own words, exactly. */
  quote?: string
}

export interface PathPaneProps {
  source: PathSource
  store: WindowStore
  clock: Clock
  tool: PathTool
  /** Name of the vantage and the target as asked for: head of a copied table, name of the target's row. */
  vantage: string
  target: string
  /** The figures are of before the connection was lost: shown at 72 %. */
  stale?: boolean
  /** Given by the page for a run that was refused, failed or waits for a free place. */
  notice?: PathNotice | null
  /** Hops that are marked: the chosen one, or those of the chosen finding. */
  selectedTtls: readonly number[]
  /** A row was chosen; the same one again takes the choice back: null. */
  onSelectHop(ttl: number | null): void
  protocols: PathProtocols
}
