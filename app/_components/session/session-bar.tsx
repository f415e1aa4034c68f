'use client'
/** The bar of a session: where from, to what, in which state, who looks, and the two things one can do. */
import { Eye, RotateCw, Search, Share, Square, X } from 'lucide-react'
import { useSessionState, useSessionStore } from '../../_hooks/session-context.tsx'
import { asGuest } from '../../_lib/as-guest.ts'
import { dateNear } from '../../_lib/time.ts'
import { usePalette } from '../palette/palette-host.tsx'
import { Bar } from '../shell/bar.tsx'
import { useZone } from '../shell/zone-context.tsx'
import { useNow } from '../../_hooks/use-now.ts'
import { Button, ButtonLink } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { Kbd } from '../ui/kbd.tsx'
import { Pill } from '../ui/pill.tsx'
import { anyLive } from './mood.ts'
import { useGlance } from './glance-context.tsx'
import { Presence } from './presence.tsx'
import { ReportMenu } from './report-menu.tsx'
import { SessionHeading } from './session-heading.tsx'
import { AsOf } from './session-opening.tsx'
import { useSessionUi } from './session-ui.tsx'
import { isFrozen, type ShareGrant } from './share-grant.ts'
import { StatePill } from './state-pill.tsx'

export function SessionBar({ grant, following }: { grant: ShareGrant | null; following: boolean }) {
  const { view, caughtUp } = useSessionState()
  const glance = useGlance()
  return (
    <Bar home={grant === null}>
      <SessionHeading vantage={grant === null ? view.vantage || (glance?.vantage ?? '') : null} target={view.target || (glance?.target ?? '')} title={view.title || (glance?.title ?? '')}>
        {!caughtUp && glance ? <AsOf atMs={glance.atMs} /> : view.target !== '' && <StatePill following={following} frozen={isFrozen(grant)} />}
      </SessionHeading>
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
  const running = anyLive(view)
  return (
    <>
      <button type="button" onClick={() => palette.open()} className="flex h-ctl w-[236px] items-center gap-2 rounded-ctl bg-surface-2 px-2 text-cell text-text-3 edge-line hover:text-text-2 max-lg:w-40 max-md:hidden">
        <Icon of={Search} />Search or run<span className="flex-1" /><Kbd>/</Kbd>
      </button>
      <Presence names />
      <ReportMenu />
      {canShare && <Button onClick={ui.openShare} aria-label="Share" className="max-md:w-9 max-md:!px-0"><Icon of={Share} /><span className="max-md:hidden">Share</span></Button>}
      {replay !== null && <Button look="ghost" onClick={store.replay.leave} className="max-md:w-9 max-md:!px-0"><Icon of={X} className="md:hidden" /><span className="max-md:sr-only">Leave replay</span></Button>}
      {replay === null && canRun && running && <Button look="danger" disabled={!ui.canAct} onClick={ui.stopAll}><Icon of={Square} /><span className="max-md:sr-only">Stop</span></Button>}
      {replay === null && canRun && !running && view.runs.length > 0 && <Button look="ghost" disabled={!ui.canAct} onClick={ui.runAgain}><Icon of={RotateCw} /><span className="max-md:sr-only">Run again</span></Button>}
    </>
  )
}

function GuestActions({ grant }: { grant: ShareGrant }) {
  const nowMs = useNow(60_000)
  const { clock } = useZone()
  const preview = asGuest()
  return (
    <>
      <Presence names={false} />
      <Pill tone="info"><Icon of={Eye} size={12} /><span className="max-md:sr-only">{preview ? 'Preview as a guest' : 'Read only'}</span></Pill>
      <span className="truncate text-data text-text-3 max-lg:hidden">from {grant.by}{nowMs !== null && `, open until ${dateNear(grant.expiresAtMs, nowMs, clock)}`}</span>
      <ReportMenu />
      {!preview && <span className="max-md:hidden"><ButtonLink href={`/sign-in?to=/s/${grant.sessionId}`}>Sign in to run</ButtonLink></span>}
    </>
  )
}
