/** What the charts of a session read: the chosen ping, else the target's hop of the path; beside it the path itself. Or the connections to one address. */
import type { RunId } from '#lib/protocol/ids.ts'
import { isPath, isPing, isReach } from '#lib/session/runs.ts'
import type { SessionView } from '#lib/session/view.ts'
import { hopAsPing } from '#lib/timeline/hop-chart.ts'
import { routeChanges, type RouteChange } from '#lib/timeline/route-changes.ts'
import { CONNECT, ECHO } from '#lib/timeline/words.ts'
import type { PathView } from '#lib/tools/path/view.ts'
import type { PingView } from '#lib/tools/ping/view.ts'
import type { ReachAddress } from '#lib/tools/reach/view.ts'
import type { SessionStore } from '../../_hooks/session-store.ts'
import type { PingSource } from './source.ts'

interface Chosen { ping: RunId | null; path: RunId | null }
/** `address` null, or one that the run does not connect to: the run's first. */
interface ChosenReach { run: RunId | null; address: string | null }

export const pathViewOf = (view: SessionView, runId: RunId | null): PathView | null => {
  const run = view.runs.find((one) => one.runId === runId)
  return run !== undefined && isPath(run) ? run.view : null
}

export const reachOf = (view: SessionView, { run: runId, address }: ChosenReach): ReachAddress | null => {
  const run = view.runs.find((one) => one.runId === runId)
  if (run === undefined || !isReach(run)) return null
  return run.view.addresses.find((one) => one.address === address) ?? run.view.addresses[0] ?? null
}

function latencyOf(view: SessionView, { ping, path }: Chosen): PingView | null {
  const run = view.runs.find((one) => one.runId === ping)
  if (run !== undefined && isPing(run)) return run.view
  const trace = pathViewOf(view, path)
  return trace === null ? null : hopAsPing(trace)
}

export function sessionSource(session: SessionStore, chosen: Chosen): PingSource {
  let changes: { key: string; made: readonly RouteChange[] } = { key: '', made: [] }
  return {
    ...seriesSource(session, (view) => latencyOf(view, chosen)),
    words: ECHO,
    path: () => pathViewOf(session.view(), chosen.path),
    changes: () => {
      const path = pathViewOf(session.view(), chosen.path)
      if (path === null) return []
      // Read at every frame; made anew only when there is another epoch or another name.
      const key = `${path.epochs.length} ${path.epochs.at(-1)?.sinceMs ?? 0} ${path.names.size}`
      if (changes.key !== key) changes = { key, made: routeChanges(path) }
      return changes.made
    },
  }
}

/** Connect times of one address, in the same chart. */
export function reachSource(session: SessionStore, chosen: ChosenReach): PingSource {
  return {
    ...seriesSource(session, (view) => reachOf(view, chosen)?.series ?? null),
    words: CONNECT,
    reach: () => reachOf(session.view(), chosen),
  }
}

function seriesSource(session: SessionStore, pick: (view: SessionView) => PingView | null): Omit<PingSource, 'words'> {
  const whole = remembered(pick)
  return {
    view: () => pick(session.view()),
    subscribe: session.subscribeData,
    nowMs: () => session.view().atMs,
    whole: () => {
      const end = session.state().replay?.whole ?? null
      return end === null ? null : whole(end)
    },
    playedToMs: () => (session.state().replay === null ? null : session.view().atMs),
  }
}

/** The same answer for the same object. */
function remembered<A extends object, B>(make: (from: A) => B): (from: A) => B {
  let last: { from: A; made: B } | null = null
  return (from) => {
    if (last?.from !== from) last = { from, made: make(from) }
    return last.made
  }
}
