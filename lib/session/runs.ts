/** Picking runs of a kind out of a session. */
import type { RunOf, RunView, SessionView } from './view.ts'

export type PathTool = 'mtr' | 'traceroute' | 'pathping'
export type PingRun = RunOf<'ping'>
/** A run whose view is a path: hops by TTL. */
export type PathRun = { [T in PathTool]: RunOf<T> }[PathTool]
export type PmtuRun = RunOf<'pmtu'>
export type DnsRun = RunOf<'dns'>
export type NslookupRun = RunOf<'nslookup'>
export type ReachRun = RunOf<'reach'>

export const isPing = (run: RunView): run is PingRun => run.tool === 'ping'
export const isPath = (run: RunView): run is PathRun => run.tool === 'mtr' || run.tool === 'traceroute' || run.tool === 'pathping'
export const isPmtu = (run: RunView): run is PmtuRun => run.tool === 'pmtu'
export const isDns = (run: RunView): run is DnsRun => run.tool === 'dns'
export const isNslookup = (run: RunView): run is NslookupRun => run.tool === 'nslookup'
export const isReach = (run: RunView): run is ReachRun => run.tool === 'reach'
/** A run of probes that are counted one by one. */
export const isProbing = (run: RunView): run is PingRun | PathRun => isPing(run) || isPath(run)

/** Has anything come back? For wording only: what counts as an answer is the tool's own matter. */
export function hasAnswers(run: RunView): boolean {
  if (isPmtu(run)) return run.view.tries.some((one) => one.answered > 0 || one.from !== null)
  if (isDns(run)) return run.view.counts.answered > 0
  if (isNslookup(run)) return run.view.replies.length > 0
  if (isReach(run)) return run.view.addresses.some(({ counts }) => counts.open + counts.refused > 0)
  return run.view.counts.answered + run.view.counts.late > 0
}

/** Is the fate of anything known? */
export function hasMeasured(run: RunView): boolean {
  if (isPmtu(run)) return run.view.tries.length > 0
  if (isDns(run)) return run.view.counts.asked > 0
  if (isNslookup(run)) return run.view.replies.length + run.view.attempts.length > 0
  if (isReach(run)) return run.view.addresses.some(({ counts }) => counts.sent > 0)
  return run.view.counts.judged > 0
}

/** The newest ping run to this address; of the whole session where no address is given. */
export function latestPing(view: Pick<SessionView, 'runs'>, address?: string): PingRun | null {
  return view.runs.findLast((run): run is PingRun => isPing(run) && (address === undefined || run.target.address === address)) ?? null
}

/** The newest path run to this address that has seen a hop, else the newest that has not. */
export function latestPath(view: Pick<SessionView, 'runs'>, address?: string): PathRun | null {
  const fitting = view.runs.filter((run): run is PathRun => isPath(run) && (address === undefined || run.target.address === address))
  return fitting.findLast((run) => run.view.hops.length > 0) ?? fitting.at(-1) ?? null
}

/** The newest path-MTU run to this address. */
export function latestPmtu(view: Pick<SessionView, 'runs'>, address?: string): PmtuRun | null {
  return view.runs.findLast((run): run is PmtuRun => isPmtu(run) && (address === undefined || run.target.address === address)) ?? null
}

/** The newest run of a kind about this host, whichever of its addresses is pinned; of the whole session where no host is given. */
function latestOf<R extends RunView>(view: Pick<SessionView, 'runs'>, isOne: (run: RunView) => run is R, host?: string): R | null {
  return view.runs.findLast((run): run is R => isOne(run) && (host === undefined || run.target.host === host)) ?? null
}

/** What a page about one target shows together: the chosen run of each kind, else the newest to the same address. */
export interface ShownRuns { ping: PingRun | null; path: PathRun | null; pmtu: PmtuRun | null; dns: DnsRun | null; reach: ReachRun | null; nslookup: NslookupRun | null }

export function shownRuns(view: Pick<SessionView, 'runs'>, chosen: RunView | null): ShownRuns {
  const address = chosen?.target.address
  const host = chosen?.target.host
  // A run about a name may be pinned to another of its addresses than the probes, or to none: then the host decides.
  const aboutName = chosen !== null && (isDns(chosen) || isNslookup(chosen) || isReach(chosen))
  const near = <R extends RunView>(same: R | null, isOne: (run: RunView) => run is R): R | null => same ?? (aboutName ? latestOf(view, isOne, host) : null)
  return {
    ping: chosen !== null && isPing(chosen) ? chosen : near(latestPing(view, address), isPing),
    path: chosen !== null && isPath(chosen) ? chosen : near(latestPath(view, address), isPath),
    pmtu: chosen !== null && isPmtu(chosen) ? chosen : near(latestPmtu(view, address), isPmtu),
    dns: chosen !== null && isDns(chosen) ? chosen : latestOf(view, isDns, host),
    reach: chosen !== null && isReach(chosen) ? chosen : latestOf(view, isReach, host),
    nslookup: chosen !== null && isNslookup(chosen) ? chosen : latestOf(view, isNslookup, host),
  }
}

/** The run that a session opens with: the newest ping, else the newest path, else the newest of all. */
export function mainRun(view: Pick<SessionView, 'runs'>): RunView | null {
  return latestPing(view) ?? latestPath(view) ?? view.runs.at(-1) ?? null
}
