/** Where the latency views read from: a folded ping view that somebody else keeps up to date. */
import type { RouteChange } from '#lib/timeline/route-changes.ts'
import type { PathView } from '#lib/tools/path/view.ts'
import type { PingView } from '#lib/tools/ping/view.ts'
import type { ReachAddress } from '#lib/tools/reach/view.ts'
import { ECHO, type SeriesWords } from '#lib/timeline/words.ts'

export interface PingSource {
  /** The view as of now; the same object may be mutated between calls. Null before the run's first event. */
  view(): PingView | null
  /** Calls back after every batch of events; returns how to stop. */
  subscribe(listener: () => void): () => void
  /** The session's now on the vantage's clock. Default: when the newest probe was sent. */
  nowMs?(): number
  /** Replay: the playhead; null while live. Read at every frame. */
  playedToMs?(): number | null
  /** Replay: the view at the end of the session; null while live. Never changes while it is the same object. */
  whole?(): PingView | null
  /** The path run to the same target that the way out is read from; null or absent: none. */
  path?(): PathView | null
  /** Changes of route that it saw, oldest first. */
  changes?(): readonly RouteChange[]
  /** What its probes are called; absent: echoes. */
  words?: SeriesWords
  /** Of connections: the address they are made to, with what became of them over the whole run. */
  reach?(): ReachAddress | null
}

export const wordsOf = ({ words }: Pick<PingSource, 'words'>): SeriesWords => words ?? ECHO

/** Now of a source: never before the newest probe. */
export function sourceNow(source: PingSource): number {
  const sent = source.view()?.lastSentMs ?? Number.NaN
  const now = source.nowMs?.() ?? sent
  return Number.isFinite(sent) && !(now >= sent) ? sent : now
}
