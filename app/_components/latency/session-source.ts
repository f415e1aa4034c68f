/** What the charts of a session read: the chosen ping, else the target's hop of the path; beside it the path itself. */
import type { RunId } from '#lib/protocol/ids.ts'
import { isPath, isPing } from '#lib/session/runs.ts'
import type { SessionView } from '#lib/session/view.ts'
import { hopAsPing } from '#lib/timeline/hop-chart.ts'
import { routeChanges, type RouteChange } from '#lib/timeline/route-changes.ts'
import type { PathView } from '#lib/tools/path/view.ts'
import type { PingView } from '#lib/tools/ping/view.ts'
import type { SessionStore } from '../../_hooks/session-store.ts'
import type { PingSource } from './source.ts'

interface Chosen { ping: RunId | null; path: RunId | null }

export const pathViewOf = (view: SessionView, runId: RunId | null): PathView | null => {
  const run = view.runs.find((one) => one.runId === runId)
  return run !== undefined && isPath(run) ? run.view : null
}

function latencyOf(view: SessionView, { ping, path }: Chosen): PingView | null {
  const run = view.runs.find((one) => one.runId === ping)
  if (run !== undefined && isPing(run)) return run.view
  const trace = pathViewOf(view, path)
  return trace === null ? null : hopAsPing(trace)
}

export function sessionSource(session: SessionStore, chosen: Chosen): Required<PingSource> {
  const whole = remembered((view: SessionView) => latencyOf(view, chosen))
  let changes: { key: string; made: readonly RouteChange[] } = { key: '', made: [] }
  return {
    view: () => latencyOf(session.view(), chosen),
    subscribe: session.subscribeData,
    nowMs: () => session.view().atMs,
    whole: () => {
      const end = session.state().replay?.whole ?? null
      return end === null ? null : whole(end)
    },
    playedToMs: () => (session.state().replay === null ? null : session.view().atMs),
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

/** The same answer for the same object. */
function remembered<A extends object, B>(make: (from: A) => B): (from: A) => B {
  let last: { from: A; made: B } | null = null
  return (from) => {
    if (last?.from !== from) last = { from, made: make(from) }
    return last.made
  }
}
