'use client'
/** The hop table with the canvases that lie over its last two columns. */
import { Fragment, useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { NBSP } from '#lib/format/number.ts'
import type { Clock } from '#lib/format/time.ts'
import type { WindowStore } from '#lib/timeline/window-store.ts'
import type { PathView } from '#lib/tools/path/view.ts'
import { cx } from '../../_lib/cx.ts'
import { DEFAULT_COLUMNS, type PathColumn } from './columns.ts'
import { HopColumns, HopHead, dropOf } from './hop-head.tsx'
import { HopRow } from './hop-row.tsx'
import { mountStrips, type MountedStrips, type StripParts } from './paint/mount-strips.ts'
import { upToDeadEnd, type PathRow, type PathRows } from './path-rows.ts'
import { rowDetail } from './row-words.ts'
import { heatSummary, rangeSummary, type Strips } from './strips.ts'

export interface HopTableProps {
  view: PathView
  rows: PathRows
  strips: Strips
  columns: readonly PathColumn[]
  store: WindowStore
  clock: Clock
  nowMs: number
  label: string
  selectedTtls: readonly number[]
  onSelectHop(ttl: number | null): void
}

export function HopTable({ view, rows: { rows: made }, strips, columns, store, clock, nowMs, label, selectedTtls, onSelectHop }: HopTableProps) {
  const box = useRef<HTMLDivElement>(null)
  const mounted = useRef<MountedStrips | null>(null)
  const [whole, setWhole] = useState(false)
  const kept = whole ? made.length : upToDeadEnd(made)
  const rows = made.some((row, i) => i >= kept && selectedTtls.includes(row.ttl)) ? made : made.slice(0, kept)
  useEffect(() => {
    if (!box.current) return
    const made = mountStrips(collect(box.current), store)
    mounted.current = made
    return () => { mounted.current = null; made.stop() }
  }, [store])
  useEffect(() => mounted.current?.show(strips))
  const window = store.get()
  const usual = columns.map((column) => column.id).join() === DEFAULT_COLUMNS.join()
  const chosen = selectedTtls.length === 1 ? selectedTtls[0] : undefined
  const reach = selectedTtls[0] ?? rows[0]?.ttl
  const select = (ttl: number): void => onSelectHop(ttl === chosen ? null : ttl)
  return (
    <div ref={box} className="relative w-full" data-path-table="">
      <table role="table" aria-label={label} className="w-full table-fixed border-separate border-spacing-0 text-cell max-md:block">
        <HopColumns {...{ columns, usual }} />
        <HopHead {...{ columns, usual, window, nowMs, clock }} scale={strips.scale} changes={strips.changes} />
        <tbody role="rowgroup" className="max-md:block">
          {rows.map((row, i) => {
            const open = row.ttl === chosen
            const last = rows[i + 1]?.ttl !== row.ttl
            return (
              <Fragment key={row.key}>
                <HopRow {...{ row, columns, usual, open, clock }} selected={selectedTtls.includes(row.ttl)} reachable={row.kind === 'hop' && row.ttl === reach} onSelect={select} onKey={moveFocus} />
                {open && last && <Detail lines={rows.filter((one) => one.ttl === chosen).flatMap((one) => rowDetail(one, view, clock))} columns={columns} usual={usual} />}
              </Fragment>
            )
          })}
          {rows.length < made.length && <DeadEnd rows={made.slice(rows.length)} columns={columns} usual={usual} onShow={() => setWhole(true)} />}
        </tbody>
      </table>
      <canvas data-part="range" role="img" aria-label={rangeSummary(strips)} className="pointer-events-none absolute top-0 z-[1] block forced-colors:hidden" />
      <canvas data-part="heat" role="img" aria-label={heatSummary(strips, window, clock)} className="pointer-events-none absolute top-0 z-[1] block forced-colors:hidden" />
      <div data-part="line" hidden className="pointer-events-none absolute top-0 left-0 z-[1] w-px bg-accent opacity-90 max-md:hidden" />
    </div>
  )
}

/** Why the chosen row looks as it does: over the columns that are there at any width, and none that a canvas lies over. */
function Detail({ lines, columns, usual }: { lines: readonly string[]; columns: readonly PathColumn[]; usual: boolean }) {
  if (lines.length === 0) return null
  const sometimes = columns.filter((column) => dropOf(column, usual) !== undefined)
  return (
    <tr role="row" className="bg-surface-2 max-md:block max-md:px-3 max-md:pb-2">
      <td role="cell" colSpan={2 + columns.length - sometimes.length} className="pr-3.5 pb-1.5 pl-[46px] text-data text-text-2 max-md:block max-md:p-0 max-md:pl-[30px]">
        {[...new Set(lines)].map((line) => <p key={line} className="max-w-[96ch] text-pretty">{line}</p>)}
      </td>
      {sometimes.map((column) => <Filler key={column.id} className={dropOf(column, usual)} />)}
      <Filler /><Filler />
    </tr>
  )
}

/** The silent rest of a path that ends nowhere, in one row. */
function DeadEnd({ rows, columns, usual, onShow }: { rows: readonly PathRow[]; columns: readonly PathColumn[]; usual: boolean; onShow: () => void }) {
  return (
    <tr role="row" className="max-md:block max-md:border-t max-md:border-line max-md:px-3 max-md:py-1.5">
      <td role="cell" colSpan={2 + columns.filter((column) => dropOf(column, usual) === undefined).length} className="h-row pl-[46px] text-text-3 max-md:block max-md:h-auto max-md:p-0 max-md:pl-[30px]">
        Hops {rows[0]?.ttl} to {rows.at(-1)?.ttl} do not answer either. <button type="button" className="rounded-tag text-text-2 underline underline-offset-2 hover:text-text-1" onClick={onShow}>Show them</button>
      </td>
    </tr>
  )
}

/** Carries the row's ground across. */
const Filler = ({ className }: { className?: string | undefined }) => <td role="cell" className={cx('max-md:hidden', className)}>{NBSP}</td>

/** Arrows, Home and End move the focus along the rows; Enter, as of any button, chooses. */
function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return
  const all = [...(event.currentTarget.closest('tbody')?.querySelectorAll<HTMLElement>('button[data-hop]') ?? [])]
  const at = all.indexOf(event.currentTarget)
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key]
  const next = to === undefined ? undefined : all[to]
  if (to === undefined) return
  event.preventDefault()
  event.stopPropagation()
  next?.focus()
}

/** The parts that are drawn without React, found by name in the rendered box. */
function collect(box: HTMLElement): StripParts {
  const part = <T extends Element>(name: string, kind: new () => T): T => {
    const found = box.querySelector(`[data-part="${name}"]`)
    if (!(found instanceof kind)) throw new Error(`the hop table has no part ${name}`)
    return found
  }
  return { box, range: part('range', HTMLCanvasElement), heat: part('heat', HTMLCanvasElement), line: part('line', HTMLElement) }
}
