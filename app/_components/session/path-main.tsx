'use client'
/** The Path view: the round trip over time above, the hops (or what went wrong with single probes) below; or what there is instead. */
import dynamic from 'next/dynamic'
import { useSessionState } from '../../_hooks/session-context.tsx'
import { useGlance } from './glance-context.tsx'
import { PathSkeleton } from './session-opening.tsx'
import { useSessionUi } from './session-ui.tsx'

const TargetView = dynamic(() => import('../latency/target-view.tsx').then((module) => module.TargetView), { ssr: false, loading: Opening })

function Opening() {
  return <PathSkeleton glance={useGlance()} />
}

export function PathMain() {
  const { caughtUp, replay } = useSessionState()
  const { run, shown } = useSessionUi()
  if (!caughtUp) return <Opening />
  if (!run) return <p className="px-4 py-6 text-text-3">{replay ? 'No run had begun at this moment.' : 'This session has no run.'}</p>
  return <div className="min-h-0 flex-1"><TargetView run={run} shown={shown} /></div>
}
