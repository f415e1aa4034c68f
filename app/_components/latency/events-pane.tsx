'use client'
/** Below the chart: what went wrong and when, and the tool's totals beside ours. Stands in for the hop table of a run without a trace. */
import { formatCount } from '#lib/format/number.ts'
import type { Clock } from '#lib/format/time.ts'
import { ECHO, type SeriesWords } from '#lib/timeline/words.ts'
import type { WindowStore } from '#lib/timeline/window-store.ts'
import type { PingView } from '#lib/tools/ping/view.ts'
import { cx } from '../../_lib/cx.ts'
import { Button } from '../ui/button.tsx'
import { PaneHead } from '../ui/pane-head.tsx'
import { SeverityMark } from '../ui/severity.tsx'
import { eventRows, totalRows, type EventRow } from './event-rows.ts'
import { wordsOf, type PingSource } from './source.ts'
import { usePaced } from './use-paced.ts'

const ONCE_A_SECOND = 1000
const HEAD = 'sticky top-0 z-[1] h-[26px] border-b border-line bg-bg px-2 text-label font-normal text-text-3'

/** `onPath`: back to the hops, where there are any. */
export function EventsPane({ source, store, clock, stale = false, onPath }: { source: PingSource; store: WindowStore; clock: Clock; stale?: boolean; onPath?: (() => void) | undefined }) {
  usePaced({ source, store, everyMs: ONCE_A_SECOND })
  const view = source.view()
  const words = wordsOf(source)
  const rows = view ? eventRows(view, words) : []
  return (
    <div className="grid min-h-0 flex-1 grid-cols-[minmax(0,1fr)_292px] max-lg:grid-cols-[minmax(0,1fr)] max-lg:grid-rows-[minmax(120px,1fr)_auto] max-md:block">
      <section aria-label={title(words)} className="flex min-h-0 min-w-0 flex-col">
        <PaneHead title={title(words)} count={rows.length} wide><span className="truncate text-data text-text-3 max-md:hidden">{rate(view, words)}</span>{onPath !== undefined && <Button size="sm" onClick={onPath}>Show the path</Button>}</PaneHead>
        <div className={cx('min-h-0 flex-1 overflow-auto', stale && 'opacity-[.72]')} tabIndex={rows.length > 8 ? 0 : undefined}>
          {rows.length === 0 ? <Nothing view={view} words={words} /> : <EventTable {...{ rows, store, clock }} />}
        </div>
      </section>
      <section aria-label="Totals" className="flex min-h-0 flex-col border-l border-line max-lg:border-l-0 max-lg:border-t">
        <PaneHead title="Totals of the run" />
        <Totals {...{ view, words, stale }} />
      </section>
    </div>
  )
}

const title = (words: SeriesWords): string => (words === ECHO ? 'Probes and errors' : 'Failures and shifts')

function rate(view: PingView | null, words: SeriesWords): string {
  if (!view) return ''
  const asked = 1000 / view.intervalMs
  const real = Number.isNaN(view.achievedPerS) ? '' : `, really ${view.achievedPerS.toFixed(2)} /s`
  return `${words === ECHO ? 'Echo' : 'TCP connections'}, asked for ${asked >= 1 ? formatCount(asked) : asked.toFixed(2)} /s${real}, ${words.bad} after ${view.timeoutMs / 1000} s`
}

function Nothing({ view, words }: { view: PingView | null; words: SeriesWords }) {
  const judged = view?.counts.judged ?? 0
  if (words !== ECHO) return <p className="px-[18px] py-3 text-data text-text-3">{judged === 0 ? 'Failures in a row and lasting shifts are listed here when they happen.' : `No three failures in a row and no lasting shift in ${formatCount(judged)} connections.`}</p>
  return <p className="px-[18px] py-3 text-data text-text-3">{judged === 0 ? 'Errors, losses in a row, shifts and TTL changes are listed here when they happen.' : `No ICMP error, no local error, no three losses in a row and no TTL change in ${formatCount(judged)} probes.`}</p>
}

function EventTable({ rows, store, clock }: { rows: readonly EventRow[]; store: WindowStore; clock: Clock }) {
  const show = (row: EventRow): void => {
    const { fromMs, toMs } = store.get()
    const span = Math.max(toMs - fromMs, 1.2 * (row.toMs - row.fromMs))
    if (row.fromMs < fromMs || row.toMs > toMs) store.setWindow((row.fromMs + row.toMs - span) / 2, (row.fromMs + row.toMs + span) / 2)
    store.setCrosshair(row.fromMs)
  }
  return (
    <table className="w-full table-fixed border-separate border-spacing-0 text-cell">
      <thead>
        <tr>
          <th scope="col" className={cx(HEAD, 'w-[86px] pl-[18px] text-left max-md:pl-3')}>when</th>
          <th scope="col" className={cx(HEAD, 'w-[132px] text-left')}>kind</th>
          <th scope="col" className={cx(HEAD, 'text-left')}>what</th>
          <th scope="col" className={cx(HEAD, 'w-[150px] text-left max-md:hidden')}>from</th>
          <th scope="col" className={cx(HEAD, 'w-[60px] pr-3.5 text-right max-md:w-12')}>count</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.key} className="group/row hover:bg-surface-2">
            <td className="h-row border-b border-line pl-[18px] text-text-2 max-md:pl-3">
              <button type="button" className="rounded-tag text-left group-hover/row:text-text-1" title="Show in the chart" onClick={() => show(row)}>{clock.hms(row.fromMs)}</button>
            </td>
            <td className="h-row truncate border-b border-line px-2"><span className="inline-flex items-center gap-1.5"><SeverityMark severity={row.severity} size={10} />{row.kind}</span></td>
            <td className="h-row truncate border-b border-line px-2 max-md:py-1 max-md:whitespace-normal" title={row.quote}>{row.what}{row.quote !== undefined && <span className="machine ml-2 !text-small text-text-3">{row.quote}</span>}</td>
            <td className="machine h-row truncate border-b border-line px-2 text-text-2 max-md:hidden">{row.who}</td>
            <td className="h-row border-b border-line pr-3.5 text-right">{formatCount(row.count)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Totals({ view, words, stale }: { view: PingView | null; words: SeriesWords; stale: boolean }) {
  const own = words === ECHO
  return (
    <div className={cx('min-h-0 overflow-auto', stale && 'opacity-[.72]')} tabIndex={0} role="region" aria-label="Totals of the run, scrollable">
      <table className="w-full table-fixed border-separate border-spacing-0 text-cell">
        <thead>
          <tr>
            <th scope="col" className={cx(HEAD, 'pl-3.5 text-left')}><span className="sr-only">figure</span></th>
            <th scope="col" className={cx(HEAD, 'w-24 text-right')}>measured</th>
            {own && <th scope="col" className={cx(HEAD, 'w-24 pr-3.5 text-right')}>ping's own</th>}
          </tr>
        </thead>
        <tbody>
          {(view ? totalRows(view, words) : []).map((row) => (
            <tr key={row.name} title={row.define}>
              <th scope="row" className="h-[22px] pl-3.5 text-left text-data font-normal text-text-3">{row.name}</th>
              <td className="h-[22px] px-2 text-right">{row.ours}</td>
              {own && <td className={cx('h-[22px] pr-3.5 text-right', row.differs ? 'text-text-1' : 'text-text-3')}>{row.tool}{row.differs && <span className="sr-only">, differs</span>}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
