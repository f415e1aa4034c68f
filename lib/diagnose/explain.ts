/** A finding that accounts for others makes them notes: one cause, one verdict. */
import type { SessionView } from '#lib/session/view.ts'
import type { FindingRecord } from './finding.ts'

const WEIGHT = { crit: 0, warn: 1, info: 2, ok: 3 } as const

/** Marks what is explained among the findings that hold now, in place. Only about the same target address, only by one at least as severe. */
export function explain(view: SessionView, held: ReadonlySet<FindingRecord>): void {
  const addressOf = new Map(view.runs.map((run) => [run.runId, run.target.address]))
  const causes = [...held].filter((finding) => finding.explains !== undefined && finding.explains.length > 0)
  for (const finding of held) {
    const cause = causes.find((other) => other !== finding && other.explains?.includes(finding.rule) === true
      && addressOf.get(other.span.runId) === addressOf.get(finding.span.runId) && WEIGHT[other.severity] <= WEIGHT[finding.severity])
    if (cause === undefined) continue
    finding.explainedBy = cause.id
    if (WEIGHT[finding.severity] < WEIGHT.info) finding.severity = 'info'
  }
}
