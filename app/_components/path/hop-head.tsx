/** Head of the hop table: names with their definitions, the range graph's axis, the strips' time and route changes. */
import { useId, type ReactNode } from 'react'
import type { Clock } from '#lib/format/time.ts'
import { shareOf, type ValueScale } from '#lib/timeline/scale.ts'
import { cx } from '../../_lib/cx.ts'
import { NARROW_DROPS, type PathColumn } from './columns.ts'
import type { RouteChange } from './pane-state.ts'
import type { Span } from './path-rows.ts'
import { PathTimeline } from './path-timeline.tsx'

interface Props { columns: readonly PathColumn[]; usual: boolean; scale: ValueScale; window: Span; nowMs: number; clock: Clock; changes: readonly RouteChange[] }

const HEAD = 'sticky top-0 z-[2] h-[26px] border-b border-line bg-bg px-2 text-label font-normal text-text-3'
const RANGE_WIDTH = 'w-[152px] max-xl:w-[116px]'
const HEAT_WIDTH = 'w-[206px] max-xl:w-[160px]'

/** Class that leaves a column out of a narrow window, as long as nobody chose the columns. */
export const dropOf = (column: PathColumn, usual: boolean): string | undefined => (usual ? NARROW_DROPS[column.id] : undefined)

/** Widths, in the order of the columns: the host takes what is left, and a fixed width where little would be. */
export function HopColumns({ columns, usual }: { columns: readonly PathColumn[]; usual: boolean }) {
  return (
    <colgroup>
      <col className="w-[38px]" /><col className={usual ? undefined : 'w-[240px]'} />
      {columns.map((column) => <col key={column.id} className={cx(column.width, dropOf(column, usual))} />)}
      <col className="hidden" /><col className={RANGE_WIDTH} /><col className={HEAT_WIDTH} />
    </colgroup>
  )
}

export function HopHead({ columns, usual, scale, window, nowMs, clock, changes }: Props) {
  return (
    <thead role="rowgroup" className="max-md:sr-only">
      <tr role="row">
        <Head define="Number of the hop: the TTL of the probes that ended there. With ×, so many routers take turns." className="!pr-2 !pl-0 text-right">hop</Head>
        <Head define="Who answered: its name, looked up afterwards, and its address." className="text-left" from="left">host</Head>
        {columns.map((column) => <Head key={column.id} define={column.define} className={cx(column.words ? 'text-left' : 'text-right', dropOf(column, usual))}>{column.head}</Head>)}
        <th role="columnheader" scope="col" className="hidden">median</th>
        <th role="columnheader" scope="col" className={cx(HEAD, '!pr-3')}><span className="sr-only">round trips: best to worst, middle half, median, last</span><Axis scale={scale} /></th>
        <th role="columnheader" scope="col" className={cx(HEAD, '!pr-3.5')}>
          <span className="flex justify-between pb-1"><span>{clock.hm(window.fromMs)}</span><span className="text-text-3 max-xl:sr-only">ms above hop's best</span><span>{clock.hm(window.toMs)}</span></span>
          <PathTimeline {...{ changes, window, nowMs }} />
        </th>
      </tr>
    </thead>
  )
}

/** A name; what it means shows on hover and on focus. */
function Head({ define, className, children, from = 'right' }: { define: string; className?: string | undefined; children: ReactNode; from?: 'left' | 'right' }) {
  const id = useId()
  return (
    <th role="columnheader" scope="col" className={cx(HEAD, 'group/def', className)}>
      <span tabIndex={0} aria-describedby={id} className="rounded-tag">{children}</span>
      <span id={id} role="tooltip" className={cx('pointer-events-none invisible absolute top-full z-20 w-max max-w-64 whitespace-normal rounded-ctl bg-raised px-2 py-1 text-left text-data text-text-2 shadow-float group-focus-within/def:visible group-hover/def:visible', from === 'left' ? 'left-0' : 'right-0')}>{define}</span>
    </th>
  )
}

const tickText = (ms: number): string => (ms >= 1000 ? `${ms / 1000}k` : String(ms))

function Axis({ scale }: { scale: ValueScale }) {
  const last = scale.ticks.at(-1)
  return (
    <svg width="100%" height="14" aria-hidden="true" className="block overflow-visible fill-text-3">
      {scale.ticks.map((tick) => {
        const share = shareOf(scale, tick)
        return <text key={tick} x={`${(100 * share).toFixed(2)}%`} y="11" dx={share >= 0.98 ? 10 : 0} textAnchor={share <= 0.02 ? 'start' : share >= 0.98 ? 'end' : 'middle'}>{tickText(tick)}{tick === last ? ' ms' : ''}</text>
      })}
    </svg>
  )
}
