'use client'
/** The resolver matrix on a phone: two lines a server. Each opens the whole reply. */
import type { ReactNode } from 'react'
import { UNKNOWN } from '#lib/format/number.ts'
import type { MatrixColumn } from '#lib/timeline/dns-columns.ts'
import type { MatrixCell } from '#lib/timeline/dns-matrix-cells.ts'
import type { Matrix } from '#lib/timeline/dns-matrix.ts'
import { cx } from '../../_lib/cx.ts'
import { Skeleton } from '../ui/notice.tsx'
import { DIFFERS } from './matrix-cell.tsx'

interface Props { matrix: Matrix; label: string; onOpen: (column: MatrixColumn, type: string) => void }

export function ServerList({ matrix, label, onOpen }: Props) {
  return <ul aria-label={label} className="flex-none md:hidden">{matrix.columns.map((column, i) => <li key={column.id} className={cx(i > 0 && 'border-t border-line')}><Server {...{ matrix, column, i, onOpen }} /></li>)}</ul>
}

const LOOK = 'grid w-full grid-cols-[minmax(0,1fr)_auto] gap-x-3 gap-y-px px-3 py-[7px] text-left'

function Server({ matrix: { rows, port }, column, i, onOpen }: { column: MatrixColumn; i: number } & Omit<Props, 'label'>) {
  const at = (id: string): MatrixCell | undefined => rows.find((row) => row.id === id)?.cells[i]
  const refused = column.server !== null && column.server.refused !== null
  const { head, cell } = toldIn(rows, i)
  const serial = column.group === 'authority' ? at('serial')?.text ?? UNKNOWN : UNKNOWN
  const connects = refused ? undefined : at('port')
  const lines: ReactNode = <>
    <span className="machine min-w-0 truncate font-medium text-text-1">{column.title}</span>
    {refused ? <span className="text-data text-text-2">not asked</span> : cell === undefined || cell.pending ? <Skeleton className="w-24 self-center" /> : <Told {...{ head, cell }} />}
    <span className="min-w-0 truncate text-data text-text-3">{[column.address ?? '', column.words, serial === UNKNOWN ? '' : serial].filter(Boolean).join(', ')}</span>
    {connects !== undefined && !connects.pending && <span className={cx('text-right text-data', connects.tone === 'crit' ? 'text-crit' : 'text-text-3')}>{connects.text === UNKNOWN ? UNKNOWN : `:${port} ${connects.text.replace(/^open,.*/, 'open')}`}</span>}
    {refused && <span className="col-span-2 text-data text-pretty break-words text-text-2">{at('status')?.full}</span>}
  </>
  const type = cell?.type ?? at('status')?.type ?? null
  if (type === null || refused) return <div className={LOOK}>{lines}</div>
  return <button type="button" aria-haspopup="dialog" onClick={() => onOpen(column, type)} className={cx(LOOK, 'focus-visible:-outline-offset-2')}>{lines}</button>
}

/** The answer that differs, where one does; else the first that says something. `head` is its type where that is not the first. */
function toldIn(rows: Matrix['rows'], i: number): { head: string; cell: MatrixCell | undefined } {
  const answers = rows.filter(({ machine }) => machine).flatMap(({ head, cells }) => (cells[i] === undefined ? [] : [{ head, cell: cells[i] }]))
  const told = answers.find(({ cell }) => cell.differs !== null) ?? answers.find(({ cell }) => cell.type !== null && cell.text !== 'none') ?? answers[0]
  return { head: told === undefined || told === answers[0] ? '' : `${told.head} `, cell: told?.cell }
}

function Told({ head, cell: { text, after, tone, differs } }: { head: string; cell: MatrixCell }) {
  const look = differs !== null ? DIFFERS : tone === 'crit' ? 'text-crit' : tone === 'dim' ? 'text-text-3' : 'text-text-1'
  return <span className={cx('machine -mr-1.5 max-w-[58vw] truncate rounded-tag px-1.5 text-right', look)}>{head}{text}{after !== '' && ` ${after}`}{differs !== null && <span className="sr-only">, {differs}</span>}</span>
}
