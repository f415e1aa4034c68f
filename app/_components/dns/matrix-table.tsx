'use client'
/** The resolver matrix: a real table, a column a server. Arrows move among the cells; each opens the whole reply. */
import { useState, type KeyboardEvent } from 'react'
import type { Matrix } from '#lib/timeline/dns-matrix.ts'
import type { MatrixColumn } from '#lib/timeline/dns-columns.ts'
import { useOverflow } from '../../_hooks/use-overflow.ts'
import { cx } from '../../_lib/cx.ts'
import { MatrixCellView, type CellPlace } from './matrix-cell.tsx'

const HEAD_PX = 112
const COLUMN_PX = 144

interface Props {
  matrix: Matrix
  label: string
  /** Opens the whole reply. */
  onOpen: (column: MatrixColumn, type: string) => void
}

export function MatrixTable({ matrix: { columns, rows }, label, onOpen }: Props) {
  const [box, wide] = useOverflow<HTMLDivElement>()
  const [at, setAt] = useState<CellPlace>({ row: 0, col: 0 })
  const reachable = nearest({ columns, rows }, at)
  return (
    <div ref={box} {...(wide && { tabIndex: 0, role: 'region', 'aria-label': `${label}, scrollable` })} className="flex-none overflow-x-auto focus-visible:-outline-offset-2 max-md:hidden">
      <table aria-label={label} width={HEAD_PX + columns.length * COLUMN_PX} className="min-w-full table-fixed border-separate border-spacing-0">
        <colgroup><col width={HEAD_PX} />{columns.map(({ id }) => <col key={id} />)}</colgroup>
        <thead>
          <tr>
            <th scope="col" className="sticky left-0 z-[1] border-b border-line bg-bg"><span className="sr-only">Fact</span></th>
            {columns.map((column) => <Head key={column.id} column={column} />)}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            <tr key={row.id}>
              <th scope="row" className={cx('sticky left-0 z-[1] h-[29px] truncate bg-bg pr-1 pl-4 text-left text-cell leading-none font-normal text-text-2', i > 0 && 'border-t border-line')}>{row.head}</th>
              {columns.map((column, k) => {
                const cell = row.cells[k]
                const refused = column.server?.refused ?? null
                if (cell === undefined || (refused !== null && i > 1)) return null
                if (refused !== null && i === 1) return <Refused key={column.id} rows={rows.length - 1} reason={rows[0]?.cells[k]?.full ?? ''} begins={column.begins} />
                return (
                  <td key={column.id} className={cx('h-[29px] overflow-hidden px-3 text-left text-data leading-none pointer-coarse:h-9', i > 0 && 'border-t', 'border-line', column.begins && 'border-l')}>
                    <MatrixCellView {...{ cell, column }} head={row.head} place={{ row: i, col: k }} reachable={reachable?.row === i && reachable.col === k} onOpen={onOpen} onFocus={setAt} onKey={moveFocus} />
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Head({ column: { title, address, words, from, begins } }: { column: MatrixColumn }) {
  return (
    <th scope="col" title={from === '' ? undefined : from} className={cx('h-[50px] overflow-hidden border-b border-line pr-1 pl-3 text-left text-small leading-[17px] font-normal', begins && 'border-l')}>
      <span className="machine block truncate font-medium text-text-1" title={title}>{title}</span>
      <span className="block truncate text-text-3">{address !== null && <><span className="machine !text-label">{address}</span> </>}{words}</span>
    </th>
  )
}

/** Why a server was not asked, over the rows that it would have had. */
function Refused({ rows, reason, begins }: { rows: number; reason: string; begins: boolean }) {
  return (
    <td rowSpan={rows} className={cx('border-t border-line px-3 py-2 text-left align-top text-data text-text-2', begins && 'border-l')}>
      <span className="line-clamp-[9] text-pretty break-words" title={reason}>{reason} <span className="text-text-3">Nothing was sent to it.</span></span>
    </td>
  )
}

/** The cell that Tab comes to: the last one that had the focus, or the first that can. */
function nearest({ columns, rows }: Pick<Matrix, 'columns' | 'rows'>, at: CellPlace): CellPlace | null {
  const opens = (row: number, col: number): boolean => (rows[row]?.cells[col]?.type ?? null) !== null && (columns[col]?.server?.refused ?? null) === null
  if (opens(at.row, at.col)) return at
  for (let row = 0; row < rows.length; row += 1) for (let col = 0; col < columns.length; col += 1) if (opens(row, col)) return { row, col }
  return null
}

const STEPS: Record<string, readonly [rows: number, cols: number]> = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] }

/** To the next cell in that direction that has something to open; Home and End go to the ends of the row. */
function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const table = event.currentTarget.closest('table')
  const { row, col } = event.currentTarget.dataset
  if (event.ctrlKey || event.metaKey || event.altKey || table === null || row === undefined || col === undefined) return
  const step = STEPS[event.key]
  const mine = [...table.querySelectorAll<HTMLElement>(`button[data-row="${row}"]`)]
  const next = event.key === 'Home' ? mine[0] : event.key === 'End' ? mine.at(-1) : step === undefined ? undefined : inDirection(table, { row: Number(row), col: Number(col) }, step)
  if (step === undefined && event.key !== 'Home' && event.key !== 'End') return
  event.preventDefault()
  event.stopPropagation()
  next?.focus()
}

const FARTHEST = 64

function inDirection(table: HTMLElement, { row, col }: CellPlace, [down, right]: readonly [number, number]): HTMLElement | undefined {
  for (let i = 1; i < FARTHEST; i += 1) {
    const found = table.querySelector<HTMLElement>(`button[data-row="${row + i * down}"][data-col="${col + i * right}"]`)
    if (found) return found
  }
  return undefined
}
