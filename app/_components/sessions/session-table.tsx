'use client'
/** Rows of sessions: worst finding, target, round trip, where from, by whom, when, how long. Two lines a row on a phone. */
import Link from 'next/link'
import type { ReactNode } from 'react'
import type { SessionSummary } from '#lib/protocol/api.ts'
import { useNow } from '../../_hooks/use-now.ts'
import { cx } from '../../_lib/cx.ts'
import { age, dateLong, dateShort } from '../../_lib/time.ts'
import { useZone } from '../shell/zone-context.tsx'
import { Skeleton } from '../ui/notice.tsx'
import { SeverityMark } from '../ui/severity.tsx'
import { Spark } from './spark.tsx'

interface Props {
  /** Null while the first answer is awaited. */
  sessions: readonly SessionSummary[] | null
  label: string
  skeletonRows?: number
  /** Controls at the end of a row. */
  tools?: (session: SessionSummary) => ReactNode
}

const CELL = 'h-[29px] overflow-hidden text-ellipsis whitespace-nowrap border-t border-line px-2 max-md:h-auto max-md:border-0 max-md:p-0'
const HEAD = 'h-[26px] whitespace-nowrap px-2 text-label font-normal text-text-3'

export function SessionTable({ sessions, label, skeletonRows = 8, tools }: Props) {
  const nowMs = useNow()
  return (
    <table aria-label={label} aria-busy={sessions === null} role="table" className="w-full table-fixed border-collapse text-cell max-md:-mx-3.5 max-md:block max-md:w-auto">
      <colgroup className="max-md:hidden">
        <col className="w-[26px]" /><col className="w-[212px]" /><col /><col className="w-[100px] max-xl:hidden" /><col className="w-[112px] max-xl:hidden" /><col className="w-[92px]" /><col className="w-[84px]" /><col className="w-[72px]" />{tools && <col className="w-[72px]" />}
      </colgroup>
      <thead role="rowgroup" className="max-md:hidden">
        <tr role="row">
          <th scope="col" className={HEAD}><span className="sr-only">worst</span></th>
          {['target', 'worst finding'].map((name) => <th key={name} scope="col" className={cx(HEAD, 'text-left')}>{name}</th>)}
          {['round trip', 'from'].map((name) => <th key={name} scope="col" className={cx(HEAD, 'text-left max-xl:hidden')}>{name}</th>)}
          <th scope="col" className={cx(HEAD, 'text-left')}>by</th>
          <th scope="col" className={cx(HEAD, 'text-right')}>started</th>
          <th scope="col" className={cx(HEAD, 'text-right')}>length</th>
          {tools && <th scope="col" className={HEAD}><span className="sr-only">actions</span></th>}
        </tr>
      </thead>
      <tbody role="rowgroup" className="max-md:block">
        {sessions === null
          ? Array.from({ length: skeletonRows }, (_, i) => <tr key={i} role="row" className="max-md:block max-md:h-[49px]"><td role="cell" colSpan={tools ? 9 : 8} className={cx(CELL, 'max-md:px-3.5 max-md:pt-5')}><Skeleton className={i % 2 === 0 ? 'w-3/5' : 'w-2/5'} /></td></tr>)
          : sessions.map((session) => <Row key={session.sessionId} session={session} nowMs={nowMs} tools={tools} />)}
      </tbody>
    </table>
  )
}

function Row({ session, nowMs, tools }: { session: SessionSummary; nowMs: number | null; tools: Props['tools'] }) {
  const { clock } = useZone()
  const measured = session.worst !== null || session.spark.medianMs.length > 0
  const finding = session.worst?.title ?? (measured ? 'Nothing wrong found' : session.live ? 'No verdict yet' : 'Nothing was measured')
  const length = nowMs === null ? '' : age((session.endedAtMs ?? nowMs) - session.createdAtMs)
  const started = session.live ? <span className="text-ok">live</span> : session.interrupted ? 'interrupted' : nowMs !== null && dateShort(session.createdAtMs, nowMs, clock)
  return (
    <tr role="row" className="relative hover:bg-surface-1 has-[a:focus-visible]:bg-surface-1 max-md:grid max-md:grid-cols-[24px_minmax(0,1fr)_auto] max-md:items-center max-md:gap-x-1 max-md:border-t max-md:border-line max-md:px-3.5 max-md:py-2">
      <td role="cell" className={CELL}>{measured ? <SeverityMark severity={session.worst?.severity ?? 'ok'} /> : <span className="text-text-3" aria-hidden="true">–</span>}</td>
      <td role="cell" className={CELL}>
        <Link href={`/s/${session.sessionId}`} prefetch={false} className="machine block truncate text-text-1 outline-none after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent">{session.title !== '' && session.title !== session.target ? session.title : session.target}</Link>
        <span className="hidden truncate text-data text-text-2 max-md:block">{finding}</span>
      </td>
      <td role="cell" className={cx(CELL, 'text-text-2 max-md:hidden')} title={finding}>{finding}</td>
      <td role="cell" className={cx(CELL, 'max-xl:hidden')}><Spark spark={session.spark} /></td>
      <td role="cell" className={cx(CELL, 'machine text-text-2 max-xl:hidden')}>{session.vantage}</td>
      <td role="cell" className={cx(CELL, 'text-text-2 max-md:hidden')}>{session.by}</td>
      <td role="cell" className={cx(CELL, 'text-right text-text-2')} title={dateLong(session.createdAtMs, clock)}>{started}</td>
      <td role="cell" className={cx(CELL, 'text-right text-text-3 max-md:hidden')}>{length}</td>
      {tools && <td role="cell" className={cx(CELL, 'text-right max-md:hidden')}><span className="relative z-10 inline-flex gap-0.5">{tools(session)}</span></td>}
    </tr>
  )
}
