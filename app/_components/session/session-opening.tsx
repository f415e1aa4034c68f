/** The frame of a session page before anything is known: the final heights, so that nothing moves when data comes. */
import { Bar } from '../shell/bar.tsx'
import { PaneHead } from '../ui/pane-head.tsx'
import { Skeleton } from '../ui/notice.tsx'

export function SessionOpening() {
  return (
    <div className="grid h-dvh grid-rows-[var(--h-bar)_var(--h-tabs)_minmax(0,1fr)_24px] max-md:grid-rows-[48px_minmax(0,1fr)_54px]">
      <Bar><Skeleton className="w-48 max-md:w-32" /><span className="sr-only">Opening the session</span></Bar>
      <div className="border-b border-line bg-surface-1 max-md:order-3 max-md:border-b-0 max-md:border-t" />
      <div className="grid min-h-0 max-lg:block lg:grid-cols-[264px_minmax(0,1fr)] xl:grid-cols-[var(--rail)_minmax(0,1fr)]">
        <div className="border-line bg-surface-1 max-md:border-b md:max-lg:hidden lg:border-r"><PaneHead title="Findings" /></div>
        <PathSkeleton />
      </div>
      <div className="border-t border-line bg-surface-1 max-md:hidden" />
    </div>
  )
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
