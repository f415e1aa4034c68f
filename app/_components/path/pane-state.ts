/** What the pane says beside its figures: its caption, what stands in the way, how the paths changed. Pure. */
import { formatCount, formatFixed } from '#lib/format/number.ts'
import { formatDuration, type Clock } from '#lib/format/time.ts'
import type { PathTool } from '#lib/session/runs.ts'
import type { PathProtocol, PathView } from '#lib/tools/path/view.ts'
import type { PathRows } from './path-rows.ts'
import type { PathNotice } from './source.ts'

export const PROTOCOL_NAMES: Readonly<Record<PathProtocol, string>> = { icmp: 'ICMP', udp: 'UDP', tcp: 'TCP' }

/** `TCP :443`. */
export const protocolName = (protocol: PathProtocol, port: number | null): string => (protocol === 'icmp' || port === null ? PROTOCOL_NAMES[protocol] : `${PROTOCOL_NAMES[protocol]} :${port}`)

function rateOf(view: PathView, tool: PathTool): string {
  if (tool === 'traceroute') return 'one trace'
  if (tool === 'pathping') return view.stage?.probesPerHop ? `${formatCount(view.stage.probesPerHop)} probes to each hop` : 'a trace, then many probes to each hop'
  const { intervalMs } = view
  if (intervalMs === null) return 'sent once'
  return intervalMs === 1000 ? '1 probe/s a hop' : `1 probe a hop every ${formatDuration(intervalMs)}`
}

/** How it was probed: `ICMP, 1 probe/s a hop, ttl 1–30`. */
export const probing = (view: PathView, tool: PathTool): string => `${protocolName(view.protocol, view.port)}, ${rateOf(view, tool)}, ttl ${view.firstTtl}\u2013${view.maxTtl}`

/** What the figures are of. */
export function statisticsOf(cut: PathRows['cut'], clock: Clock): string {
  if (!cut) return 'Statistics follow the time window above.'
  return cut.by === 'route' ? `Statistics follow the window from the route change at ${clock.hms(cut.atMs)} on.` : `Statistics follow the window from the end of the trace at ${clock.hms(cut.atMs)} on.`
}

/** What stands in the way of a table, or beside it; null when there is nothing to say. `empty`: nothing was sent in the window. */
export interface PaneState extends PathNotice { empty?: boolean }

export function paneState({ view, rows, given, clock }: { view: PathView | null; rows: PathRows | null; given: PathNotice | null; clock: Clock }): PaneState | null {
  if (given) return given
  if (view?.fatal) return { severity: view.fatal.error === 'permission' ? 'crit' : 'warn', title: 'The tool gave up before probing.', text: 'Nothing is known about the path.', quote: view.fatal.text }
  if (!view || view.counts.sent === 0) return view?.ended
    ? { severity: 'info', title: 'The run ended before a probe was answered or lost.', text: 'Nothing was measured.' }
    : { severity: 'info', title: 'Waiting for the first probe.', text: 'The tool is starting.' }
  const { sent, judged, answered, late } = view.counts
  if (answered + late === 0) {
    if (judged === 0) return { severity: 'info', title: 'Waiting for the first answer.', text: `${formatCount(sent)} ${sent === 1 ? 'probe' : 'probes'} sent. A probe is lost only after ${formatDuration(view.timeoutMs)}.` }
    return { severity: 'info', title: `No hop has answered ${formatCount(judged)} probes${view.ended ? '.' : ' so far.'}`, text: 'A firewall near the vantage may drop the probes, or the answers. Another protocol may pass.' }
  }
  if (rows && rows.sent === 0) return { severity: 'info', title: 'No probe was sent in this stretch of time.', text: `This run sent its probes from ${clock.hms(view.firstSentMs)} to ${clock.hms(view.lastSentMs)}.`, empty: true }
  return null
}

/** Progress while hops are still looked for; null once the target answered, or the run ended. */
export function traceWords(view: PathView): string | null {
  if (view.ended || view.targetTtl !== null || view.hops.length === 0 || view.hops.length >= view.maxTtl - view.firstTtl + 1) return null
  return `Looking for ${view.address}: probing hop ${view.firstTtl + view.hops.length - 1} of at most ${view.maxTtl}.`
}

export interface RouteChange { atMs: number; ttls: readonly number[]; text: string }

/** How many changed hops a sentence names. */
const NAMED = 3

/** Every route change, oldest first: `14:31:12 hop 6 changed from A to B`. */
export function routeChanges(view: PathView, clock: Clock): RouteChange[] {
  const nameOf = (address: string): string => view.names.get(address)?.name ?? address
  return view.epochs.slice(1).map((epoch, i) => {
    const before = view.epochs[i]
    const words = epoch.changedTtls.map((ttl) => {
      const at = ttl - view.firstTtl
      return `hop ${ttl} ${changeOf((before?.sets[at] ?? []).map(nameOf), (epoch.sets[at] ?? []).map(nameOf))}`
    })
    const rest = words.length - NAMED
    const said = rest > 1 ? [...words.slice(0, NAMED), `${rest} more hops changed`] : words
    return { atMs: epoch.sinceMs, ttls: epoch.changedTtls, text: `${clock.hms(epoch.sinceMs)} ${said.length === 0 ? 'the path changed' : said.join('; ')}` }
  })
}

function changeOf(was: readonly string[], is: readonly string[]): string {
  if (was.length === 0) return `began to answer: ${is.join(', ')}`
  if (is.length === 0) return `fell silent, was ${was.join(', ')}`
  return `changed from ${was.join(', ')} to ${is.join(', ')}`
}

/** Of a staged run while its statistics are made: how far, and how long still; null at any other time. */
export interface Progress { text: string; left: string; share: number }

export function progressOf(view: PathView, nowMs: number): Progress | null {
  const { stage } = view
  if (!stage || stage.stage !== 'statistics' || view.ended) return null
  const wanted = (stage.hops ?? 0) * (stage.probesPerHop ?? 0)
  const gone = Math.max(0, nowMs - stage.sinceMs)
  const share = wanted > 0 ? Math.min(1, stage.done / wanted) : stage.expectedMs !== null && stage.expectedMs > 0 ? Math.min(1, gone / stage.expectedMs) : 0
  const leftMs = stage.expectedMs === null ? null : Math.max(0, stage.expectedMs - gone)
  return {
    text: `Computing statistics${stage.expectedMs === null ? '' : ` for ${minutes(stage.expectedMs)}`}\u2026`,
    left: leftMs === null ? '' : leftMs > 0 ? `${minutes(leftMs)} left` : 'waiting for the last answers',
    share,
  }
}

/** `4:07`, `0:25`. */
function minutes(ms: number): string {
  const s = Math.ceil(ms / 1000)
  return `${formatFixed(Math.floor(s / 60), 0)}:${String(s % 60).padStart(2, '0')}`
}
