/** A finding that accounts for others makes them notes: one cause, one verdict. */
import type { ToolId } from '#lib/protocol/events.ts'
import type { RunId } from '#lib/protocol/ids.ts'
import type { SessionView } from '#lib/session/view.ts'
import { EVENT_RULES } from './causes.ts'
import type { FindingRecord } from './finding.ts'
import { SEVERITY_RANK } from './order.ts'

/** Two things that happen at a moment belong together within this. */
const TOGETHER_MS = 30_000
/** What happens shortly before its cause could be told, or while it lasts, is of that cause. */
const SLACK_MS = 60_000
/** Of the same finding by two tools, the one that says more stands. */
const SAYS_MORE: Record<ToolId, number> = { mtr: 0, pathping: 0, traceroute: 1, pmtu: 2, ping: 3, nslookup: 0, dns: 1, reach: 1 }

interface Link { cause: FindingRecord; /** The cause takes on the severity of what it accounts for. */ lifts: boolean }
interface Known { host: string; address: string; addresses: readonly string[]; tool: ToolId }
type Runs = ReadonlyMap<RunId, Known>
/** Their findings are about the host, whichever of its addresses was pinned, unless they say which. */
const OF_THE_HOST: ReadonlySet<ToolId> = new Set(['dns', 'nslookup', 'reach'])

/**
 * Marks what is explained among the findings that hold now, in place, and lets each cause be as severe as the worst of what it explains.
 * Only about the same target. A cause that has cleared still accounts for what happened while it held.
 */
export function explain(view: SessionView, held: ReadonlySet<FindingRecord>): void {
  if (held.size === 0) return
  const runs: Runs = new Map(view.runs.map((run) => [run.runId, { host: run.target.host, address: run.target.address, addresses: run.target.addresses, tool: run.tool }]))
  const causes = view.findings.filter((finding) => held.has(finding) || finding.explains !== undefined || finding.settles !== undefined)
  const links = new Map<FindingRecord, Link>()
  for (const finding of held) {
    const link = linkOf(finding, { causes, runs, held })
    if (link) links.set(finding, link)
  }
  for (const finding of held) lift(finding, links)
  for (const [finding, { cause }] of links) {
    finding.explainedBy = rootOf(cause, links).id
    if (SEVERITY_RANK[finding.severity] < SEVERITY_RANK.info) finding.severity = 'info'
  }
}

/** What accounts for the finding; one that settles it before one that explains it, before the same finding by another tool. */
function linkOf(finding: FindingRecord, { causes, runs, held }: { causes: readonly FindingRecord[]; runs: Runs; held: ReadonlySet<FindingRecord> }): Link | null {
  const candidates = causes.filter((cause) => cause !== finding && isAboutTheSame(cause, finding, runs))
  const fitting = candidates.filter((cause) => isInTime(cause, finding, held))
  const settling = fitting.find((cause) => cause.settles?.includes(finding.rule) === true)
  if (settling) return { cause: settling, lifts: false }
  const explaining = fitting.find((cause) => cause.explains?.includes(finding.rule) === true)
  if (explaining) return { cause: explaining, lifts: held.has(explaining) }
  const same = fitting.find((cause) => held.has(cause) && isSameBetter(cause, finding, runs))
  return same ? { cause: same, lifts: true } : null
}

/** Two findings about addresses: of the same one. About hosts: of the same name. One of each: the address is one of the host's. */
function isAboutTheSame(a: FindingRecord, b: FindingRecord, runs: Runs): boolean {
  const [mine, its] = [runs.get(a.span.runId), runs.get(b.span.runId)]
  if (!mine || !its) return false
  const [wholeA, wholeB] = [isWhole(a, mine), isWhole(b, its)]
  const [addressA, addressB] = [a.about ?? mine.address, b.about ?? its.address]
  if (!wholeA && !wholeB) return addressA === addressB
  return mine.host === its.host || (!wholeB && mine.addresses.includes(addressB)) || (!wholeA && its.addresses.includes(addressA))
}

const isWhole = (finding: FindingRecord, { tool }: Known): boolean => finding.about === undefined && OF_THE_HOST.has(tool)

function isInTime(cause: FindingRecord, finding: FindingRecord, held: ReadonlySet<FindingRecord>): boolean {
  const isEvent = EVENT_RULES.has(finding.rule)
  if (!isEvent) return held.has(cause)
  if (EVENT_RULES.has(cause.rule)) return Math.abs(cause.sinceMs - finding.sinceMs) <= TOGETHER_MS
  return finding.sinceMs >= cause.sinceMs - SLACK_MS && finding.sinceMs <= (cause.untilMs ?? Infinity) + SLACK_MS
}

/** The same rule held by another run that says more, or as much and earlier. */
function isSameBetter(other: FindingRecord, finding: FindingRecord, runs: Runs): boolean {
  if (other.rule !== finding.rule || other.span.runId === finding.span.runId) return false
  const rank = (record: FindingRecord): number => SAYS_MORE[runs.get(record.span.runId)?.tool ?? 'ping']
  return rank(other) - rank(finding) < 0 || (rank(other) === rank(finding) && (other.noticedMs - finding.noticedMs || (other.id < finding.id ? -1 : 1)) < 0)
}

/** Carries the severity up to whoever explains it, as far as every step takes it on. */
function lift(finding: FindingRecord, links: ReadonlyMap<FindingRecord, Link>): void {
  let { severity } = finding
  let at = finding
  for (let link = links.get(at); link?.lifts === true; link = links.get(at)) {
    if (SEVERITY_RANK[severity] < SEVERITY_RANK[link.cause.severity]) link.cause.severity = severity
    severity = link.cause.severity
    at = link.cause
  }
}

/** Rules account for each other in one direction only (causes.ts), and of two equal findings one is better: so this ends. */
function rootOf(cause: FindingRecord, links: ReadonlyMap<FindingRecord, Link>): FindingRecord {
  const above = links.get(cause)
  return above ? rootOf(above.cause, links) : cause
}
