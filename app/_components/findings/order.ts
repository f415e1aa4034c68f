/** Which findings come first, and what a tab shows of them. Pure. */
import type { FindingRecord } from '#lib/diagnose/finding.ts'
import type { Severity } from '#lib/protocol/api.ts'

const RANK: Record<Severity, number> = { crit: 0, warn: 1, info: 2, ok: 3 }

/** Those that hold first; within each, by severity, then newest. */
export function orderFindings(findings: readonly FindingRecord[]): FindingRecord[] {
  return [...findings].sort((a, b) =>
    Number(a.untilMs !== null) - Number(b.untilMs !== null) || RANK[a.severity] - RANK[b.severity] || b.sinceMs - a.sinceMs || (a.id < b.id ? -1 : 1))
}

/** Worst severity that holds now and how many have it; null when nothing does. */
export function worstOf(findings: readonly FindingRecord[]): { severity: Severity; count: number } | null {
  const holding = findings.filter((finding) => finding.untilMs === null)
  const [worst] = orderFindings(holding)
  return worst ? { severity: worst.severity, count: holding.filter((finding) => finding.severity === worst.severity).length } : null
}

/** The list to draw while a pointer is inside: what was there keeps its place, what is new waits. */
export function holdOrder(ordered: readonly FindingRecord[], heldIds: readonly string[]): { shown: FindingRecord[]; waiting: number } {
  const byId = new Map(ordered.map((finding) => [finding.id, finding]))
  const shown = heldIds.flatMap((id) => byId.get(id) ?? [])
  return { shown, waiting: ordered.length - shown.length }
}
