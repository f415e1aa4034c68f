/** A number that changes whenever any fact a rule reads has changed. */
import type { SessionView } from './view.ts'

/** Sum of the tools' revisions; each only grows. */
export function revisionOf(view: SessionView): number {
  return view.runs.reduce((sum, run) => sum + run.view.revision, 0)
}
