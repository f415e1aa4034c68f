/** What a tab shows of the findings, and how a list stands still under a pointer. Pure. */
import type { FindingRecord } from '#lib/diagnose/finding.ts'
import type { Severity } from '#lib/protocol/api.ts'
import { orderFindings } from '#lib/diagnose/order.ts'

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
