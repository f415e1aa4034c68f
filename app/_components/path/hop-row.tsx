'use client'
/** One row of the hop table: a hop, another router at it, or a router that was there before. */
import { Undo2 } from 'lucide-react'
import { useId, type KeyboardEvent } from 'react'
import type { Clock } from '#lib/format/time.ts'
import { cx } from '../../_lib/cx.ts'
import { Icon } from '../ui/icon.tsx'
import { Tag } from '../ui/pill.tsx'
import { cellMs, type PathColumn } from './columns.ts'
import { dropOf } from './hop-head.tsx'
import { LossCell, ShareBar } from './hop-cells.tsx'
import type { PathRow } from './path-rows.ts'
import { rowTags, type RowTag } from './row-words.ts'
import { heatWords } from './strips.ts'

export interface RowProps {
  row: PathRow
  columns: readonly PathColumn[]
  usual: boolean
  selected: boolean
  /** The row's sentences are shown below it. */
  open: boolean
  /** The tab key stops here; arrows reach the others. */
  reachable: boolean
  clock: Clock
  onSelect: (ttl: number) => void
  onKey: (event: KeyboardEvent<HTMLElement>) => void
}

const CELL = 'h-row whitespace-nowrap px-2 max-md:hidden'

export function HopRow(props: RowProps) {
  const { row, columns, usual, selected } = props
  const sub = row.kind !== 'hop'
  const quiet = row.kind === 'former' || row.host === null || row.verdict?.kind === 'cosmetic'
  const line = sub ? undefined : 'border-t border-line group-first/row:border-t-0'
  return (
    <tr
      role="row" aria-selected={selected}
      className={cx('group/row relative', selected ? 'bg-surface-2' : 'hover:bg-surface-1', quiet ? 'text-text-3' : sub && 'text-text-2', 'max-md:grid max-md:grid-cols-[30px_minmax(0,1fr)_auto_auto] max-md:items-center max-md:gap-y-[5px] max-md:px-3 max-md:py-[7px]', !sub && 'max-md:border-t max-md:border-line max-md:first:border-t-0')}
    >
      <td role="cell" className={cx('h-row whitespace-nowrap pr-2 text-right max-md:h-4 max-md:pr-0 max-md:text-left max-md:text-text-3', line, 'max-md:border-0')}>
        {row.kind === 'hop' && <>{row.ways > 1 && <span className="mr-[3px] text-label text-text-3">×{row.ways}</span>}{row.ttl}</>}
      </td>
      <HostCell {...props} line={line} />
      {columns.map((column) => column.id === 'loss'
        ? <td key={column.id} role="cell" className={cx('h-row whitespace-nowrap px-2 text-right max-md:h-4 max-md:pr-0', line, 'max-md:border-0')}><LossCell row={row} /></td>
        : <td key={column.id} role="cell" title={column.words ? column.text(row) : undefined} className={cx(CELL, column.words ? 'truncate text-left' : 'text-right', column.id === 'avg' && row.kind === 'hop' && row.host && 'text-text-1', line, dropOf(column, usual))}>{column.text(row)}</td>)}
      <td role="cell" className="hidden h-4 min-w-[58px] text-right max-md:block"><span className="sr-only">median </span>{cellMs(row.figures.p50Ms)}{Number.isFinite(row.figures.p50Ms) && <span className="ml-[.22em] text-[.82em] text-text-3">ms</span>}</td>
      <td role="cell" className={cx(CELL, 'pr-3', line)}>{row.kind === 'hop' && <span data-strip="range" data-key={row.key} className="block h-4 overflow-hidden"><RangeWords row={row} /></span>}</td>
      <td role="cell" className={cx('h-row pr-3.5 pl-2 max-md:col-span-3 max-md:col-start-2 max-md:h-[9px] max-md:border-0 max-md:p-0', line, sub && 'max-md:hidden')}>
        {row.kind === 'hop' && <span data-strip="heat" data-key={row.key} className="block h-4 max-md:h-[9px]"><span className="sr-only">{heatWords(row)}</span><span aria-hidden="true" className="hidden forced-colors:inline">{row.figures.lost} unanswered</span></span>}
      </td>
    </tr>
  )
}

/** The graph in words: heard, and seen where colours are forced. */
const RangeWords = ({ row: { figures } }: { row: PathRow }) => <span className="sr-only forced-colors:not-sr-only">{Number.isFinite(figures.p50Ms) ? `${cellMs(figures.minMs)} to ${cellMs(figures.maxMs)}, median ${cellMs(figures.p50Ms)}` : 'none'}</span>

function HostCell({ row, open, reachable, clock, onSelect, onKey, line }: RowProps & { line: string | undefined }) {
  const id = useId()
  const tags = rowTags(row)
  const { host, share } = row
  return (
    <th scope="row" role="rowheader" className={cx('h-row max-w-0 px-2 text-left font-normal max-md:h-4 max-md:max-w-none max-md:p-0', line, 'max-md:border-0')}>
      <span className="machine flex min-w-0 items-center gap-2 overflow-x-clip">
        {share !== null && <ShareBar share={share} />}
        {row.kind === 'former' && <Icon of={Undo2} size={12} className="text-text-3" />}
        <button
          type="button" tabIndex={reachable ? 0 : -1} data-hop={row.ttl} aria-expanded={row.kind === 'hop' ? open : undefined} aria-describedby={tags.length > 0 ? id : undefined}
          onClick={() => onSelect(row.ttl)} onKeyDown={onKey}
          className="flex min-w-0 shrink items-center gap-2 rounded-tag text-left after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
        >
          <span className={cx('truncate', host && row.kind === 'hop' && 'font-book', host && row.kind === 'hop' && (row.verdict?.kind === 'cosmetic' ? 'text-text-2' : 'text-text-1'))}>{host?.name ?? host?.address ?? 'no reply'}</span>
          {host && host.name !== null && share === null && row.kind !== 'former' && <span className="min-w-0 shrink-[1000] truncate !text-small text-text-3 max-md:hidden">{host.address}</span>}
          {share !== null && <span className="flex-none !text-small text-text-3">{Math.round(100 * share)} %</span>}
          {row.kind === 'former' && <span className="flex-none !text-small text-text-3">until {row.untilMs === null ? '' : clock.hms(row.untilMs)}</span>}
        </button>
        {tags.map((tag) => <span key={tag.text} data-tag="" className="relative z-[1] flex min-w-0 shrink-[1000] overflow-hidden font-sans"><Tag tone={tag.tone}>{tag.text}</Tag></span>)}
      </span>
      {tags.length > 0 && <Tip id={id} tags={tags} hidden={open} />}
    </th>
  )
}

/** What the tags mean: hangs on the row, so that the cell does not cut it off. */
function Tip({ id, tags, hidden }: { id: string; tags: readonly RowTag[]; hidden: boolean }) {
  return (
    <span
      id={id} role="tooltip"
      className={cx('pointer-events-none invisible absolute top-full left-[46px] z-20 w-max max-w-96 rounded-ctl bg-raised px-2 py-1 text-data whitespace-normal text-text-2 shadow-float', !hidden && 'group-has-[[data-tag]:hover]/row:visible group-has-focus-visible/row:visible')}
    >
      {tags.map((tag) => <span key={tag.text} className="block"><b className="sr-only">{tag.text}. </b>{tag.tip}</span>)}
    </span>
  )
}
