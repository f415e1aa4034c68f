/** Whether a run's probes got to the target, for rules that compare runs. */
import { isDns, isPath, isPing, isReach } from '#lib/session/runs.ts'
import type { RunView, SessionView } from '#lib/session/view.ts'

/** Has the target itself ever answered this run? */
export const reachesTarget = (run: RunView): boolean => isPing(run) ? run.view.counts.answered + run.view.counts.late > 0
  : isPath(run) && (run.view.targetTtl !== null || run.view.epochs.some((epoch) => epoch.targetTtl !== null))

/** Probes meant for the target that it did not answer. Of a path that never reached it, those to the last hop probed stand for it. */
export function unansweredProbes(run: RunView): number {
  if (isPing(run)) return run.view.counts.lost + run.view.counts.errors
  const last = isPath(run) ? run.view.hops.at(-1) : undefined
  return last ? last.total.judged : 0
}

export interface OpenPort { port: number; /** Connections that were accepted. */ times: number; runId: RunView['runId'] }

/** A port of this address that accepts connections now, as the newest reach or names run that tried one has it: proof that the host lives. */
export function openTo({ runs }: Pick<SessionView, 'runs'>, address: string): OpenPort | null {
  for (const run of runs.toReversed()) {
    const tried = isReach(run) ? run.view.addresses.find((one) => one.address === address) : undefined
    if (tried?.last) return tried.last.state === 'open' ? { port: tried.port, times: tried.counts.open, runId: run.runId } : null
    const port = isDns(run) ? run.view.ports.find((one) => one.address === address) : undefined
    if (port) return port.state === 'open' ? { port: port.port, times: 1, runId: run.runId } : null
  }
  return null
}
