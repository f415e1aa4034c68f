'use client'
/** The Path view of the chosen run: its readout and charts, or what there is instead. */
import dynamic from 'next/dynamic'
import { useSessionState } from '../../_hooks/session-context.tsx'
import { Skeleton } from '../ui/notice.tsx'
import { useSessionUi } from './session-ui.tsx'

const PingView = dynamic(() => import('../latency/ping-view.tsx').then((module) => module.PingView), { ssr: false, loading: () => <PathSkeleton /> })

export function PathMain() {
  const { caughtUp } = useSessionState()
  const { run } = useSessionUi()
  if (!run) return caughtUp ? <p className="px-4 py-6 text-text-3">This session has no run.</p> : <PathSkeleton />
  return <div className="min-h-0 flex-1"><PingView run={run} /></div>
}

/** The final heights of readout and charts, so that nothing moves when they come. */
export function PathSkeleton() {
  return (
    <div aria-busy="true" aria-label="Opening the session" className="flex-1">
      <div className="flex h-[54px] items-center gap-10 border-b border-line px-4">{[0, 1, 2, 3, 4].map((i) => <span key={i} className="grid gap-2"><Skeleton className="w-10" /><Skeleton className="w-14" /></span>)}</div>
      <div className="flex h-[34px] items-center px-4"><Skeleton className="w-48" /></div>
      <div className="h-[340px] border-b border-line" />
    </div>
  )
}
