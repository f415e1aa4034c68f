'use client'
/** The hop table below the chart, wired to the session: which run, which protocols there are, what was chosen. */
import { useMemo } from 'react'
import type { RunId } from '#lib/protocol/ids.ts'
import { isPath, type PathRun } from '#lib/session/runs.ts'
import type { SessionView } from '#lib/session/view.ts'
import { DEFAULT_TCP_PORT } from '#lib/tools/path/fields.ts'
import type { PathProtocol } from '#lib/tools/path/view.ts'
import { useSessionState, useSessionStore, useTimeline } from '../../_hooks/session-context.tsx'
import { PathPane } from '../path/path-pane.tsx'
import type { PathNotice, PathProtocols, PathSource, ProtocolRun } from '../path/source.ts'
import { isLive } from '../session/mood.ts'
import { useSessionUi } from '../session/session-ui.tsx'
import { traceRun } from '../session/trace-run.ts'
import { useZone } from '../shell/zone-context.tsx'
import { pathViewOf } from './session-source.ts'

const PROTOCOLS = ['icmp', 'udp', 'tcp'] as const satisfies readonly PathProtocol[]

export function HopsBelow({ path, stale }: { path: PathRun; stale: boolean }) {
  const session = useSessionStore()
  const store = useTimeline()
  const { clock } = useZone()
  const { view } = useSessionState()
  const { selectedTtls, selectHop } = useSessionUi()
  const { runId, target, tool } = path
  const source = useMemo<PathSource>(() => ({ view: () => pathViewOf(session.view(), runId), subscribe: session.subscribeData, nowMs: () => session.view().atMs }), [session, runId])
  const protocols = useProtocols(path)
  return <PathPane {...{ source, store, clock, tool, stale, selectedTtls, protocols }} vantage={view.vantage} target={target.host} notice={noticeOf(path)} onSelectHop={selectHop} />
}

/** The newest path run of each protocol to the same address; a protocol without one can be started. */
function useProtocols(path: PathRun): PathProtocols {
  const session = useSessionStore()
  const { canAct, setRun, startRun } = useSessionUi()
  const { view } = useSessionState()
  const { address, port } = path.target
  const runs = PROTOCOLS.map((protocol): ProtocolRun => {
    const newest = newestOf(view, { protocol, address }) 
    const runId: RunId | null = newest?.runId ?? null
    return {
      protocol, state: newest === null ? 'none' : isLive(newest) ? 'running' : 'ended',
      port: newest?.view.port ?? (protocol === 'tcp' ? port ?? DEFAULT_TCP_PORT : null),
      view: () => pathViewOf(session.view(), runId),
    }
  })
  return {
    runs, shown: path.view.protocol, canStart: canAct,
    onProtocol: (protocol) => {
      const newest = newestOf(view, { protocol, address })
      if (newest !== null) setRun(newest.runId)
      else if (canAct) {
        const { tool, options } = traceRun(view, { protocol, target: path.target })
        startRun(tool, options)
      }
    },
  }
}

function newestOf(view: SessionView, { protocol, address }: { protocol: PathProtocol; address: string }): PathRun | null {
  return view.runs.findLast((run): run is PathRun => isPath(run) && run.target.address === address && run.view.protocol === protocol) ?? null
}

/** What stands in the way of a table, in the run's own words. */
function noticeOf({ state, outcome, view, target }: PathRun): PathNotice | null {
  if (state === 'refused') return { severity: 'crit', title: `The path to ${target.host} was not probed.`, text: `${outcome?.message ?? 'The run was refused.'} No packet was sent.` }
  if (state === 'queued') return { severity: 'info', title: 'The run waits for a free place.', text: 'It starts by itself when another run ends.' }
  if (view.fatal !== null) return { severity: 'warn', title: 'The tool gave up before probing.', text: outcome?.message ?? 'Nothing is known about the path.', quote: view.fatal.text }
  if (state === 'failed' && view.hops.length === 0) return { severity: 'crit', title: 'The path could not be probed.', text: outcome?.message ?? 'The tool ended without a reason.' }
  return null
}
