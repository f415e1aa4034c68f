'use client'
/** Answer time of every server on one logarithmic scale: a dot a question, a ring for the first, a bar for the median. Or the same as a table. */
import { useState } from 'react'
import { Table2 } from 'lucide-react'
import { formatCount, formatMs, UNKNOWN } from '#lib/format/number.ts'
import { shareOfMs, type AnswerTimes, type TimesRow } from '#lib/timeline/dns-times.ts'
import { cx } from '../../_lib/cx.ts'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { LegendEntry, PaneTitle } from './pane-title.tsx'
import { useWidth } from './use-width.ts'

const ROW = 27
const TOP = 8
const FOOT = 26
const DOT = 4

export function TimesPane({ times }: { times: AnswerTimes }) {
  const [table, setTable] = useState(false)
  return (
    <section aria-label="Answer time" className="min-w-0">
      <PaneTitle title="Answer time" legend={<span className="flex items-center gap-3 max-md:hidden">
        <LegendEntry swatch={<svg width="7" height="7" aria-hidden="true"><circle cx="3.5" cy="3.5" r="3.5" className="fill-s-lat" fillOpacity=".6" /></svg>}>query</LegendEntry>
        <LegendEntry swatch={<svg width="9" height="9" aria-hidden="true"><circle cx="4.5" cy="4.5" r="3.6" fill="none" className="stroke-warn" strokeWidth="1.5" /></svg>}>first, not cached</LegendEntry>
        <LegendEntry swatch={<svg width="2" height="11" aria-hidden="true"><rect width="2" height="11" className="fill-text-1" /></svg>}>median</LegendEntry>
      </span>}>
        <span className="text-small text-text-3 max-md:hidden">log scale</span>
        <Button size="sm" square look="ghost" aria-pressed={table} aria-label="Show as table" title="Show as table" onClick={() => setTable(!table)}><Icon of={Table2} size={12} /></Button>
      </PaneTitle>
      {times.queries === 0 ? <p className="px-4 pb-3 text-data text-text-3 max-md:px-3">No answer in this window of time.</p> : table ? <TimesTable rows={times.rows} /> : <Dots times={times} />}
    </section>
  )
}

function Dots({ times }: { times: AnswerTimes }) {
  const [box, width] = useWidth<HTMLDivElement>(320)
  const x = (ms: number): number => Math.round(10 * width * shareOfMs(times, ms)) / 10
  const height = TOP + ROW * times.rows.length + FOOT
  return (
    <div className="grid grid-cols-[122px_minmax(0,1fr)_52px] gap-3 pr-2.5 pb-1 max-md:grid-cols-[84px_minmax(0,1fr)_44px]">
      <ul aria-hidden="true" className="pt-2">{times.rows.map(({ id, label }) => <li key={id} title={label} className="machine h-[27px] truncate pl-3 text-right !text-small leading-[27px] text-text-2">{label}</li>)}</ul>
      <div ref={box} className="min-w-0">
        <svg role="img" aria-label={times.summary} width="100%" height={height} className="block overflow-visible">
          {times.ticks.map(({ ms, label }) => <g key={ms}><line x1={x(ms)} x2={x(ms)} y1={TOP} y2={height - FOOT + 6} className="stroke-s-grid" /><text x={x(ms)} y={height - 7} textAnchor="middle" className="fill-s-axis text-label">{label}</text></g>)}
          {times.rows.map((row, i) => <DotRow key={row.id} {...{ row, x, width }} y={TOP + ROW * (i + 0.5)} />)}
        </svg>
      </div>
      <ul aria-hidden="true" className="pt-2">{times.rows.map(({ id, text }) => <li key={id} className="h-[27px] text-right text-data leading-[27px]">{text}</li>)}</ul>
    </div>
  )
}

/** All dots in one path: many of them cost one element. A round cap on a line without length is a dot. */
function DotRow({ row: { again, first, medianMs }, x, y, width }: { row: TimesRow; x: (ms: number) => number; y: number; width: number }) {
  const dots = again.map((ms, k) => `M${x(ms)} ${Math.round(10 * (y + (((k * 7) % 5) - 2) * 1.6)) / 10}h0`).join('')
  return (
    <g>
      <line x1="0" x2={width} y1={y} y2={y} className="stroke-line" />
      {dots !== '' && <path d={dots} className="stroke-s-lat" strokeOpacity=".5" strokeWidth={DOT} strokeLinecap="round" />}
      {first.map((ms, k) => <circle key={`${k} ${ms}`} cx={x(ms)} cy={y} r="3.6" fill="none" className="stroke-warn" strokeWidth="1.4" />)}
      {Number.isFinite(medianMs) && <rect x={x(medianMs) - 1} y={y - 8} width="2" height="16" className="fill-text-1" />}
    </g>
  )
}

function TimesTable({ rows }: { rows: readonly TimesRow[] }) {
  const head = 'h-6 px-2 text-right text-label font-normal text-text-3 first:pl-4 first:text-left last:pr-4'
  const cell = 'h-6 border-t border-line px-2 text-right text-data last:pr-4'
  return (
    <table aria-label="Answer times by server" className="mb-2 w-full">
      <thead><tr>{['Server', 'Queries', 'First', 'Median', 'Fastest', 'Slowest'].map((name) => <th key={name} scope="col" className={head}>{name}</th>)}</tr></thead>
      <tbody>
        {rows.map(({ id, label, again, first, medianMs }) => {
          const all = [...again, ...first]
          return (
            <tr key={id}>
              <th scope="row" className={cx(cell, 'machine max-w-40 truncate !pl-4 !text-left font-normal text-text-2')}>{label}</th>
              <td className={cell}>{formatCount(all.length)}</td>
              <td className={cell}>{first.length === 0 ? UNKNOWN : shownMs(Math.max(...first))}</td>
              {[medianMs, all.length === 0 ? NaN : Math.min(...all), all.length === 0 ? NaN : Math.max(...all)].map((ms, i) => <td key={String(i)} className={cell}>{shownMs(ms)}</td>)}
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}

const shownMs = (ms: number): string => (ms === 0 ? '<1\u00a0ms' : formatMs(ms))
