/** How tests read what a session found. */
import { orderFindings } from '#lib/diagnose/order.ts'
import type { FindingRecord } from '#lib/diagnose/finding.ts'
import type { SessionView } from '#lib/session/view.ts'

export const ordered = (view: SessionView): FindingRecord[] => orderFindings(view.findings)
export const words = (view: SessionView): string[] => ordered(view).map((f) => `${f.severity} ${f.rule}${f.untilMs === null ? '' : ' (until)'}: ${plain(f.title)}`)
/** Above a note. */
export const loud = (findings: readonly FindingRecord[]): string[] => findings.filter((f) => f.severity === 'crit' || f.severity === 'warn').map((f) => f.rule)
/** Rules of findings that hold. */
export const holding = (view: SessionView): string[] => ordered(view).filter((f) => f.untilMs === null).map((f) => f.rule)
export const plain = (text: string | undefined): string => (text ?? '').replaceAll('\u00a0', ' ')
export const rowsOf = (finding: FindingRecord | undefined): Record<string, string> => Object.fromEntries((finding?.evidence ?? []).map((row) => [plain(row.label), plain(row.detail === undefined ? row.value : `${row.value} | ${row.detail}`)]))
export const the = (view: SessionView, rule: string): FindingRecord | undefined => view.findings.find((f) => f.rule === rule)
