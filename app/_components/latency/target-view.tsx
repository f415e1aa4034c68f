'use client'
/** The Path view of a session's runs to one target: wires the session store, the shared window and the zone to the view. */
import { useMemo } from 'react'
import type { ReachRun, ShownRuns } from '#lib/session/runs.ts'
import type { RunView } from '#lib/session/view.ts'
import { useSessionState, useSessionStore, useTimeline } from '../../_hooks/session-context.tsx'
import { placeText } from '../reach/reach-words.ts'
import { useSessionUi } from '../session/session-ui.tsx'
import { useZone } from '../shell/zone-context.tsx'
import { Segmented } from '../ui/segmented.tsx'
import { HopsBelow } from './hops-below.tsx'
import { reachSource, sessionSource } from './session-source.ts'
import { TargetPath } from './target-path.tsx'
import { useChartKeys } from './use-chart-keys.ts'

export function TargetView({ run, shown }: { run: RunView; shown: ShownRuns }) {
  const session = useSessionStore()
  const store = useTimeline()
  const { clock } = useZone()
  const { notReceivedSinceMs, replay } = useSessionState()
  const { over, lower, setLower, chart, setChart } = useSessionUi()
  const reach = chart === 'connect' ? shown.reach : null
  const { address } = (shown.ping ?? shown.path ?? reach ?? run).target
  const ids = { ping: shown.ping?.runId ?? null, path: shown.path?.runId ?? null, reach: reach?.runId ?? null }
  const source = useMemo(
    () => (ids.reach !== null ? reachSource(session, { run: ids.reach, address }) : sessionSource(session, { ping: ids.ping, path: ids.path })),
    [session, ids.ping, ids.path, ids.reach, address],
  )
  useChartKeys({ store, source })
  const { state, outcome, target, tool } = reach ?? shown.ping ?? shown.path ?? run
  const alone = shown.ping === null && reach === null
  const hops = shown.path !== null && (alone || lower === 'path') ? <HopsBelow path={shown.path} stale={notReceivedSinceMs !== null} /> : null
  return (
    <TargetPath
      {...{ source, store, clock }} run={{ state, outcome, target: target.host, tool }} address={reach === null ? address : placeOf(reach, address)}
      disconnectedAtMs={notReceivedSinceMs} brush={replay === null} over={over} below={hops}
      onBelow={shown.path !== null && !alone ? () => setLower(lower === 'path' ? 'probes' : 'path') : undefined}
      tools={shown.reach !== null && (shown.ping ?? shown.path) !== null && (
        <Segmented
          label="What is timed" className="max-md:hidden" value={chart} onChange={setChart}
          segments={[{ value: 'echo', label: shown.ping === null ? 'Trace' : 'Ping' }, { value: 'connect', label: `TCP :${shown.reach.view.port}` }]}
        />
      )}
    />
  )
}

function placeOf({ view, target }: ReachRun, address: string): string {
  return placeText(view.addresses.find((one) => one.address === address) ?? view.addresses[0] ?? { address: target.address, port: view.port })
}
