/** How far the statistics of a staged run are, and how long they still take. */
import { cx } from '../../_lib/cx.ts'
import type { Progress } from './pane-state.ts'

export function StageProgress({ progress: { text, left, share }, stale }: { progress: Progress; stale: boolean }) {
  const percent = Math.floor(100 * share)
  return (
    <div className={cx('flex h-[26px] flex-none items-center gap-3 border-t border-line px-4 text-data text-text-2', stale && 'opacity-[.72]')} aria-live="off">
      <span className="flex-none">{text}</span>
      <svg role="progressbar" aria-label="Statistics" aria-valuemin={0} aria-valuemax={100} aria-valuenow={percent} height="4" className="h-1 w-48 min-w-0 flex-1 md:flex-none">
        <rect width="100%" height="4" rx="2" className="fill-surface-3" />
        <rect width={`${percent}%`} height="4" rx="2" className="fill-text-2" />
      </svg>
      <span className="flex-none text-text-3">{percent} %{left === '' ? '' : `, ${left}`}</span>
    </div>
  )
}
