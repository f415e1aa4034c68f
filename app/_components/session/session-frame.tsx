'use client'
/** The frame of a session page: bar, tabs, findings beside the chosen view, status or replay at the foot. */
import dynamic from 'next/dynamic'
import { useMemo } from 'react'
import type { SessionId } from '#lib/protocol/ids.ts'
import { idsOf, shownIn, type Pane } from '#lib/session/panes.ts'
import { hasMeasured } from '#lib/session/runs.ts'
import { useSessionState, useWindow } from '../../_hooks/session-context.tsx'
import { cx } from '../../_lib/cx.ts'
import { useZone } from '../shell/zone-context.tsx'
import { SkipLink } from '../shell/skip-link.tsx'
import { FindingsRail } from '../findings/findings-rail.tsx'
import { Banners } from './banners.tsx'
import { anyLive } from './mood.ts'
import { FOOT, GRID } from './frame-grid.ts'
import { useGlance } from './glance-context.tsx'
import { FindingsSummary } from './findings-summary.tsx'
import { PathMain } from './path-main.tsx'
import { ReplayFoot } from './replay-foot.tsx'
import { RunStrip } from './run-strip.tsx'
import { SessionAnnouncer } from './session-announcer.tsx'
import { SessionBar } from './session-bar.tsx'
import { GlanceRail, PaneSkeleton } from './session-opening.tsx'
import { SessionGone } from './session-gone.tsx'
import { SessionStatus } from './session-status.tsx'
import { SessionTabs } from './session-tabs.tsx'
import { SessionUiProvider, type SessionUi } from './session-ui.tsx'
import { isFrozen, type ShareGrant } from './share-grant.ts'
import { useReplayWindow } from './use-replay-window.ts'
import { useSessionActions } from './use-session-actions.ts'
import { useSessionKeys } from './use-session-keys.ts'
import { useTimelineSync } from './use-timeline-sync.ts'

const ShareDialog = dynamic(() => import('../share/share-dialog.tsx').then((module) => module.ShareDialog), { ssr: false })
const DnsMain = dynamic(() => import('../dns/dns-main.tsx').then((module) => module.DnsMain), { ssr: false, loading: () => <PaneSkeleton pane="dns" /> })
const ReachMain = dynamic(() => import('../reach/reach-main.tsx').then((module) => module.ReachMain), { ssr: false, loading: () => <PaneSkeleton pane="reach" /> })
const TerminalMain = dynamic(() => import('./terminal-main.tsx').then((module) => module.TerminalMain), { ssr: false })

export function SessionFrame({ sessionId, grant }: { sessionId: SessionId; grant: ShareGrant | null }) {
  const state = useSessionState()
  const { ui, share } = useSessionActions(sessionId, grant)
  const glance = useGlance()
  const following = useWindow((window) => window.following)
  useTimelineSync(ui)
  useSessionKeys(ui)
  if (state.connection.state === 'ended') return <SessionGone sessionId={sessionId} reason={state.connection.reason} />
  const atFoot = state.replay !== null || (state.caughtUp ? ui.over : glance?.live === false)
  return (
    <SessionUiProvider value={ui}>
      <SkipLink href="#findings">Skip to findings</SkipLink>
      <div className={cx(GRID.all, atFoot ? GRID.over : GRID.live)}>
        <SessionBar grant={grant} following={following} />
        <SessionTabs sessionId={sessionId} foot={!atFoot} note={grant?.scope.hidePrivate === true ? 'Private addresses and host names are hidden' : null} />
        <Body ui={ui} grant={grant} />
        {!atFoot ? <div className={FOOT.live}><SessionStatus /></div> : state.caughtUp ? <ReplayFoot /> : <div className={cx('border-t border-line bg-surface-1', FOOT.over)} />}
      </div>
      <SessionAnnouncer />
      {share.open && <ShareDialog sessionId={sessionId} onClose={share.close} />}
    </SessionUiProvider>
  )
}

function Body({ ui, grant }: { ui: SessionUi; grant: ShareGrant | null }) {
  if (ui.view === 'terminal') return <main id="main" role="tabpanel" aria-labelledby="tab-terminal" tabIndex={-1} className="flex min-h-0 min-w-0 flex-col outline-none max-md:order-2"><Banners /><div className="min-h-0 flex-1"><TerminalMain /></div></main>
  return (
    <div className={cx('relative grid min-h-0 max-lg:block max-md:order-2 max-md:overflow-y-auto md:max-lg:overflow-hidden', ui.railOpen ? 'lg:grid-cols-[264px_minmax(0,1fr)] xl:grid-cols-[var(--rail)_minmax(0,1fr)]' : 'lg:grid-cols-[minmax(0,1fr)]')}>
      <Rail ui={ui} frozen={isFrozen(grant)} />
      <main id="main" role="tabpanel" aria-labelledby={`tab-${ui.view}`} tabIndex={-1} className="relative flex min-h-0 min-w-0 flex-col overflow-y-auto outline-none max-md:overflow-visible md:max-lg:h-full">
        <Banners />
        <FindingsSummary />
        <RunStrip />
        <PaneMain pane={ui.pane} />
      </main>
    </div>
  )
}

function PaneMain({ pane }: { pane: Pane }) {
  const { caughtUp } = useSessionState()
  const glance = useGlance()
  useReplayWindow()
  if (!caughtUp) return <PaneSkeleton pane={pane} glance={glance} />
  return pane === 'dns' ? <DnsMain /> : pane === 'reach' ? <ReachMain /> : <PathMain />
}

/** Half a log would show verdicts that the rest of it takes back. */
const NONE: readonly never[] = []

function Rail({ ui, frozen }: { ui: SessionUi; frozen: boolean }) {
  const { view, replay, caughtUp } = useSessionState()
  const { clock } = useZone()
  const glance = useGlance()
  const later = useMemo(() => {
    const ahead = replay?.findings.filter((finding) => finding.noticedMs > replay.shownMs).map((finding) => finding.noticedMs) ?? []
    return ahead.length === 0 ? null : { count: ahead.length, next: clock.hms(Math.min(...ahead)) }
  }, [replay, clock])
  const inView = idsOf(shownIn(ui.shown, ui.pane))
  const className = cx('flex border-line max-md:border-b lg:border-r md:max-lg:absolute md:max-lg:inset-y-0 md:max-lg:left-0 md:max-lg:z-20 md:max-lg:w-[320px] md:max-lg:border-r md:max-lg:shadow-float max-md:!flex', ui.railOpen ? 'lg:flex' : 'lg:hidden', ui.drawerOpen ? 'md:max-lg:flex' : 'md:max-lg:hidden')
  if (!caughtUp && glance) return <GlanceRail glance={glance} className={className} />
  return (
    <FindingsRail
      className={className} opening={!caughtUp} findings={caughtUp ? view.findings : NONE} fine={caughtUp ? view.fine : NONE} viewRunIds={inView.length > 0 && inView.length < view.runs.length ? inView : null} measured={view.runs.some(hasMeasured)}
      live={anyLive(view) && !frozen} later={later} selectedId={ui.finding?.id ?? null} canRun={ui.canAct} onSelect={ui.selectFinding} onAct={ui.act}
    />
  )
}
