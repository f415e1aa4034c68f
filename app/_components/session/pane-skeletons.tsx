/** The DNS and Reach views before their data: rows of the final heights, nothing that could be taken for a result. */
import { Skeleton } from '../ui/notice.tsx'

const ROWS = [0, 1, 2, 3, 4, 5] as const

/** Question line and matrix. */
export function DnsSkeleton() {
  return (
    <div aria-busy="true" role="group" aria-label="Opening the session" className="flex-1">
      <div className="flex h-10 items-center gap-2.5 border-b border-line px-4 max-md:px-3"><Skeleton className="w-56" /></div>
      <div className="flex h-[50px] items-center gap-16 border-b border-line pr-4 pl-[124px] max-md:hidden">{[0, 1, 2, 3].map((i) => <span key={i} className="grid gap-2"><Skeleton className="w-20" /><Skeleton className="w-28" /></span>)}</div>
      {ROWS.map((i) => <div key={i} className="flex h-7 items-center gap-16 border-b border-line px-4 max-md:h-14 max-md:px-3"><Skeleton className="w-11" /><Skeleton className={i % 2 === 0 ? 'w-28' : 'w-20'} /></div>)}
    </div>
  )
}

/** Readout, chart and addresses. */
export function ReachSkeleton() {
  return (
    <div aria-busy="true" role="group" aria-label="Opening the session" className="flex-1">
      <div className="flex h-[54px] items-center gap-10 border-b border-line px-4">{[0, 1, 2, 3, 4].map((i) => <span key={i} className="grid gap-2"><Skeleton className="w-10" /><Skeleton className="w-14" /></span>)}</div>
      <div className="flex h-[34px] items-center px-4 max-md:h-12 max-md:px-3"><Skeleton className="w-48" /></div>
      <div className="h-[332px] border-b border-line max-md:h-[258px]" />
      <div className="flex h-[34px] items-center border-b border-line px-4 max-md:h-9 max-md:px-3"><Skeleton className="w-24" /></div>
      {ROWS.slice(0, 2).map((i) => <div key={i} className="flex h-7 items-center gap-16 border-b border-line px-4 max-md:px-3"><Skeleton className="w-40" /><Skeleton className="w-20" /></div>)}
    </div>
  )
}
