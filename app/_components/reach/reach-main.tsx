'use client'
/** The Reach view of a session: connect times, every address, TLS and HTTP of the chosen one. Loaded when first shown. */
import { useMemo, useState } from 'react'
import type { ReachRun } from '#lib/session/runs.ts'
import { useSessionState, useSessionStore, useTimeline } from '../../_hooks/session-context.tsx'
import { reachOf, reachSource } from '../latency/session-source.ts'
import { TargetPath } from '../latency/target-path.tsx'
import { useChartKeys } from '../latency/use-chart-keys.ts'
import { useSessionUi } from '../session/session-ui.tsx'
import { useZone } from '../shell/zone-context.tsx'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { ReachBelow } from './reach-below.tsx'
import { placeText } from './reach-words.ts'

export function ReachMain() {
  const { run, shown } = useSessionUi()
  const { replay } = useSessionState()
  if (!run) return <p className="px-4 py-6 text-text-3">{replay ? 'No run had begun at this moment.' : 'This session has no run.'}</p>
  return shown.reach === null ? <NobodyConnected /> : <ReachOf key={shown.reach.runId} run={shown.reach} />
}

function ReachOf({ run }: { run: ReachRun }) {
  const session = useSessionStore()
  const store = useTimeline()
  const { clock } = useZone()
  const { view: { atMs }, notReceivedSinceMs, replay } = useSessionState()
  const { over } = useSessionUi()
  const [wanted, choose] = useState<string | null>(null)
  const { runId, state, outcome, target, tool, view } = run
  const source = useMemo(() => reachSource(session, { run: runId, address: wanted }), [session, runId, wanted])
  useChartKeys({ store, source })
  const chosen = reachOf(session.view(), { run: runId, address: wanted })
  return (
    <div className="flex-1">
      <TargetPath
        flow {...{ source, store, clock, over }} run={{ state, outcome, target: target.host, tool, quote: view.fatal?.text }} address={placeText(chosen ?? { address: target.address, port: view.port })}
        disconnectedAtMs={notReceivedSinceMs} brush={replay === null}
        below={<ReachBelow {...{ run, source, store, clock, chosen }} nowMs={atMs} stale={notReceivedSinceMs !== null} onChoose={choose} />}
      />
    </div>
  )
}

function NobodyConnected() {
  const { run, shown, canAct, setView, startRun } = useSessionUi()
  if (!run) return null
  const { host, unresolved } = run.target
  const asked = (shown.dns ?? shown.nslookup) !== null
  const names = asked && <Button size="sm" onClick={() => setView('dns')}>Show what the resolvers say</Button>
  if (unresolved !== undefined) return <Notice severity="info" level="h2" title={`There is nothing to connect to: ${host} has no address here.`} className="max-w-[620px] px-4 py-6 max-md:px-3" actions={names}><p>{unresolved}</p></Notice>
  return (
    <Notice
      severity="info" level="h2" title={`Nobody has connected to a port of ${host} in this session.`} className="max-w-[620px] px-4 py-6 max-md:px-3"
      actions={canAct && <Button look="primary" size="sm" onClick={() => startRun('reach', {})}>Connect to the port</Button>}
    >
      <p>It says of every address whether it accepts, refuses or drops connections and who does so, how long they take, and what TLS and HTTP come to.</p>
    </Notice>
  )
}
