/** The matrix before there is anything in it: grey bars of the final row heights, so that nothing moves when answers come. */
import { cx } from '../../_lib/cx.ts'
import { Skeleton } from '../ui/notice.tsx'

const COLUMNS = 4

export function WaitingMatrix({ rows, words }: { rows: readonly string[]; words: string }) {
  return (
    <div aria-busy="true" role="group" aria-label={words} className="flex-none">
      <div className="grid h-[50px] grid-cols-[112px_repeat(4,minmax(0,1fr))] items-center border-b border-line text-data text-text-3 max-md:grid-cols-[minmax(0,1fr)]">
        <span className="col-span-full px-4 max-md:px-3">{words}</span>
      </div>
      {rows.map((row, i) => (
        <div key={row} className={cx('grid h-[29px] grid-cols-[112px_repeat(4,minmax(0,1fr))] items-center max-md:grid-cols-[112px_minmax(0,1fr)]', i > 0 && 'border-t border-line')}>
          <span className="pl-4 text-cell text-text-2 max-md:pl-3">{row}</span>
          {Array.from({ length: COLUMNS }, (_, k) => <span key={k} className={cx('px-3', k > 0 && 'max-md:hidden')}><Skeleton className="w-3/5" /></span>)}
        </div>
      ))}
    </div>
  )
}
