/** Whether a run's probes got to the target, for rules that compare runs. */
import { isPath, isPing } from '#lib/session/runs.ts'
import type { RunView } from '#lib/session/view.ts'

/** Has the target itself ever answered this run? */
export const reachesTarget = (run: RunView): boolean => isPing(run) ? run.view.counts.answered + run.view.counts.late > 0
  : isPath(run) && (run.view.targetTtl !== null || run.view.epochs.some((epoch) => epoch.targetTtl !== null))

/** Probes meant for the target that it did not answer. Of a path that never reached it, those to the last hop probed stand for it. */
export function unansweredProbes(run: RunView): number {
  if (isPing(run)) return run.view.counts.lost + run.view.counts.errors
  const last = isPath(run) ? run.view.hops.at(-1) : undefined
  return last ? last.total.judged : 0
}
