/** A second view that goes on from the same point, for going back in a replay. Costs what the memory of the view costs. */
import { copyRun } from './tool-fold.ts'
import type { SessionView } from './view.ts'

/** Shares nothing with `view` that a later event changes. */
export function copySession(view: SessionView): SessionView {
  return {
    ...view,
    runs: view.runs.map(copyRun),
    // A finding is brought up to date field by field, each field replaced whole.
    findings: view.findings.map((record) => ({ ...record })),
    fine: [...view.fine],
    clockSteps: [...view.clockSteps],
    gaps: [...view.gaps],
  }
}
