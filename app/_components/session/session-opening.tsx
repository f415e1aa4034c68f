'use client'
/** A session page before its data code is here: what the server knew, in the final heights, so that nothing moves when the live view takes over. */
import { usePathname } from 'next/navigation'
import type { SessionGlance } from '#lib/protocol/api.ts'
import type { Pane } from '#lib/session/panes.ts'
import { cx } from '../../_lib/cx.ts'
import { FiguresStrip } from '../latency/figures.tsx'
import { FindingsRail } from '../findings/findings-rail.tsx'
import { Bar } from '../shell/bar.tsx'
import { useBoot } from '../shell/boot-context.tsx'
import { useZone } from '../shell/zone-context.tsx'
import { PaneHead } from '../ui/pane-head.tsx'
import { Pill } from '../ui/pill.tsx'
import { Skeleton } from '../ui/notice.tsx'
import { FOOT, GRID } from './frame-grid.ts'
import { DnsSkeleton, ReachSkeleton } from './pane-skeletons.tsx'
import { SessionHeading } from './session-heading.tsx'
import { VIEW_NAME, VIEWS, viewIn } from './view-name.ts'

export function SessionOpening({ glance }: { glance: SessionGlance | null }) {
  const { me, share } = useBoot()
  const view = viewIn(usePathname()) ?? glance?.home ?? 'path'
  const over = glance?.live === false
  return (
    <div className={cx(GRID.all, over ? GRID.over : GRID.live)}>
      <Bar home={me !== null}>
        <SessionHeading vantage={me === null ? null : glance?.vantage ?? null} target={glance?.target ?? ''} title={glance?.title ?? ''}>{glance && <AsOf atMs={glance.atMs} />}</SessionHeading>
        <span className="sr-only">Opening the session</span>
      </Bar>
      <div className={cx('flex items-stretch border-b border-line bg-surface-1 pl-1.5 max-md:pl-0', !over && 'max-md:order-3 max-md:border-b-0 max-md:border-t')}>
        {glance && VIEWS.filter((name) => name !== 'terminal' || me !== null || share?.scope.transcript === true).map((name) => <span key={name} className="flex items-center px-2.5 font-book text-text-2 max-md:hidden">{VIEW_NAME[name]}</span>)}
      </div>
      <div className="grid min-h-0 max-lg:block max-md:order-2 max-md:overflow-y-auto lg:grid-cols-[264px_minmax(0,1fr)] xl:grid-cols-[var(--rail)_minmax(0,1fr)]">
        {glance ? <GlanceRail glance={glance} className="flex border-line max-md:border-b md:max-lg:hidden lg:border-r" /> : <div className="border-line bg-surface-1 max-md:border-b md:max-lg:hidden lg:border-r"><PaneHead title="Findings" /></div>}
        {view === 'terminal' ? <div aria-busy="true" /> : <PaneSkeleton pane={view} glance={glance} />}
      </div>
      <div className={cx('border-t border-line bg-surface-1', over ? FOOT.over : 'max-md:hidden')} />
    </div>
  )
}

/** Beside the target: what is shown is from then, and being brought up to date. */
export function AsOf({ atMs }: { atMs: number }) {
  const { clock } = useZone()
  return <Pill>as of <span className="machine !text-label">{clock.hms(atMs)} {clock.abbreviation(atMs)}</span></Pill>
}

const nothing = (): void => undefined

/** The verdicts as the server knew them, in the live rail's own clothes. */
export function GlanceRail({ glance, className }: { glance: SessionGlance; className: string }) {
  return (
    <FindingsRail
      className={className} findings={glance.findings} fine={glance.fine} viewRunIds={null} measured={(glance.run?.figures.of ?? 0) > 0 || glance.fine.length > 0} opening={false} live={glance.live} later={null}
      selectedId={glance.findings[0]?.id ?? null} canRun={false} onSelect={nothing} onAct={nothing}
    />
  )
}

/** What a view shows before its data or its code is here. */
export function PaneSkeleton({ pane, glance = null }: { pane: Pane; glance?: SessionGlance | null }) {
  return pane === 'dns' ? <DnsSkeleton /> : pane === 'reach' ? <ReachSkeleton /> : <PathSkeleton glance={glance} />
}

/** The final heights of readout and charts, so that nothing moves when they come. */
export function PathSkeleton({ glance = null }: { glance?: SessionGlance | null }) {
  const { clock } = useZone()
  const run = glance?.run
  return (
    <div aria-busy="true" role="group" aria-label="Opening the session" className="flex-1">
      {run ? <FiguresStrip figures={run.figures} stale /> : <div className="flex h-[54px] items-center gap-10 border-b border-line px-4">{[0, 1, 2, 3, 4].map((i) => <span key={i} className="grid gap-2"><Skeleton className="w-10" /><Skeleton className="w-14" /></span>)}</div>}
      <div className="flex h-[34px] items-center gap-2.5 whitespace-nowrap px-4 max-md:h-12 max-md:px-3">
        {run && glance ? <><h2 className="truncate text-cell font-medium">Round trip to {run.address}</h2><span className="flex-1" /><span className="truncate text-small text-text-3">whole run, as of {clock.hms(glance.atMs)} {clock.abbreviation(glance.atMs)}</span></> : <Skeleton className="w-48" />}
      </div>
      <div className="h-[332px] border-b border-line max-md:h-[258px]" />
    </div>
  )
}
