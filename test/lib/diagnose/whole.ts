/** What every finding must say, whichever rule it is of: one sentence, evidence, where it lies, and what to do next that can be done. */
import { expect } from 'vitest'
import type { FindingRecord } from '#lib/diagnose/finding.ts'
import type { SessionView } from '#lib/session/view.ts'
import { SHOWN_TOOLS } from '#lib/tools/shown.ts'
import { START_MS } from '#test/lib/session/history.ts'

export function expectWhole(finding: FindingRecord, view: SessionView): void {
  expect(finding.title).toMatch(/^\S.*\.$/u)
  for (const text of [finding.title, finding.meaning, finding.next.text, ...finding.otherwise]) expect(text).not.toMatch(/undefined|NaN|\bnull\b|Infinity| {2}/)
  expect(finding.meaning).toMatch(/^\S.*\.$/u)
  for (const text of [finding.next.text, ...finding.otherwise]) expect(text).toMatch(/^(?:[A-Z“]|mDNS).*\.$/u)
  expect(finding.evidence.length).toBeGreaterThan(0)
  for (const row of finding.evidence) expect(`${row.label} ${row.value} ${row.detail ?? ''}`).not.toMatch(/undefined|NaN|\bnull\b|Infinity/)
  for (const row of finding.evidence) expect(row.value).not.toBe('')
  expect(new Set(finding.evidence.map((row) => row.label)).size, finding.evidence.map((row) => row.label).join(' / ')).toBe(finding.evidence.length)
  expect(view.runs.map(({ runId }) => runId)).toContain(finding.span.runId)
  expect(finding.span.fromMs).toBeGreaterThanOrEqual(START_MS - 60_000)
  expect(finding.span.toMs).toBeGreaterThanOrEqual(finding.span.fromMs)
  expect(finding.sinceMs).toBeLessThanOrEqual(view.atMs)
  const actions = finding.next.actions ?? []
  expect(actions.length).toBeGreaterThan(0)
  expect(actions.length).toBeLessThanOrEqual(2)
  for (const action of actions) {
    if (action.kind === 'run') expect(SHOWN_TOOLS[action.tool].decodeOptions(action.options), JSON.stringify(action)).toMatchObject({ ok: true })
    // Nothing that a shell would read otherwise than as one plain command; ends in a fixed redirection at most.
    if (action.kind === 'copy') expect(action.command.replace(/ <\/dev\/null$/, '').replace(/'[^']*'/g, '').replace(/\/\/\[[^\]]*\]/g, '').replace(/::\[[^\]]*\]/g, '').replace(/; (?:ip neigh|resolvectl|sudo nft)/g, '')).not.toMatch(/[`$|&;<>()"\\\n*?{}!]/)
  }
  if (finding.explainedBy !== undefined) expect(view.findings.map(({ id }) => id)).toContain(finding.explainedBy)
}
