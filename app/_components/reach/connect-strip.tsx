/** The figures of connections to one address in one strip: connect time of the window, what came to nothing, and how it stands now. */
import { lossText, UNKNOWN, formatCount } from '#lib/format/number.ts'
import { lossOf } from '#lib/timeline/moment.ts'
import { windowStats } from '#lib/tools/ping/window.ts'
import type { ReachAddress } from '#lib/tools/reach/view.ts'
import { cx } from '../../_lib/cx.ts'
import { Aside, Cell, Figure, STRIP, Unit } from '../latency/figures.tsx'
import { SeverityMark } from '../ui/severity.tsx'
import { tallyText, verdictOf } from './reach-words.ts'

interface Props { address: ReachAddress | null; fromMs: number; toMs: number; stale: boolean }

export function ConnectStrip({ address, fromMs, toMs, stale }: Props) {
  const stats = address === null ? null : windowStats(address.series, fromMs, toMs)
  const { lost, of } = stats === null ? { lost: 0, of: 0 } : lossOf(stats)
  return (
    <dl className={cx(STRIP, stale && 'opacity-[.72]')} aria-live="off">
      <Figure name="Connect p50" ms={stats?.p50Ms ?? null} define="Half of the connections in the time window were accepted or refused within this time, from the first packet to the answer: one round trip either way." />
      <Figure name="p90" ms={stats?.p90Ms ?? null} define="Nine of ten connections in the time window were answered within this time." />
      <Figure name="p99" ms={stats?.p99Ms ?? null} define="99 of 100 connections in the time window were answered within this time. Below 100 of them it is close to the slowest one." />
      <Failed lost={lost} of={of} />
      <Figure name="Jitter" ms={stats?.jitterMs ?? null} decimals={2} define="Mean absolute difference of the times of consecutive connections that were both answered, never across one that failed." />
      <Accepted address={address} />
      <State address={address} />
    </dl>
  )
}

function Failed({ lost, of }: { lost: number; of: number }) {
  const { percent, counts } = lossText(lost, of)
  return (
    <Cell name="Failed" define="Connections of the time window that came to nothing: no answer within the wait, or an error on the way. A refusal is an answer and is not among them.">
      <span className={cx('inline-block min-w-[3.2ch]', lost > 0 && 'text-crit')}>{percent === null ? <span className={cx(of > 0 && 'max-md:text-[15px]')}>{counts}</span> : <>{percent}<Unit>%</Unit></>}</span>
      {percent !== null && <Aside className="max-md:hidden">{counts}</Aside>}
    </Cell>
  )
}

function Accepted({ address }: { address: ReachAddress | null }) {
  const sent = address?.counts.sent ?? 0
  return (
    <Cell name="Accepted" className="max-md:hidden" define="Connections that were accepted, of all that are over, in the whole run. The others were refused, not answered, or met an error.">
      <span className="inline-block min-w-[3.2ch]">{address === null || sent === 0 ? UNKNOWN : formatCount(address.counts.open)}</span>{sent > 0 && <Aside>of {formatCount(sent)}</Aside>}
    </Cell>
  )
}

function State({ address }: { address: ReachAddress | null }) {
  const verdict = address === null ? null : verdictOf(address)
  return (
    <Cell name="Now" define="How the newest connection ended, and who said so where a trace to the port could tell." className="min-w-0 flex-1 content-center md:grid max-md:col-span-full max-md:border-t max-md:border-line max-md:!py-2 max-md:!pl-3.5 max-md:before:hidden [&>dt]:sr-only">
      <span className="flex min-w-0 items-center gap-2 text-cell font-normal tracking-normal">
        {verdict !== null && <SeverityMark severity={verdict.severity} />}
        <span className={cx('font-medium', verdict?.severity === 'crit' && 'text-crit')}>{verdict?.word ?? 'no connection yet'}</span>
        <span className="min-w-0 truncate text-data text-text-2" title={verdict?.who}>{verdict?.who}</span>
        <span className="flex-1" />
        <span className="truncate pr-1 text-data text-text-3 max-xl:hidden max-md:block">{address === null ? '' : tallyText(address)}</span>
      </span>
    </Cell>
  )
}
