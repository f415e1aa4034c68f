/** The order in which findings are read: on the page, on its first paint, and in a ticket. */
import type { FindingRecord } from '#lib/diagnose/finding.ts'
import type { Severity } from '#lib/protocol/api.ts'

const RANK: Record<Severity, number> = { crit: 0, warn: 1, info: 2, ok: 3 }

/** Those that hold first; within each, by severity, then newest. One that another accounts for follows its cause. */
export function orderFindings(findings: readonly FindingRecord[]): FindingRecord[] {
  const sorted = [...findings].sort((a, b) =>
    Number(a.untilMs !== null) - Number(b.untilMs !== null) || RANK[a.severity] - RANK[b.severity] || b.sinceMs - a.sinceMs || (a.id < b.id ? -1 : 1))
  return afterTheirCauses(sorted)
}

/** An effect whose cause is not in the list, or that is its own cause through others, keeps its place. */
function afterTheirCauses(sorted: readonly FindingRecord[]): FindingRecord[] {
  const ids = new Set(sorted.map((finding) => finding.id))
  const effects = new Map<string, FindingRecord[]>()
  for (const finding of sorted) if (finding.explainedBy !== undefined && ids.has(finding.explainedBy)) effects.set(finding.explainedBy, [...(effects.get(finding.explainedBy) ?? []), finding])
  const placed = new Set<FindingRecord>()
  const place = (finding: FindingRecord): void => {
    if (placed.has(finding)) return
    placed.add(finding)
    for (const effect of effects.get(finding.id) ?? []) place(effect)
  }
  for (const finding of sorted) if (finding.explainedBy === undefined || !ids.has(finding.explainedBy)) place(finding)
  for (const finding of sorted) place(finding)
  return [...placed]
}
