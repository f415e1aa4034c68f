/** A session as plain text for a ticket: target, commands, numbers, hop tables, findings. Pure. */
import { formatCount, formatFixed, formatLoss, formatMs } from '#lib/format/number.ts'
import type { Clock } from '#lib/format/time.ts'
import { placeOf, runTitle } from '#lib/session/run-names.ts'
import { isDns, isNslookup, isPath, isPing, isPmtu, isReach, type PathRun, type PingRun, type PmtuRun } from '#lib/session/runs.ts'
import type { RunView, SessionView } from '#lib/session/view.ts'
import { orderFindings } from '#lib/diagnose/order.ts'
import { SEVERITY_WORD } from './severity-word.ts'
import { dnsLines, nslookupLines, reachLines } from './ticket-names.ts'
import { dateLong } from './time.ts'

export interface TicketContext {
  clock: Clock
  link: string
  /** The hop table of a path run as text. */
  hopTable: (run: PathRun) => string
}

/** Numbers are of the whole run, and say so. */
export function ticketText(view: SessionView, context: TicketContext): string {
  const { clock, link } = context
  const lines = [`${view.target} from ${view.vantage}`, `${dateLong(view.createdAtMs, clock)}, log up to ${clock.hms(view.atMs)}`, link, '']
  for (const run of view.runs) lines.push(...runLines(run, context, view.atMs), '')
  lines.push(...findingLines(view, clock))
  if (view.fine.length > 0) lines.push('', 'Checked and fine', ...view.fine.map((check) => `- ${check.title}: ${check.value}`))
  return `${lines.join('\n').trimEnd()}\n`
}

function runLines(run: RunView, context: TicketContext, nowMs: number): string[] {
  const { clock } = context
  const command = run.argv.length > 0 ? run.argv.join(' ') : `${run.tool} ${placeOf(run)}`
  return [
    `$ ${command}`,
    `  ${runTitle(run)}, ${run.state}, ${clock.hms(run.startedAtMs ?? run.queuedAtMs)} to ${run.endedAtMs === null ? 'now' : clock.hms(run.endedAtMs)}, whole run:`,
    ...factLines(run, context, nowMs),
    ...(run.outcome && run.outcome.kind !== 'finished' ? [`  ${run.outcome.message}`] : []),
  ]
}

function factLines(run: RunView, context: TicketContext, nowMs: number): string[] {
  if (isPing(run)) return pingLines(run)
  if (isPath(run)) return pathLines(run, context)
  if (isPmtu(run)) return pmtuLines(run)
  if (isDns(run)) return dnsLines(run)
  if (isNslookup(run)) return nslookupLines(run)
  return isReach(run) ? reachLines(run, context.clock, nowMs) : []
}

function pingLines({ view: { counts, rtt, jitter } }: PingRun): string[] {
  return [
    `  loss ${formatLoss(counts.lost + counts.errors, counts.judged)}${counts.late > 0 ? `, ${counts.late} answered late` : ''}${counts.awaited > 0 ? `, ${counts.awaited} not answered yet` : ''}`,
    `  round trip min ${formatMs(rtt.minMs)}, mean ${formatMs(rtt.meanMs)}, max ${formatMs(rtt.maxMs)}, stdev ${formatMs(rtt.stdevMs, 2)}, ${formatFixed(rtt.n, 0)} replies`,
    `  jitter ${formatMs(jitter.meanAbsMs, 2)} (mean absolute difference of consecutive replies)`,
  ]
}

function pathLines(run: PathRun, { hopTable }: TicketContext): string[] {
  if (run.view.hops.length === 0) return ['  no hop answered']
  return hopTable(run).trimEnd().split('\n').map((line) => `  ${line}`.trimEnd())
}

function pmtuLines({ view: { result, passes, failsFrom } }: PmtuRun): string[] {
  if (result === null) return [`  not known yet${passes === null ? '' : `, ${formatCount(passes)} bytes pass`}${failsFrom === null ? '' : `, ${formatCount(failsFrom)} do not`}`]
  const told = result.toldBy === null ? '' : `, told by ${result.toldBy}`
  return [result.mtu === null ? '  no packet of any size came back' : `  path MTU ${result.mtu} bytes${told}${result.blackHole ? ', larger packets vanish without a word' : ''}`]
}

function findingLines(view: SessionView, clock: Clock): string[] {
  if (view.findings.length === 0) return ['Nothing wrong found.']
  const titles = new Map(view.findings.map((finding) => [finding.id, finding.title]))
  return ['Findings', ...orderFindings(view.findings).flatMap((finding) => [
    `- [${SEVERITY_WORD[finding.severity]}] ${finding.title} Since ${clock.hms(finding.sinceMs)}${finding.untilMs === null ? '.' : ` until ${clock.hms(finding.untilMs)}.`}`,
    ...(finding.explainedBy === undefined ? [] : [`    Explained by: ${titles.get(finding.explainedBy) ?? finding.explainedBy}`]),
    ...finding.evidence.map((row) => `    ${row.label}: ${row.detail === undefined ? '' : `${row.detail}, `}${row.value}`),
    `    Next: ${finding.next.text}`,
  ])]
}
