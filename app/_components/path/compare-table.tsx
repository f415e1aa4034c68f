/** The protocols side by side: who answers each, its loss and its median. */
import { Fragment } from 'react'
import type { Clock } from '#lib/format/time.ts'
import { cx } from '../../_lib/cx.ts'
import { Tag } from '../ui/pill.tsx'
import { cellMs } from './columns.ts'
import type { Compared } from './compare-rows.ts'
import { LossCell } from './hop-cells.tsx'
import type { PathRow } from './path-rows.ts'

const HEAD = 'sticky top-0 z-[2] h-[26px] border-b border-line bg-bg px-2 text-label font-normal whitespace-nowrap text-text-3'
const CELL = 'h-row border-t border-line px-2'

export function CompareTable({ compared: { runs, hops }, clock }: { compared: Compared; clock: Clock }) {
  if (runs.length === 0) return <p className="px-4 py-3 text-data text-text-3">No run has sent a probe yet.</p>
  return (
    <table aria-label="The path by protocol" className="w-full min-w-[720px] table-fixed border-separate border-spacing-0 text-cell">
      <colgroup><col className="w-[42px]" />{runs.map((run) => <Fragment key={run.protocol}><col /><col className="w-[84px]" /><col className="w-[72px]" /></Fragment>)}</colgroup>
      <thead>
        <tr>
          <th scope="col" className={cx(HEAD, 'text-right')}>hop</th>
          {runs.map((run) => (
            <Fragment key={run.protocol}>
              <th scope="col" className={cx(HEAD, 'border-l text-left')} title="Newest run, all of it, from its last route change on"><b className="font-medium text-text-1">{run.name}</b> {clock.hm(run.firstMs)} to {run.running ? 'now' : clock.hm(run.lastMs)}</th>
              <th scope="col" className={cx(HEAD, 'text-right')}><span className="sr-only">{run.name} </span>loss</th>
              <th scope="col" className={cx(HEAD, 'text-right')}><span className="sr-only">{run.name} </span>median ms</th>
            </Fragment>
          ))}
        </tr>
      </thead>
      <tbody>
        {hops.map((hop) => (
          <tr key={hop.ttl} className="hover:bg-surface-1">
            <th scope="row" className={cx(CELL, 'text-right font-normal')}>{hop.ttl}</th>
            {hop.cells.map((row, i) => <Cells key={runs[i]?.protocol} row={row} differ={hop.differ && i > 0 && row?.host !== null && row?.host.address !== hop.cells[0]?.host?.address} />)}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Cells({ row, differ }: { row: PathRow | null; differ: boolean }) {
  const dim = row?.host ? '' : 'text-text-3'
  return (
    <>
      <td className={cx(CELL, 'border-l', dim)}>
        <span className="machine flex min-w-0 items-center gap-2"><span className="truncate">{row ? row.host?.name ?? row.host?.address ?? 'no reply' : ''}</span>{differ && row && <span className="flex-none font-sans"><Tag>other router</Tag></span>}</span>
      </td>
      <td className={cx(CELL, 'text-right', dim)}>{row && <LossCell row={row} />}</td>
      <td className={cx(CELL, 'text-right', dim)}>{row ? cellMs(row.figures.p50Ms) : ''}</td>
    </>
  )
}
