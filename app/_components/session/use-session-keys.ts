'use client'
/** Keys and palette commands of a session page. */
import { Activity, Cable, ClipboardCopy, Download, Globe, History, Play, Route, Share, Square, Terminal, type LucideIcon } from 'lucide-react'
import type { ToolId } from '#lib/protocol/events.ts'
import { placeOf, runName, runTitle } from '#lib/session/run-names.ts'
import type { RunView, SessionView } from '#lib/session/view.ts'
import { DEFAULT_TCP_PORT } from '#lib/tools/path/fields.ts'
import type { PathProtocol } from '#lib/tools/path/view.ts'
import { orderFindings } from '#lib/diagnose/order.ts'
import { useKeys } from '../../_hooks/use-keys.ts'
import { useSessionState, useSessionStore, useTimeline } from '../../_hooks/session-context.tsx'
import type { Command } from '../palette/commands.ts'
import { useCommands, usePalette } from '../palette/palette-host.tsx'
import { isLive } from './mood.ts'
import type { SessionUi } from './session-ui.tsx'
import { VIEW_NAME, type ViewName } from './view-name.ts'
import { traceRun } from './trace-run.ts'

const VIEW_ICON: Record<ViewName, LucideIcon> = { path: Route, dns: Globe, reach: Cable, terminal: Terminal }

export function useSessionKeys(ui: SessionUi): void {
  const store = useSessionStore()
  const timeline = useTimeline()
  const palette = usePalette()
  const { view } = useSessionState()
  const step = (by: number): void => {
    const ordered = orderFindings(view.findings)
    const at = ordered.findIndex((finding) => finding.id === ui.finding?.id)
    const next = ordered[Math.max(0, Math.min(ordered.length - 1, at + by))]
    if (!next) return
    ui.selectFinding(next)
    document.querySelector(`#finding-${CSS.escape(next.id)}`)?.scrollIntoView({ block: 'nearest' })
  }
  const toView = (index: number) => (): void => {
    const name = ui.views[index]
    if (name) ui.setView(name)
  }
  useKeys({
    '/': () => palette.open(), '1': toView(0), '2': toView(1), '3': toView(2), '4': toView(3), '5': toView(4),
    j: () => step(1), k: () => step(-1), r: ui.runAgain, x: ui.stop, s: ui.openShare, y: ui.copyTicket, '[': ui.toggleRail,
    l: () => {
      store.replay.leave()
      timeline.resume()
    },
    p: () => {
      const { crosshairMs } = timeline.get()
      if (crosshairMs !== null) store.point(crosshairMs)
    },
    Escape: () => {
      if (ui.drawerOpen) ui.closeDrawer()
      else if (timeline.get().crosshairMs !== null) timeline.setCrosshair(null)
      else return false
    },
    Enter: () => { if (ui.finding) ui.selectFinding(ui.finding) },
  })
  useCommands(() => commandsOf(ui, { store, view }))
}

/** What else a tool is looked for by. */
const WORDS: Partial<Record<ToolId, string>> = { dns: 'names resolver dig lookup nameserver', nslookup: 'names resolver lookup', reach: 'tcp tls http certificate port open curl' }

/** Further runs against the same target. */
function starts(ui: SessionUi, { target }: RunView, view: SessionView): Command[] {
  const port = target.port ?? DEFAULT_TCP_PORT
  const start = (label: string, tool: ToolId, options: Record<string, unknown> = {}): Command => ({
    id: `start ${label}`, section: 'Run', label, note: target.host, words: `start new run ${tool} ${WORDS[tool] ?? 'path hops'}`, icon: Play, act: () => ui.startRun(tool, options),
  })
  const trace = (label: string, protocol: PathProtocol): Command => {
    const { tool, options } = traceRun(view, { protocol, target })
    return start(label, tool, options)
  }
  return [
    trace('Trace with ICMP', 'icmp'), trace('Trace with UDP', 'udp'), trace(`Trace with TCP :${port}`, 'tcp'),
    start('Ping', 'ping'), start('Traceroute', 'traceroute'), start('Pathping', 'pathping'), start('Path MTU', 'pmtu'), start('Ask every resolver', 'dns'), start('nslookup', 'nslookup'), start('Connect to the port', 'reach'),
  ]
}

function commandsOf(ui: SessionUi, { store, view }: { store: ReturnType<typeof useSessionStore>; view: ReturnType<typeof useSessionState>['view'] }): Command[] {
  const state = store.state()
  const findings = orderFindings(view.findings).map((finding): Command => ({
    id: `finding ${finding.id}`, section: 'In this session', label: finding.title, note: 'finding', words: `${finding.rule} ${finding.meaning}`, severity: finding.severity, act: () => ui.selectFinding(finding),
  }))
  const views = ui.views.map((name, i): Command => ({ id: `view ${name}`, section: 'In this session', label: `Show ${VIEW_NAME[name]}`, keys: String(i + 1), icon: VIEW_ICON[name], act: () => ui.setView(name) }))
  const runs = view.runs.length < 2 ? [] : view.runs.map((run, i): Command => ({
    id: `run ${run.runId}`, section: 'In this session', label: run.argv.length > 0 ? run.argv.join(' ') : `${runName(run)} ${placeOf(run)}`, note: `${runTitle(run)}, run ${i + 1}, ${run.state}`, machine: true, icon: Activity, act: () => ui.setRun(run.runId),
  }))
  const live = view.runs.filter(isLive).length
  const does: (Command | false)[] = [
    ui.canAct && live > 1 && { id: 'stop all', section: 'Run', label: `Stop all ${live} runs`, icon: Square, act: ui.stopAll },
    ui.canAct && ui.run !== null && isLive(ui.run) && { id: 'stop', section: 'Run', label: live > 1 ? `Stop ${runName(ui.run)} alone` : 'Stop the run', keys: 'x', icon: Square, act: ui.stop },
    ui.canAct && ui.run !== null && !isLive(ui.run) && { id: 'again', section: 'Run', label: `Run ${runName(ui.run)} again with the same options`, keys: 'r', icon: Play, act: ui.runAgain },
    ...(ui.canAct && ui.run !== null ? starts(ui, ui.run, view) : []),
    ui.shown.reach !== null && (ui.shown.ping ?? ui.shown.path) !== null && {
      id: 'chart', section: 'In this session', label: ui.chart === 'echo' ? 'Chart connect times in the Path view' : 'Chart round trips in the Path view', words: 'tcp ping latency', icon: Activity,
      act: () => { ui.setChart(ui.chart === 'echo' ? 'connect' : 'echo'); ui.setView('path') },
    },
    state.canShare && { id: 'share', section: 'Run', label: 'Share this session', keys: 's', words: 'link guest', icon: Share, act: ui.openShare },
    { id: 'ticket', section: 'Report', label: 'Copy for a ticket', words: 'text clipboard', keys: 'y', icon: ClipboardCopy, act: ui.copyTicket },
    { id: 'json', section: 'Report', label: 'Download the whole session as JSON', words: 'export save file', icon: Download, act: () => ui.report.download('json') },
    { id: 'csv', section: 'Report', label: 'Download the events as CSV', words: 'export save file table', icon: Download, act: () => ui.report.download('csv') },
    ui.views.includes('terminal') && ui.run !== null && { id: 'raw', section: 'Report', label: 'Download the raw output of this run', words: 'export save transcript', icon: Download, act: () => ui.report.download('transcript') },
    state.replay === null && view.seq > 0 && { id: 'replay', section: 'Run', label: 'Replay this session from the start', words: 'scrub time', icon: History, act: () => store.replay.enter(view.createdAtMs, true) },
    state.replay !== null && { id: 'live', section: 'Run', label: 'Leave the replay', keys: 'l', icon: History, act: store.replay.leave },
  ]
  return [...findings, ...views, ...runs, ...does.filter((one): one is Command => one !== false)]
}
