'use client'
/** One cell of the resolver matrix. What differs is boxed, has a bar at its edge, and says so in its name: never colour alone. */
import type { KeyboardEvent } from 'react'
import type { MatrixColumn } from '#lib/timeline/dns-columns.ts'
import type { MatrixCell } from '#lib/timeline/dns-matrix-cells.ts'
import { cx } from '../../_lib/cx.ts'
import { SeverityMark } from '../ui/severity.tsx'
import { Skeleton } from '../ui/notice.tsx'

export interface CellPlace { row: number; col: number }

interface Props {
  cell: MatrixCell
  column: MatrixColumn
  /** The row's name. */
  head: string
  place: CellPlace
  /** The one cell that is in the tab order. */
  reachable: boolean
  onOpen: (column: MatrixColumn, type: string) => void
  onFocus: (place: CellPlace) => void
  onKey: (event: KeyboardEvent<HTMLElement>) => void
}

const TONE: Record<MatrixCell['tone'], string> = { plain: 'text-text-1', quiet: 'text-text-2', dim: 'text-text-3', crit: 'text-crit' }
export const DIFFERS = 'bg-warn-soft text-warn shadow-[inset_2px_0_0_var(--warn-fill)] forced-colors:outline forced-colors:outline-1'

export function MatrixCellView({ cell, column, head, place, reachable, onOpen, onFocus, onKey }: Props) {
  const { type, pending, differs, full, text } = cell
  if (pending) return <span className="block"><Skeleton className="w-3/5" /><span className="sr-only">waiting</span></span>
  const look = cx('-ml-1.5 inline-flex h-[21px] max-w-[calc(100%+12px)] items-center gap-1.5 rounded-tag px-1.5 text-left', differs === null ? TONE[cell.tone] : DIFFERS)
  const title = [full === '' || full === text ? '' : full, differs ?? ''].filter(Boolean).join('\n')
  if (type === null) return <span className={look} {...(title !== '' && { title })}><CellText cell={cell} /></span>
  return (
    <button
      type="button" data-row={place.row} data-col={place.col} tabIndex={reachable ? 0 : -1} aria-haspopup="dialog" aria-label={nameOf(cell, `${head}, ${column.title}`)} {...(title !== '' && { title })}
      onClick={() => onOpen(column, type)} onFocus={() => onFocus(place)} onKeyDown={onKey} className={cx(look, 'relative after:absolute after:-inset-y-1 after:inset-x-0 focus-visible:-outline-offset-2', differs === null && 'hover:bg-surface-2')}
    >
      <CellText cell={cell} />
    </button>
  )
}

export function CellText({ cell: { glyph, text, after, machine, differs } }: { cell: MatrixCell }) {
  return (
    <>
      {glyph !== null && differs === null && <SeverityMark severity={glyph} />}
      {glyph !== null && differs !== null && <SeverityMark severity={glyph === 'ok' ? 'warn' : glyph} />}
      <span className={cx('min-w-0 truncate', machine ? 'machine' : 'text-data')}>{text}</span>
      {after !== '' && ' '}
      {after !== '' && <span className={cx('flex-none text-data', differs === null ? 'text-text-3' : 'text-warn')}>{after}</span>}
    </>
  )
}

/** `A, ns2.example.com: 198.51.100.9 +1, differs from the name servers of the zone`. */
function nameOf({ text, after, differs }: Pick<MatrixCell, 'text' | 'after' | 'differs'>, where: string): string {
  return `${where}: ${text}${after === '' ? '' : ` ${after}`}${differs === null ? '' : `, ${differs}`}`
}
