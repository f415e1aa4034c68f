'use client'
/** A plain table of the console: hairlines, 32 px rows, scrolls sideways on a phone rather than hiding columns. */
import type { ReactNode } from 'react'
import { useOverflow } from '../../_hooks/use-overflow.ts'
import { cx } from '../../_lib/cx.ts'
import { Skeleton } from '../ui/notice.tsx'

export interface Column<Row> {
  name: string
  cell: (row: Row) => ReactNode
  /** Tailwind width class of the column. */
  width?: string
  right?: boolean
  machine?: boolean
}

interface Props<Row> { label: string; columns: readonly Column<Row>[]; rows: readonly Row[] | null; keyOf: (row: Row) => string; empty: string; dim?: (row: Row) => boolean }

export function Table<Row>({ label, columns, rows, keyOf, empty, dim }: Props<Row>) {
  const [box, wide] = useOverflow<HTMLDivElement>()
  return (
    <div ref={box} {...(wide && { tabIndex: 0, role: 'group', 'aria-label': label })} className="overflow-x-auto focus-visible:-outline-offset-2 max-md:-mx-3.5 max-md:px-3.5">
      <table aria-label={label} aria-busy={rows === null} className="w-full min-w-[680px] border-collapse text-cell">
        <thead>
          <tr>{columns.map((column) => <th key={column.name} scope="col" className={cx('h-[26px] whitespace-nowrap px-2 text-label font-normal text-text-3', column.right ? 'text-right' : 'text-left', column.width)}>{column.name}</th>)}</tr>
        </thead>
        <tbody>
          {rows === null && [0, 1, 2].map((i) => <tr key={i}><td colSpan={columns.length} className="h-8 border-t border-line px-2"><Skeleton className="w-2/5" /></td></tr>)}
          {rows?.length === 0 && <tr><td colSpan={columns.length} className="h-8 border-t border-line px-2 text-text-3">{empty}</td></tr>}
          {rows?.map((row) => (
            <tr key={keyOf(row)} className={cx('hover:bg-surface-1', dim?.(row) && 'text-text-3')}>
              {columns.map((column) => <td key={column.name} className={cx('h-8 border-t border-line px-2 align-middle', column.right && 'text-right', column.machine && 'machine')}>{column.cell(row)}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
