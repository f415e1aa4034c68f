'use client'
/** What a person does on a session page: choose, stop, run again, share, copy. State here, drawing elsewhere. */
import { usePathname } from 'next/navigation'
import { useCallback, useEffect, useMemo, useState } from 'react'
import type { FindingRecord } from '#lib/diagnose/finding.ts'
import type { ToolId } from '#lib/protocol/events.ts'
import type { RunId, SessionId } from '#lib/protocol/ids.ts'
import { findingsIn, homePane, paneOf, paneOfFinding, runOf, type Pane } from '#lib/session/panes.ts'
import { mainRun, shownRuns, type ShownRuns } from '#lib/session/runs.ts'
import type { RunView, SessionView } from '#lib/session/view.ts'
import { SHOWN_TOOLS } from '#lib/tools/shown.ts'
import { orderFindings } from '#lib/diagnose/order.ts'
import { useSessionState, useSessionStore, useTimeline } from '../../_hooks/session-context.tsx'
import { call } from '../../_lib/api.ts'
import { copyText } from '../../_lib/copy.ts'
import { readPageQuery } from '../../_lib/window-url.ts'
import type { NextAction } from '../findings/finding-item.tsx'
import { useZone } from '../shell/zone-context.tsx'
import { useStatus } from '../ui/status.tsx'
import { useGlance } from './glance-context.tsx'
import { anyLive, isLive } from './mood.ts'
import { ticketOf } from './ticket-of.ts'
import type { SessionUi } from './session-ui.tsx'
import { VIEWS, viewIn, type ViewName } from './view-name.ts'
import { isFrozen, type ShareGrant } from './share-grant.ts'
import { useReport } from './use-report.ts'
import { windowAround } from './window-around.ts'

export function useSessionActions(sessionId: SessionId, grant: ShareGrant | null): { ui: SessionUi; share: { open: boolean; close: () => void } } {
  const { view, canRun, canShare, connection, replay } = useSessionState()
  const [shareOpen, setShareOpen] = useState(false)
  const [railOpen, setRailOpen] = useState(true)
  const [drawerOpen, setDrawerOpen] = useState(false)
  const [line, setLine] = useState<SessionUi['line']>(null)
  const views: readonly ViewName[] = grant === null || grant.scope.transcript ? VIEWS : VIEWS.filter((one) => one !== 'terminal')
  const path = usePathname()
  const home = useHome()
  const named = viewIn(path)
  const name: ViewName = named !== null && views.includes(named) ? named : home
  const { run, pane, shown, finding, findingId, selectedTtls, selectHop, setRun, selectFinding } = useChoice(view, name)
  const [lower, setLower] = useState<'path' | 'probes'>('path')
  const [wantedChart, setChart] = useState<'echo' | 'connect' | null>(null)
  const setView = (next: ViewName): void => {
    if (next === name) return
    if (next === 'terminal' && run !== null) setRun(run.runId) // what was looked at is what was printed
    history.pushState(null, '', `/s/${sessionId}/${next}${location.search}`)
  }
  /** The Terminal shows every run; elsewhere a run is seen in the view of its kind. */
  const follow = (to: Pane | null): void => { if (to !== null && name !== 'terminal') setView(to) }
  const canAct = canRun && connection.state === 'live' && replay === null
  const report = useReport(sessionId, run?.runId ?? null)
  const onStarted = (runId: RunId, tool: ToolId): void => { setRun(runId); follow(paneOf({ tool })) }
  const runs = useRunActions(sessionId, { run, canAct, onStarted })
  const copyTicket = useCopyTicket(sessionId)
  const act = useCallback((action: NextAction) => {
    if (action.kind === 'run') void runs.start(action.tool, action.options)
    else void copyTicket(action.kind === 'copy' ? action.command : undefined)
  }, [runs, copyTicket])
  const ui: SessionUi = {
    view: name, pane, views, over: isOver(view, grant), run, shown, finding, chosenFindingId: findingId, selectedTtls, selectHop, lower, setLower, chart: chartOf(shown, wantedChart), setChart,
    canAct, railOpen, drawerOpen, act, setView, line,
    showLine: (runId, at) => {
      setRun(runId)
      setLine(at === null ? null : { runId, line: at })
      if (views.includes('terminal')) history.pushState(null, '', `/s/${sessionId}/terminal${location.search}`)
    },
    setRun: (id) => {
      const next = view.runs.find((one) => one.runId === id)
      setRun(id)
      follow(next === undefined ? null : paneOf(next))
    },
    selectFinding: (next) => {
      selectFinding(next)
      follow(paneOfFinding(view, next))
      if (next.span.hops !== undefined) setLower('path')
      setDrawerOpen(false)
    },
    stop: () => void runs.stop(run === null ? [] : [run]), stopAll: () => void runs.stop(view.runs),
    runAgain: () => { if (run) void runs.start(run.tool, run.options) }, startRun: (tool, options) => void runs.start(tool, options),
    openShare: () => { if (canShare) setShareOpen(true) },
    copyTicket: () => void copyTicket(), report,
    closeDrawer: () => setDrawerOpen(false),
    toggleRail: () => { if (matchMedia('(min-width: 1024px)').matches) setRailOpen((on) => !on); else setDrawerOpen((on) => !on) },
  }
  return { ui, share: { open: shareOpen, close: () => setShareOpen(false) } }
}

/** Every run is over, or the link was frozen. Then there is something to replay and nothing to wait for. */
const isOver = (view: SessionView, grant: ShareGrant | null): boolean => view.runs.length > 0 && (isFrozen(grant) || !anyLive(view))

/** What a session without a view in its address opens with. Once known it stays: runs that are added later move nobody. */
function useHome(): Pane {
  const { view, caughtUp } = useSessionState()
  const glance = useGlance()
  const [home, setHome] = useState<Pane | null>(null)
  if (home === null && caughtUp && view.runs.length > 0) setHome(homePane(view.runs))
  return home ?? glance?.home ?? 'path'
}

/** Connections where they are asked for, or are all there is to time. */
function chartOf({ ping, path, reach }: ShownRuns, wanted: 'echo' | 'connect' | null): 'echo' | 'connect' {
  if (reach === null) return 'echo'
  return ping === null && path === null ? 'connect' : wanted ?? 'echo'
}

/** The chosen run, finding and hop; the run that stands for the view, its worst finding and that one's hops until somebody chooses. */
function useChoice(view: SessionView, name: ViewName) {
  const timeline = useTimeline()
  const [runId, setRunId] = useState<string | null>(null)
  const [findingId, setFindingId] = useState<string | null>(null)
  useEffect(() => {
    const query = readPageQuery(new URLSearchParams(location.search))
    setRunId(query.run)
    setFindingId(query.sel)
  }, [])
  const [hop, setHop] = useState<{ ttl: number | null } | null>(null)
  const main = view.runs.find((one) => one.runId === runId) ?? mainRun(view)
  const shown = shownRuns(view, main)
  const pane = name !== 'terminal' ? name : main === null ? 'path' : paneOf(main)
  const run = name === 'terminal' ? main : runOf(shown, { pane, chosen: main })
  const chosen = view.findings.find((one) => one.id === findingId) ?? null
  const finding = chosen ?? (findingId === null ? orderFindings(findingsIn(view, pane))[0] ?? orderFindings(view.findings)[0] ?? null : null)
  const selectFinding = useCallback((next: FindingRecord) => {
    setFindingId(next.id)
    setHop(null)
    setRunId(next.span.runId)
    const { fromMs, toMs } = windowAround(next.span, timeline.get())
    timeline.setWindow(fromMs, toMs)
    timeline.setCrosshair(next.span.fromMs)
  }, [timeline])
  const setRun = useCallback((id: RunId) => setRunId(id), [])
  const selectHop = useCallback((ttl: number | null) => setHop({ ttl }), [])
  const hops = finding?.span.hops
  const selectedTtls = useMemo(() => (hop === null ? hops ?? NO_HOPS : hop.ttl === null ? NO_HOPS : [hop.ttl]), [hop, hops])
  return { run, pane, shown, finding, findingId, selectedTtls, selectHop, selectFinding, setRun }
}

const NO_HOPS: readonly number[] = []

function useRunActions(sessionId: SessionId, { run, canAct, onStarted }: { run: RunView | null; canAct: boolean; onStarted: (runId: RunId, tool: ToolId) => void }) {
  const store = useSessionStore()
  const status = useStatus()
  return useMemo(() => ({
    async stop(runs: readonly RunView[]) {
      const live = runs.filter(isLive)
      if (!canAct || live.length === 0) return
      const results = await Promise.all(live.map((one) => store.stop(one.runId)))
      const refused = results.find((result) => !result.ok)
      status.notify(refused === undefined || refused.ok ? 'Stopping.' : refused.error.message)
    },
    async start(tool: ToolId, options: Record<string, unknown>) {
      if (!canAct || !run) return
      const { target } = run
      const result = await call('run.start', { sessionId, target: target.port === undefined ? target.host : portText(target.host, target.port), ...(target.unresolved === undefined && { family: target.family }), runs: [{ tool, options }] })
      const [started] = result.ok ? result.value.runIds : []
      if (started !== undefined) onStarted(started, tool)
      status.notify(result.ok ? `${SHOWN_TOOLS[tool].label} started.` : result.error.message)
    },
  }), [sessionId, run, canAct, onStarted, store, status])
}

const portText = (host: string, port: number): string => (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`)

function useCopyTicket(sessionId: SessionId): (text?: string) => Promise<void> {
  const store = useSessionStore()
  const status = useStatus()
  const { clock } = useZone()
  return useCallback(async (text) => {
    const done = await copyText(text ?? await ticketOf(store.view(), { clock, link: `${location.origin}/s/${sessionId}` }))
    status.notify(!done ? 'The browser did not allow copying.' : text === undefined ? 'Copied as text for a ticket.' : 'Copied.')
  }, [store, status, clock, sessionId])
}
