/** The order in which findings are read: by the page, its first paint, a ticket, a list of sessions, and every test that says "first". */
import type { FindingRecord } from './finding.ts'
import type { Severity } from '#lib/protocol/api.ts'

/** 0 is the worst. */
export const SEVERITY_RANK: Readonly<Record<Severity, number>> = { crit: 0, warn: 1, info: 2, ok: 3 }

/** Those that hold first; within each, by severity, then newest. One that another accounts for follows its cause. */
export function orderFindings(findings: readonly FindingRecord[]): FindingRecord[] {
  const sorted = [...findings].sort((a, b) =>
    Number(a.untilMs !== null) - Number(b.untilMs !== null) || SEVERITY_RANK[a.severity] - SEVERITY_RANK[b.severity] || b.sinceMs - a.sinceMs || (a.id < b.id ? -1 : 1))
  return afterTheirCauses(sorted)
}

/** The worst that ever held; of equals the one that is read first. Null: nothing was found. */
export function worstFinding(findings: readonly FindingRecord[]): FindingRecord | null {
  return orderFindings(findings).sort((a, b) => SEVERITY_RANK[a.severity] - SEVERITY_RANK[b.severity])[0] ?? null
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
