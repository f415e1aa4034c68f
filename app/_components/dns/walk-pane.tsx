'use client'
/** Delegation: the walk from the root, one zone after the other, with what each server took and handed down. */
import { Terminal } from 'lucide-react'
import { useState } from 'react'
import { formatFixed, UNKNOWN } from '#lib/format/number.ts'
import type { Walk, WalkRow, WalkZone } from '#lib/timeline/dns-walk.ts'
import { cx } from '../../_lib/cx.ts'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { PaneTitle } from './pane-title.tsx'

interface Props {
  walk: Walk | null
  /** A walk was asked for and goes on, or is still to come. */
  walking: boolean
  /** Starts a walk; null: it cannot be started here and now, and `reason` says why. */
  onWalk: (() => void) | null
  reason: string | null
  onTerminal: (() => void) | null
}

export function WalkPane({ walk, walking, onWalk, reason, onTerminal }: Props) {
  return (
    <section aria-label="Delegation" className="min-w-0 border-line max-xl:border-t xl:border-l">
      <PaneTitle title="Delegation" legend={walk === null ? undefined : <span className="text-data max-md:hidden">asked from the root down, no cache</span>}>
        {walk !== null && onTerminal !== null && <Button size="sm" className="max-md:hidden" title="What the tools printed, in Terminal" onClick={onTerminal}><Icon of={Terminal} size={12} />Raw</Button>}
      </PaneTitle>
      {walk === null ? <NoWalk {...{ walking, onWalk, reason }} /> : <Steps walk={walk} />}
    </section>
  )
}

function NoWalk({ walking, onWalk, reason }: Pick<Props, 'walking' | 'onWalk' | 'reason'>) {
  if (walking) return <p className="px-4 py-2 text-cell text-text-2 max-md:px-3">The walk from the root has begun. Its steps are shown when a server has answered.</p>
  return (
    <div className="flex flex-col items-start gap-2.5 px-4 pt-1 pb-4 text-cell text-text-2 max-md:px-3">
      <p className="max-w-[560px] text-pretty">Nobody has asked from the root down in this run. A walk asks the servers of every zone on the way, past all caches, and shows where an answer comes from. It sends questions to servers on the Internet, each judged by the target policy.</p>
      <Button size="sm" disabled={onWalk === null} title={reason ?? undefined} onClick={() => onWalk?.()}>Walk from the root</Button>
      {reason !== null && <p className="text-data text-text-3">{reason}</p>}
    </div>
  )
}

const GRID = 'grid grid-cols-[88px_138px_minmax(0,1fr)_40px_152px] items-center gap-3 max-md:grid-cols-[92px_minmax(0,1fr)_40px]'

function Steps({ walk: { zones, totalMs, topMs, ticks, note } }: { walk: Walk }) {
  const share = (ms: number): string => `${((100 * ms) / topMs).toFixed(2)}%`
  return (
    <>
      <div role="table" aria-label="Steps from the root down" className="px-4 py-1.5 max-md:px-3">
        <div role="row" className="sr-only">{['Zone', 'Server', 'Offset', 'ms', 'Said'].map((name) => <span key={name} role="columnheader">{name}</span>)}</div>
        {zones.map((zone) => <Zone key={zone.rows[0]?.key ?? zone.zone} {...{ zone, share }} />)}
        <div aria-hidden="true" className={cx(GRID, 'h-6')}>
          <span className="max-md:hidden" /><span className="md:hidden" /><span className="max-md:hidden" />
          <svg width="100%" height="14" className="block overflow-visible">
            {ticks.map((ms, i) => <text key={ms} x={share(ms)} y="10" textAnchor={i === 0 ? 'start' : 'middle'} className="fill-text-3 text-label">{formatFixed(ms, 0)}{i === ticks.length - 1 ? '\u00a0ms' : ''}</text>)}
          </svg>
          <span className="text-right text-data text-text-3">ms</span>
          <span className="truncate text-label text-text-3 max-md:hidden">{formatFixed(totalMs, 1)} ms in all</span>
        </div>
      </div>
      {note !== '' && <p className="mx-4 mt-1 mb-3 max-w-[560px] border-t border-line pt-2 text-cell text-pretty text-text-2 max-md:mx-3">{note}</p>}
    </>
  )
}

function Zone({ zone: { zone, rows, more }, share }: { zone: WalkZone; share: (ms: number) => string }) {
  const [open, setOpen] = useState(false)
  return (
    <>
      {[...rows, ...(open ? more : [])].map((row, i) => <Step key={row.key} {...{ row, share }} unseen={i === 0 ? '' : zone} />)}
      {more.length > 0 && (
        <div className="pb-1 pl-[100px] text-data text-text-3 max-md:pl-0">
          <button type="button" aria-expanded={open} onClick={() => setOpen(!open)} className="min-h-6 rounded-tag underline underline-offset-2 hover:text-text-1">{open ? 'Show one of them' : `${more.length} more servers say the same`}</button>
        </div>
      )}
    </>
  )
}

const TONE: Record<WalkRow['tone'], string> = { plain: 'text-text-2', warn: 'text-warn', crit: 'text-crit', dim: 'text-text-3' }

function Step({ row: { zone, server, address, atMs, ms, words, tone }, share, unseen }: { row: WalkRow; share: (ms: number) => string; unseen: string }) {
  return (
    <div role="row" className={cx(GRID, 'h-[31px] max-md:h-auto max-md:gap-y-0.5 max-md:py-1.5')}>
      <span role="rowheader" className="machine truncate font-medium" title={zone}>{zone}<span className="sr-only">{unseen}</span></span>
      <span role="cell" className="machine truncate text-text-2 max-md:hidden" title={address === null ? server : `${server}\n${address}`}>{server}</span>
      <svg role="cell" aria-label={ms === null ? 'no time' : `from ${formatFixed(atMs, 1)} ms`} width="100%" height="10" className="block">
        <rect width="100%" height="10" rx="2" className="fill-surface-2" />
        {ms !== null && <rect x={share(atMs)} width={share(Math.max(ms, 0.2))} height="10" rx="2" className={tone === 'warn' ? 'fill-warn-fill' : tone === 'crit' ? 'fill-s-loss' : 'fill-s-lat'} />}
      </svg>
      <span role="cell" className="text-right text-data">{ms === null ? UNKNOWN : ms === 0 ? '<1' : formatFixed(ms, ms < 1 ? 2 : 1)}</span>
      <span role="cell" className={cx('machine truncate max-md:hidden', TONE[tone])} title={words}>{words}{tone === 'warn' && <span className="sr-only">, differs from the others</span>}</span>
      <span role="cell" className={cx('machine col-span-full truncate md:hidden', TONE[tone])}>{server}: {words}{tone === 'warn' && <span className="sr-only">, differs from the others</span>}</span>
    </div>
  )
}
