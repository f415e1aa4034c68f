/** The readout's cells, drawn from plain numbers: the same strip on the server's first paint and over live data. */
import { useId, type ReactNode } from 'react'
import { UNKNOWN, lossText, splitMs } from '#lib/format/number.ts'
import type { RunFigures } from '#lib/protocol/api.ts'
import { routersBack } from '#lib/tools/ping/hops.ts'
import { cx } from '../../_lib/cx.ts'
import { Pill } from '../ui/pill.tsx'

/** The row of cells: one line on a desk, five columns on a phone. */
export const STRIP = 'flex h-[54px] flex-none border-b border-line max-md:grid max-md:h-auto max-md:grid-cols-[repeat(5,auto)]'

/** `stale`: the figures are of before the connection was lost, and are shown at 72 %. */
export function FiguresStrip({ figures, stale = false }: { figures: RunFigures; stale?: boolean }) {
  const { lost, of } = figures
  const { percent, counts } = lossText(lost, of)
  return (
    <dl className={cx(STRIP, stale && 'opacity-[.72]')} aria-live="off">
      <Figure name="Round trip p50" ms={figures.p50Ms} define="Half of the replies in the time window came within this time. Only replies within the timeout count." />
      <Figure name="p90" ms={figures.p90Ms} define="Nine of ten replies in the time window came within this time." />
      <Figure name="p99" ms={figures.p99Ms} define="99 of 100 replies in the time window came within this time. Below 100 replies it is close to the slowest one." />
      <Cell name="Loss" define="Probes without a reply within the timeout, of all probes whose fate is known. A probe still waiting is not counted; one answered by an ICMP error counts as lost.">
        <span className={cx('inline-block min-w-[3.2ch]', lost > 0 && 'text-crit')}>
          {percent === null ? <span className={cx(of > 0 && 'max-md:text-[15px]')}>{counts}</span> : <>{percent}<Unit>%</Unit></>}
        </span>
        {percent !== null && <Aside className="max-md:hidden">{counts}</Aside>}
      </Cell>
      <Figure name="Jitter" ms={figures.jitterMs} decimals={2} define="Mean absolute difference of consecutive replies that both arrived, never across a loss." />
      <ReplyTtl {...figures} />
      <Routers {...figures} />
    </dl>
  )
}

/** A time; null: not known. */
export function Figure({ name, ms, define, decimals = 1 }: { name: string; ms: number | null; define: string; decimals?: number }) {
  const { value, unit } = splitMs(ms ?? Number.NaN, decimals)
  return <Cell name={name} define={define}><span className="inline-block min-w-[5ch]">{value}{unit !== '' && <Unit>{unit}</Unit>}</span></Cell>
}

export const Unit = ({ children }: { children: ReactNode }) => <span className="ml-[.22em] text-[.82em] font-normal text-text-3">{children}</span>
export const Aside = ({ children, className }: { children: ReactNode; className?: string }) => <span className={cx('ml-1.5 text-label font-normal tracking-[-.01em] text-text-3', className)}>{children}</span>

/** A named figure; its definition shows on hover and on focus. */
export function Cell({ name, define, children, className }: { name: string; define: string; children: ReactNode; className?: string }) {
  const id = useId()
  return (
    <div className={cx('group/def relative min-w-[84px] whitespace-nowrap py-[9px] pr-[18px] pl-4 not-first:before:absolute not-first:before:inset-y-3 not-first:before:left-0 not-first:before:w-px not-first:before:bg-line max-md:min-w-0 max-md:py-2 max-md:pr-0 max-md:pl-3', className)}>
      <dt className="text-label text-text-3"><span tabIndex={0} aria-describedby={id} className="rounded-tag">{name}</span></dt>
      <dd className="text-read font-medium tracking-[-.02em] max-md:text-[15px] max-md:leading-5">
        {children}
        <span id={id} role="tooltip" className="pointer-events-none invisible absolute top-full left-2 z-30 -mt-1 w-64 rounded-ctl bg-raised px-2.5 py-2 text-data font-normal tracking-normal whitespace-normal text-text-2 opacity-0 shadow-float overlay-ease group-hover/def:visible group-hover/def:opacity-100 group-hover/def:delay-500 group-focus-within/def:visible group-focus-within/def:opacity-100">{define}</span>
      </dd>
    </div>
  )
}

function ReplyTtl({ ttl, wasTtl }: Pick<RunFigures, 'ttl' | 'wasTtl'>) {
  return (
    <Cell name="Reply TTL" className="max-md:hidden" define="Time to live left in the newest reply of the window. The far host chose where it started; every router on the way back took one.">
      <span className="inline-block min-w-[2ch]">{ttl ?? UNKNOWN}</span>{wasTtl !== null && <Aside>was {wasTtl}</Aside>}
    </Cell>
  )
}

const MANY_DOTS = 32

/** Routers out (from a path run) and back (from the reply's TTL, with the assumed start named). Equal counts are the same length, not the same way. */
function Routers(figures: RunFigures) {
  const { ttl, wasTtl, targetTtl, outRouters, traced } = figures
  const back = ttl === null ? null : routersBack(ttl)
  const was = wasTtl === null ? null : routersBack(wasTtl).routers
  const counted = back && back.note !== '64 or 32, unsure' ? back : null
  const extra = was !== null && counted ? counted.routers - was : 0
  const more = counted !== null && outRouters !== null ? counted.routers - outRouters : 0
  return (
    <Cell name="Routers out and back" define={routersDefinition(figures)} className="!hidden flex-1 content-center md:!grid max-md:col-span-full max-md:!grid max-md:border-t max-md:border-line max-md:!py-2 max-md:!pl-3.5 max-md:before:hidden [&>dt]:sr-only">
      <span className="flex items-center gap-4 max-md:pr-3">
        <span className="grid grid-cols-[auto_auto_1fr] items-center gap-x-3 text-data leading-[17px] font-normal tracking-normal text-text-2">
          <span>out</span><Dots count={outRouters ?? 0} />
          {outRouters === null || targetTtl === null
            ? <span className="machine !text-small text-text-3">{UNKNOWN}, {traced ? 'target not reached' : 'needs a trace'}</span>
            : <span className="machine !text-small">hop {targetTtl} = {routerWords(outRouters)}</span>}
          <span>back</span><Dots count={counted?.routers ?? 0} extra={Math.max(extra, more)} />
          <span className="machine !text-small">{back ? (counted ? `${counted.initial} \u2212 ${ttl ?? ''} = ${routerWords(counted.routers)}` : '64 or 32, unsure') : UNKNOWN}</span>
        </span>
        <span className="flex-1" />
        {counted?.note === 'sure' && outRouters !== null && <span className="max-xl:hidden max-md:inline-flex">{more === 0 ? <Pill>same length</Pill> : <Pill tone="warn">Return path differs by {Math.abs(more)}</Pill>}</span>}
      </span>
    </Cell>
  )
}

function routersDefinition({ ttl, targetTtl, outRouters }: RunFigures): string {
  const out = outRouters === null || targetTtl === null ? 'The way out needs a trace that reaches the target.' : `Out: the target answered at hop ${targetTtl}, so ${routerWords(outRouters)} before it.`
  const back = ttl === null ? null : routersBack(ttl)
  if (back === null) return `${out} No echo reply with a TTL yet, so nothing can be said about the way back.`
  const doubt = back.note === 'sure' ? '' : back.note === 'unlikely' ? ' More than 30 is unlikely; the start may have been unusual.' : ' It may have started at 32 as well.'
  return `${out} Back: ${back.initial} is the usual start nearest above ${ttl ?? ''}, and each router takes one.${doubt} Equal counts mean the same length, not the same way.`
}

const routerWords = (n: number): string => (n === 0 ? 'same link' : `${n} ${n === 1 ? 'router' : 'routers'}`)

/** One dot a router; those that came since the TTL changed are amber. */
function Dots({ count, extra = 0 }: { count: number; extra?: number }) {
  const shown = Math.min(count, MANY_DOTS)
  const width = Math.max(58, shown * 7 + 2)
  if (shown === 0) return <svg width={58} height="8" aria-hidden="true"><path d="M3 4H52" className="stroke-line-3" strokeDasharray="2 3" /></svg>
  return (
    <svg width={width} height="8" viewBox={`0 0 ${width} 8`} aria-hidden="true">
      <path d={`M3 4H${shown * 7 - 3}`} className="stroke-line-3" />
      {Array.from({ length: shown }, (_, i) => <circle key={i} cx={3.5 + 7 * i} cy="4" r="2.5" className={extra > 0 && i >= shown - extra ? 'fill-warn-fill' : 'fill-text-2'} />)}
    </svg>
  )
}
