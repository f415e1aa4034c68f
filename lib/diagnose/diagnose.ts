/** Evaluates every rule and keeps each finding's life: noticed, held, cleared ("until"), never gone. */
import { revisionOf } from '#lib/session/revision.ts'
import { isDns, isPath, isPing, isPmtu, isReach } from '#lib/session/runs.ts'
import type { RunView, SessionView } from '#lib/session/view.ts'
import { REVISIONS } from './causes.ts'
import { dnsFine } from './dns/fine.ts'
import { explain } from './explain.ts'
import { pathFacts, pingFacts, runFacts } from './facts.ts'
import { pathFine, pingFine, pmtuFine } from './fine.ts'
import type { Finding, FindingRecord, FineCheck } from './finding.ts'
import { reachFine } from './reach/fine.ts'
import { SEVERITY_RANK } from './order.ts'
import { isSuperseded } from './superseded.ts'
import type { RunFacts } from './rule.ts'
import { DNS_RULES, NSLOOKUP_RULES, PATH_RULES, PING_RULES, PMTU_RULES, REACH_RULES } from './rules.ts'

/** Rules are looked at again after this long even if no fact changed: clearing depends on time passing. */
const QUIET_S = 10
/** While something is wrong its evidence stands beside the readout on the page, so it keeps up with it. */
const OPEN_S = 2

/** How long the verdicts of this view may stand while only ordinary replies come. */
export const patienceS = (view: SessionView): number => (view.findings.some((finding) => finding.untilMs === null) ? OPEN_S : QUIET_S)

/** Findings kept per session; the oldest cleared ones of the lowest severity make room. */
const FINDINGS_KEPT = 400

/** A condition that returns within this long reopens its finding instead of making a second one. */
const REOPEN_WITHIN_MS = 60_000

/** Updates `view.findings` and `view.fine` in place from the view's facts. Deterministic. */
export function diagnose(view: SessionView): void {
  view.diagnosedAtS = Math.floor(view.atMs / 1000)
  view.diagnosedRevision = revisionOf(view)
  const held = new Set<FindingRecord>()
  view.fine = []
  const facts = runFacts(view)
  for (const run of view.runs) {
    const { findings, fine } = isSuperseded(view, run) ? NO_WORD : judge(run, facts)
    for (const finding of findings) if (finding.evidence.length > 0) held.add(hold(view, finding))
    view.fine.push(...fine)
  }
  explain(view, held)
  for (const record of view.findings) {
    if (record.untilMs === null && !held.has(record)) clear(record, view, held)
  }
  trim(view)
}

interface Word { findings: readonly Finding[]; fine: readonly FineCheck[] }
const NO_WORD: Word = { findings: [], fine: [] }

/** What the rules of the run's tool say of it. */
function judge(run: RunView, common: RunFacts): Word {
  if (isPing(run)) {
    const facts = pingFacts(common, run)
    const findings = PING_RULES.flatMap((rule) => rule(facts))
    return { findings, fine: pingFine(facts, findings) }
  }
  if (isPath(run)) {
    const facts = pathFacts(common, run)
    const findings = PATH_RULES.flatMap((rule) => rule(facts))
    return { findings, fine: pathFine(facts, findings) }
  }
  if (isPmtu(run)) {
    const facts = { ...common, run, pmtu: run.view }
    const findings = PMTU_RULES.flatMap((rule) => rule(facts))
    return { findings, fine: pmtuFine(facts, findings) }
  }
  if (isDns(run)) {
    // Within the first round some servers have answered and others not yet: nothing can be compared.
    if (run.view.rounds === 0 && run.endedAtMs === null) return NO_WORD
    const facts = { ...common, run, dns: run.view }
    const findings = DNS_RULES.flatMap((rule) => rule(facts))
    return { findings, fine: dnsFine(facts, findings) }
  }
  if (isReach(run)) {
    const facts = { ...common, run, reach: run.view }
    const findings = REACH_RULES.flatMap((rule) => rule(facts))
    return { findings, fine: reachFine(facts, findings) }
  }
  const facts = { ...common, run, nslookup: run.view }
  return { findings: NSLOOKUP_RULES.flatMap((rule) => rule(facts)), fine: [] }
}

function hold(view: SessionView, finding: Finding): FindingRecord {
  const id = `${finding.rule}/${finding.subject}`
  const known = view.findings.findLast((record) => record.rule === finding.rule && record.subject === finding.subject)
  if (known && (known.untilMs === null || view.atMs - known.untilMs <= REOPEN_WITHIN_MS)) {
    const sinceMs = Math.min(known.sinceMs, finding.sinceMs)
    delete known.explainedBy
    return Object.assign(known, finding, { sinceMs, untilMs: null })
  }
  const nth = view.findings.filter((record) => record.rule === finding.rule && record.subject === finding.subject).length
  const record: FindingRecord = { ...finding, id: nth === 0 ? id : `${id}#${nth + 1}`, noticedMs: view.atMs, untilMs: null }
  view.findings.push(record)
  return record
}

/** It no longer holds. Where another verdict on the same took its place, that one stands for it. */
function clear(record: FindingRecord, view: SessionView, held: ReadonlySet<FindingRecord>): void {
  record.untilMs = view.atMs
  const group = REVISIONS.find((rules) => rules.has(record.rule))
  const successor = group && [...held].find((other) => group.has(other.rule) && other.subject === record.subject)
  if (!successor) return
  record.explainedBy = successor.id
  if (SEVERITY_RANK[record.severity] < SEVERITY_RANK.info) record.severity = 'info'
}

function trim(view: SessionView): void {
  while (view.findings.length > FINDINGS_KEPT) {
    const cleared = view.findings.filter((record) => record.untilMs !== null)
    const pool = cleared.length > 0 ? cleared : view.findings
    const worst = pool.reduce((a, b) => (SEVERITY_RANK[b.severity] > SEVERITY_RANK[a.severity] ? b : a))
    view.findings.splice(view.findings.indexOf(worst), 1)
  }
}
