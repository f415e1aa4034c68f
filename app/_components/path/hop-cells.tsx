/** Small parts of a row: loss that says what it is worth, a router's share. */
import { cx } from '../../_lib/cx.ts'
import type { PathRow } from './path-rows.ts'
import { lossCell } from './row-words.ts'

export function LossCell({ row }: { row: PathRow }) {
  const cell = lossCell(row)
  if (!cell) return null
  const { percent, counts, look, spoken } = cell
  const Figure = look === 'struck' ? 's' : 'span'
  return (
    <span title={percent === null ? undefined : counts} className={cx(look === 'real' && 'font-medium text-crit')}>
      <Figure aria-hidden="true">{percent ?? counts}</Figure>
      {percent !== null && <span aria-hidden="true" className="ml-[.22em] text-[.82em] font-normal text-text-3">%</span>}
      <span className="sr-only">{percent === null ? '' : `${percent} %, `}{spoken}</span>
    </span>
  )
}

const BAR_PX = 30

export function ShareBar({ share }: { share: number }) {
  return (
    <svg width={BAR_PX} height="4" aria-hidden="true" className="flex-none">
      <rect width={BAR_PX} height="4" rx="2" className="fill-surface-3" />
      <rect width={Math.max(2, BAR_PX * Math.min(1, share))} height="4" rx="2" className="fill-text-3" />
    </svg>
  )
}
