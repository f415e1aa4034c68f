/** The classic pathping table: what was lost up to each node, and at the node or on the link alone. */
import { NBSP, UNKNOWN, lossText } from '#lib/format/number.ts'
import { hopVerdicts } from '#lib/tools/path/verdicts.ts'
import type { PathView } from '#lib/tools/path/view.ts'
import { pathpingTable, type LinkRow, type NodeRow, type Share } from '#lib/tools/pathping/table.ts'
import { cx } from '../../_lib/cx.ts'
import { cellMs } from './columns.ts'
import type { Progress } from './pane-state.ts'

const HEAD = 'sticky top-0 z-[2] h-[26px] border-b border-line bg-bg px-2 text-label font-normal whitespace-nowrap text-text-3'
const CELL = 'h-row px-2 whitespace-nowrap'

interface Props { view: PathView; vantage: string; target: string; progress: Progress | null }

export function PathpingTable({ view, vantage, target, progress }: Props) {
  const rows = pathpingTable(view)
  if (!rows) return <p className="px-4 py-3 text-data text-text-3">{view.ended ? 'The run ended before the statistics began.' : 'The statistics begin when the path is known.'}</p>
  const real = new Set(hopVerdicts(view.hops.map(({ ttl, counts: { judged, lost, answered } }) => ({ ttl, judged, lost, answered })), view.targetTtl).filter(({ kind }) => kind === 'real').map(({ ttl }) => ttl))
  const nameOf = (row: NodeRow): string => (row.ttl === 0 ? vantage : row.isTarget && target !== view.address ? target : row.name ?? row.address ?? 'no reply')
  return (
    <table aria-label={`Loss of nodes and links from ${vantage} to ${view.address}${progress ? ', not complete yet' : ''}`} className="w-full min-w-[640px] table-fixed border-separate border-spacing-0 text-cell">
      <colgroup><col className="w-[42px]" /><col className="w-[72px]" /><col className="w-[158px]" /><col className="w-[158px]" /><col /></colgroup>
      <thead>
        <tr>
          <th scope="col" className={cx(HEAD, 'text-right')}>hop</th><th scope="col" className={cx(HEAD, 'text-right')}>rtt ms</th>
          <th scope="col" className={cx(HEAD, 'text-right')} title="Probes to this node without an answer: lost on the way there or back, or not answered by it.">source to here</th>
          <th scope="col" className={cx(HEAD, 'text-right')} title="At a node: what it did not answer and let pass, which is no loss. On a link: what got lost there, as no later node got it either.">this node or link</th>
          <th scope="col" className={cx(HEAD, 'text-left')}>address</th>
        </tr>
      </thead>
      <tbody>{rows.map((row) => (row.kind === 'node' ? <Node key={`node ${row.ttl}`} row={row} name={nameOf(row)} /> : <Link key={`link ${row.toTtl}`} row={row} real={real.has(row.toTtl)} />))}</tbody>
    </table>
  )
}

function Node({ row, name }: { row: NodeRow; name: string }) {
  const { ttl, rttMs, toHere, here, address, others } = row
  const silent = ttl > 0 && address === null
  return (
    <tr className={cx('hover:bg-surface-1', silent && 'text-text-3')}>
      <th scope="row" className={cx(CELL, 'text-right font-normal')}>{ttl}</th>
      <td className={cx(CELL, 'text-right')}>{ttl === 0 ? '' : cellMs(rttMs ?? Number.NaN)}</td>
      <td className={cx(CELL, 'text-right')}>{ttl === 0 ? '' : <LostOf share={toHere} />}</td>
      <td className={cx(CELL, 'text-right text-text-2')}>{ttl === 0 ? '' : <LostOf share={here} />}</td>
      <td className={cx(CELL, 'machine truncate')}>{name}{address !== null && name !== address && <span className="ml-2 !text-small text-text-3">{address}</span>}{others > 0 && <span className="ml-2 font-sans text-text-3">and {others} more</span>}</td>
    </tr>
  )
}

function Link({ row: { fromTtl, toTtl, lost }, real }: { row: LinkRow; real: boolean }) {
  return (
    <tr className="text-text-3">
      <th scope="row" className={CELL}><span className="sr-only">link {fromTtl} to {toTtl}</span></th><td className={CELL}>{NBSP}</td><td className={CELL}>{NBSP}</td>
      <td className={cx(CELL, 'text-right', lost && lost.lost > 0 && (real ? 'font-medium text-crit' : 'text-text-1'))}><LostOf share={lost} /></td>
      <td className={cx(CELL, 'pl-4')}><span className="border-l border-line-3">{NBSP}</span></td>
    </tr>
  )
}

/** `3 of 100, 3.0 %`; below 20 probes only the counts. */
function LostOf({ share }: { share: Share | null }) {
  if (!share) return <>{UNKNOWN}</>
  const { counts, percent } = lossText(share.lost, share.sent)
  return <>{counts}{percent !== null && <span className="inline-block min-w-[7ch]">{percent}<span className="ml-[.22em] text-[.82em] text-text-3">%</span></span>}</>
}
