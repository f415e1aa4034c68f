'use client'
/** The resolver matrix on a phone: two lines a server. Each opens the whole reply. */
import type { Matrix } from '#lib/timeline/dns-matrix.ts'
import type { MatrixColumn } from '#lib/timeline/dns-columns.ts'
import { cx } from '../../_lib/cx.ts'
import { Skeleton } from '../ui/notice.tsx'
import { DIFFERS, nameOf } from './matrix-cell.tsx'

export function ServerList({ matrix, label, onOpen }: { matrix: Matrix; label: string; onOpen: (column: MatrixColumn, type: string) => void }) {
  return <ul aria-label={label} className="flex-none md:hidden">{matrix.columns.map((column, i) => <li key={column.id} className={cx(i > 0 && 'border-t border-line')}><Row {...{ matrix, column, i, onOpen }} /></li>)}</ul>
}

function Row({ matrix: { rows, port }, column, i, onOpen }: { matrix: Matrix; column: MatrixColumn; i: number; onOpen: (column: MatrixColumn, type: string) => void }) {
  const answers = rows.filter(({ machine }) => machine).flatMap(({ head, cells }) => (cells[i] === undefined ? [] : [{ head, cell: cells[i] }]))
  const told = answers.find(({ cell }) => cell.type !== null && cell.text !== 'none') ?? answers[0]
  const odd = answers.find(({ cell }) => cell.differs !== null) ?? told
  const connects = rows.find(({ id }) => id === 'port')?.cells[i]
  const serial = column.group === 'authority' ? rows.find(({ id }) => id === 'serial')?.cells[i]?.text : undefined
  const refused = column.server?.refused ?? null
  const left = <>
    <span className="machine min-w-0 truncate font-medium text-text-1">{column.title}</span>
    {refused !== null ? <span className="text-data text-text-2">not asked</span> : odd === undefined || odd.cell.pending ? <Skeleton className="w-24 self-center" /> : (
      <span className={cx('machine -mr-1.5 max-w-[58vw] truncate rounded-tag px-1.5 text-right', odd.cell.differs !== null ? DIFFERS : odd.cell.tone === 'crit' ? 'text-crit' : odd.cell.tone === 'dim' ? 'text-text-3' : 'text-text-1')}>{odd === told ? '' : `${odd.head} `}{odd.cell.text}{odd.cell.after !== '' && ` ${odd.cell.after}`}</span>
    )}
    <span className="min-w-0 truncate text-data text-text-3">{[column.address === null ? '' : column.address, column.words, serial === undefined || serial === '\u2013' ? '' : serial].filter(Boolean).join(', ')}</span>
    {connects !== undefined && refused === null && !connects.pending && <span className={cx('text-right text-data', connects.tone === 'crit' ? 'text-crit' : 'text-text-3')}>{connects.text === '\u2013' ? connects.text : `:${port} ${connects.text.replace(/^open,.*/, 'open')}`}</span>}
    {refused !== null && <span className="col-span-2 text-data text-pretty break-words text-text-2">{refused === '' ? '' : rows[0]?.cells[i]?.full}</span>}
  </>
  const look = 'grid w-full grid-cols-[minmax(0,1fr)_auto] gap-x-3 gap-y-px px-3 py-[7px] text-left'
  const type = odd?.cell.type ?? rows[0]?.cells[i]?.type ?? null
  if (type === null || refused !== null) return <div className={look}>{left}</div>
  return <button type="button" aria-haspopup="dialog" aria-label={`${nameOf(odd?.cell ?? { text: '', after: '', differs: null }, `${column.title}, ${odd?.head ?? ''}`)}${connects === undefined ? '' : `, port ${port} ${connects.text}`}`} onClick={() => onOpen(column, type)} className={cx(look, 'focus-visible:-outline-offset-2')}>{left}</button>
}
