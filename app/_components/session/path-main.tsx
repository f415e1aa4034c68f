'use client'
/** The Path view of the chosen run: its readout and charts, or what there is instead. */
import dynamic from 'next/dynamic'
import { useSessionState } from '../../_hooks/session-context.tsx'
import { useGlance } from './glance-context.tsx'
import { PathSkeleton } from './session-opening.tsx'
import { useSessionUi } from './session-ui.tsx'

const PingView = dynamic(() => import('../latency/ping-view.tsx').then((module) => module.PingView), { ssr: false, loading: Opening })

function Opening() {
  return <PathSkeleton glance={useGlance()} />
}

export function PathMain() {
  const { caughtUp, replay } = useSessionState()
  const { run } = useSessionUi()
  if (!caughtUp) return <Opening />
  if (!run) return <p className="px-4 py-6 text-text-3">{replay ? 'No run had begun at this moment.' : 'This session has no run.'}</p>
  return <div className="min-h-0 flex-1"><PingView run={run} /></div>
}
