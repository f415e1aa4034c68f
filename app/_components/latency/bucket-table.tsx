/** The chart as a table: the same window in at most thirty buckets. */
import { formatCount, formatFixed } from '#lib/format/number.ts'
import type { Clock } from '#lib/format/time.ts'
import { lossOf } from '#lib/timeline/moment.ts'
import type { PingView } from '#lib/tools/ping/view.ts'
import { windowStats } from '#lib/tools/ping/window.ts'
import type { SeriesWords } from '#lib/timeline/words.ts'

const STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 43_200, 86_400]
const ROWS = 30

const ms = (value: number, decimals = 1): string => formatFixed(value, value < 1 ? 2 : decimals)

export function BucketTable({ view, fromMs, toMs, clock, words }: { view: PingView; fromMs: number; toMs: number; clock: Clock; words: SeriesWords }) {
  const stepMs = 1000 * (STEPS_S.find((s) => (toMs - fromMs) / (1000 * s) <= ROWS) ?? 86_400)
  const starts: number[] = []
  for (let at = Math.floor(fromMs / stepMs) * stepMs; at < toMs && starts.length <= ROWS; at += stepMs) starts.push(at)
  return (
    <div className="max-h-64 overflow-auto border-t border-line" tabIndex={0} role="region" aria-label={`${words.value} as a table`}>
      <table className="w-full table-fixed text-cell [&_td]:h-row [&_td]:px-2 [&_td]:text-right [&_th]:h-[26px] [&_th]:px-2 [&_th]:text-right [&_thead_th]:text-label [&_thead_th]:font-normal [&_thead_th]:text-text-3 [&_tr+tr]:border-t [&_tr+tr]:border-line">
        <caption className="sr-only">{words.value} to {view.address}, milliseconds, by time</caption>
        <thead className="sticky top-0 bg-bg">
          <tr>{['from', words.many, words.bad, 'least', 'p10', 'median', 'p90', 'greatest', 'jitter'].map((name) => <th key={name} scope="col">{name}</th>)}</tr>
        </thead>
        <tbody>
          {starts.map((start) => {
            const stats = windowStats(view, start, start + stepMs)
            const { lost, of } = lossOf(stats)
            return (
              <tr key={start}>
                <th scope="row" className="font-normal text-text-2">{clock.hms(start)}</th>
                <td>{formatCount(stats.probes)}</td><td className={lost > 0 ? 'text-crit' : undefined}>{of > 0 ? `${lost} of ${of}` : '\u2013'}</td>
                <td>{ms(stats.minMs)}</td><td>{ms(stats.p10Ms)}</td><td>{ms(stats.p50Ms)}</td><td>{ms(stats.p90Ms)}</td><td>{ms(stats.maxMs)}</td><td>{ms(stats.jitterMs, 2)}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}
