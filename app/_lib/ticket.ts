/** A session as plain text for a ticket: target, command, numbers, findings. Pure. */
import { formatFixed, formatLoss, formatMs } from '#lib/format/number.ts'
import type { Clock } from '#lib/format/time.ts'
import type { RunView, SessionView } from '#lib/session/view.ts'
import { orderFindings } from '../_components/findings/order.ts'
import { SEVERITY_WORD } from './severity-word.ts'
import { dateLong } from './time.ts'

export interface TicketContext { clock: Clock; link: string }

/** Numbers are of the whole run, and say so. */
export function ticketText(view: SessionView, { clock, link }: TicketContext): string {
  const lines = [`${view.target} from ${view.vantage}`, `${dateLong(view.createdAtMs, clock)}, log up to ${clock.hms(view.atMs)}`, link, '']
  for (const run of view.runs) lines.push(...runLines(run, clock), '')
  lines.push(...findingLines(view, clock))
  if (view.fine.length > 0) lines.push('', 'Checked and fine', ...view.fine.map((check) => `- ${check.title}: ${check.value}`))
  return `${lines.join('\n').trimEnd()}\n`
}

function runLines(run: RunView, clock: Clock): string[] {
  const { counts, rtt, jitter } = run.view
  const command = run.argv.length > 0 ? run.argv.join(' ') : `${run.tool} ${run.target.address}`
  const lost = counts.lost + counts.errors
  return [
    `$ ${command}`,
    `  ${run.state}, ${clock.hms(run.startedAtMs ?? run.queuedAtMs)} to ${run.endedAtMs === null ? 'now' : clock.hms(run.endedAtMs)}, whole run:`,
    `  loss ${formatLoss(lost, counts.judged)}${counts.late > 0 ? `, ${counts.late} answered late` : ''}${counts.awaited > 0 ? `, ${counts.awaited} not answered yet` : ''}`,
    `  round trip min ${formatMs(rtt.minMs)}, mean ${formatMs(rtt.meanMs)}, max ${formatMs(rtt.maxMs)}, stdev ${formatMs(rtt.stdevMs, 2)}, ${formatFixed(rtt.n, 0)} replies`,
    `  jitter ${formatMs(jitter.meanAbsMs, 2)} (mean absolute difference of consecutive replies)`,
    ...(run.outcome && run.outcome.kind !== 'finished' ? [`  ${run.outcome.message}`] : []),
  ]
}

function findingLines(view: SessionView, clock: Clock): string[] {
  if (view.findings.length === 0) return ['Nothing wrong found.']
  return ['Findings', ...orderFindings(view.findings).flatMap((finding) => [
    `- [${SEVERITY_WORD[finding.severity]}] ${finding.title} Since ${clock.hms(finding.sinceMs)}${finding.untilMs === null ? '.' : ` until ${clock.hms(finding.untilMs)}.`}`,
    ...finding.evidence.map((row) => `    ${row.label}: ${row.detail === undefined ? '' : `${row.detail}, `}${row.value}`),
    `    Next: ${finding.next.text}`,
  ])]
}
