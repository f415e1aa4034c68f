'use client'
/** The bar of a session: where from, to what, in which state, who looks, and the two things one can do. */
import { Eye, RotateCw, Search, Share, Square } from 'lucide-react'
import { useSessionState, useSessionStore } from '../../_hooks/session-context.tsx'
import { dateNear } from '../../_lib/time.ts'
import { usePalette } from '../palette/palette-host.tsx'
import { Bar } from '../shell/bar.tsx'
import { VantageMenu } from '../shell/vantage-menu.tsx'
import { useZone } from '../shell/zone-context.tsx'
import { useNow } from '../../_hooks/use-now.ts'
import { Button, ButtonLink } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { Kbd } from '../ui/kbd.tsx'
import { Skeleton } from '../ui/notice.tsx'
import { Pill } from '../ui/pill.tsx'
import { anyLive, isLive } from './mood.ts'
import { Presence } from './presence.tsx'
import { useSessionUi } from './session-ui.tsx'
import { isFrozen, type ShareGrant } from './share-grant.ts'
import { StatePill } from './state-pill.tsx'

export function SessionBar({ grant, following }: { grant: ShareGrant | null; following: boolean }) {
  const { view, caughtUp } = useSessionState()
  return (
    <Bar home={grant === null}>
      {grant === null && view.vantage !== '' && <><VantageMenu name={view.vantage} className="max-md:hidden" /><span aria-hidden="true" className="text-line-2 max-md:hidden">/</span></>}
      {view.target === '' ? <Skeleton className="w-48 max-md:w-32" /> : <h1 className="min-w-0 truncate font-mono text-title font-medium tracking-[-.02em]" title={view.title || view.target}>{view.target}</h1>}
      {view.target !== '' && <StatePill following={following} frozen={isFrozen(grant)} />}
      <span className="flex-1" />
      {caughtUp && (grant === null ? <OwnActions /> : <GuestActions grant={grant} />)}
    </Bar>
  )
}

function OwnActions() {
  const palette = usePalette()
  const ui = useSessionUi()
  const { canRun, canShare, view, replay } = useSessionState()
  const store = useSessionStore()
  const running = ui.run !== null && isLive(ui.run)
  return (
    <>
      <button type="button" onClick={() => palette.open()} className="flex h-ctl w-[236px] items-center gap-2 rounded-ctl bg-surface-2 px-2 text-cell text-text-3 edge-line hover:text-text-2 max-lg:w-40 max-md:hidden">
        <Icon of={Search} />Search or run<span className="flex-1" /><Kbd>/</Kbd>
      </button>
      <Presence names />
      {canShare && <Button onClick={ui.openShare} aria-label="Share" className="max-md:w-9 max-md:!px-0"><Icon of={Share} /><span className="max-md:hidden">Share</span></Button>}
      {replay !== null && <Button look="ghost" onClick={store.replay.leave}>Leave replay</Button>}
      {replay === null && canRun && running && <Button look="danger" disabled={!ui.canAct} onClick={ui.stop}><Icon of={Square} /><span className="max-md:sr-only">Stop</span></Button>}
      {replay === null && canRun && !running && !anyLive(view) && view.runs.length > 0 && <Button look="ghost" disabled={!ui.canAct} onClick={ui.runAgain}><Icon of={RotateCw} /><span className="max-md:sr-only">Run again</span></Button>}
    </>
  )
}

function GuestActions({ grant }: { grant: ShareGrant }) {
  const nowMs = useNow(60_000)
  const { clock } = useZone()
  return (
    <>
      <Presence names={false} />
      <Pill tone="info"><Icon of={Eye} size={12} /><span className="max-md:sr-only">Read only</span></Pill>
      <span className="truncate text-data text-text-3 max-lg:hidden">from {grant.by}{nowMs !== null && `, open until ${dateNear(grant.expiresAtMs, nowMs, clock)}`}</span>
      <span className="max-md:hidden"><ButtonLink href={`/sign-in?next=/s/${grant.sessionId}`}>Sign in to run</ButtonLink></span>
    </>
  )
}
