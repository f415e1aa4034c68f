/** The hop table as plain text for a ticket: what, from where, when; aligned columns; what the figures mean. Pure. */
import { NBSP, UNKNOWN } from '#lib/format/number.ts'
import type { Clock } from '#lib/format/time.ts'
import type { PathTool } from '#lib/session/runs.ts'
import type { PathView } from '#lib/tools/path/view.ts'
import { dateLong } from '../../_lib/time.ts'
import type { PathColumn } from './columns.ts'
import { probing } from './pane-state.ts'
import type { PathRow, PathRows } from './path-rows.ts'
import { atMost, lossCell, rowTags } from './row-words.ts'

export interface NocContext { view: PathView; rows: PathRows; columns: readonly PathColumn[]; tool: PathTool; vantage: string; target: string; clock: Clock; /** A window may reach beyond now. */ nowMs: number }

/** Letters that survive any ticket system: no special spaces, dashes or signs. */
const plain = (text: string): string => text.replaceAll(NBSP, ' ').replaceAll(UNKNOWN, '-').replaceAll('\u2212', '-').replaceAll('\u2026', '...')

export function nocText({ view, rows, columns, tool, vantage, target, clock, nowMs }: NocContext): string {
  const { span, cut } = rows
  const toMs = Math.max(span.fromMs, Math.min(span.toMs, nowMs))
  const shown = rows.rows.filter((row) => row.kind !== 'former')
  const before = rows.rows.filter((row) => row.kind === 'former')
  const lines = [
    `Path from ${vantage} to ${target}${target === view.address ? '' : ` (${view.address})`}`,
    `Probes: ${tool}, ${probing(view, tool)}`,
    `Time: ${dateLong(span.fromMs, clock).replace(/,.*/, '')}, ${clock.hms(span.fromMs)} to ${clock.hms(toMs)} ${clock.label(toMs)}${cut ? (cut.by === 'route' ? ', since the last route change' : ', since the trace was complete') : ''}`,
    'Times are round trips in ms. Loss is probes without an answer, of those whose fate is known.',
    '',
    ...table([['hop', 'host', ...columns.map((column) => column.head)], ...shown.map((row) => cells(row, columns))], columns),
  ]
  const notes = [...shown.flatMap(notesOf), ...silentNote(shown)]
  if (notes.length > 0) lines.push('', 'Notes', ...notes)
  if (before.length > 0) lines.push('', 'Routers before', ...before.map((row) => `hop ${row.ttl}: ${hostText(row)} until ${row.untilMs === null ? '-' : clock.hms(row.untilMs)}`))
  return `${plain(lines.map((line) => line.trimEnd()).join('\n'))}\n`
}

function hostText({ host }: PathRow): string {
  if (!host) return 'no reply'
  return `${host.name === null ? host.address : `${host.name} (${host.address})`}${host.as === null ? '' : ` [${host.as}]`}`
}

function cells(row: PathRow, columns: readonly PathColumn[]): string[] {
  const share = row.share === null ? '' : ` ${Math.round(100 * row.share)} %`
  return [row.kind === 'hop' ? String(row.ttl) : '', hostText(row) + share, ...columns.map((column) => (column.id === 'loss' ? lossText(row) : column.text(row)))]
}

/** Loss that is none stands in brackets: a note says why. */
function lossText(row: PathRow): string {
  const cell = lossCell(row)
  if (!cell) return ''
  const text = cell.percent === null ? cell.counts : `${cell.percent} % (${cell.counts})`
  return cell.look === 'struck' ? `[${text}]` : text
}

function notesOf(row: PathRow): string[] {
  const at = `hop ${row.ttl}: `
  const bound = row.verdict?.trueLossAtMost ?? null
  if (row.verdict?.kind === 'cosmetic') return [`${at}rate limits ICMP, not loss. It does not answer every probe, and forwards them: the true loss up to here is at most ${bound === null ? '-' : atMost(bound)}.`]
  const notes = row.verdict?.kind === 'real' ? [`${at}real loss${row.isTarget ? ', at the target itself' : ': the hops behind it lose as well'}.`] : []
  return [...notes, ...rowTags(row).filter(() => row.host !== null).map((tag) => `${at}${tag.text}. ${tag.tip}`)]
}

/** One line for all of them. */
function silentNote(rows: readonly PathRow[]): string[] {
  const ttls = rows.filter((row) => row.host === null && row.passed).map((row) => row.ttl)
  if (ttls.length === 0) return []
  return [ttls.length === 1 ? `hop ${ttls.join()}: silent router. It answers no probe and forwards them all the same.` : `hops ${ttls.join(', ')}: silent routers. They answer no probe and forward them all the same.`]
}

/** Columns padded to their widest cell; words to the left, numbers to the right. */
function table(lines: readonly string[][], columns: readonly PathColumn[]): string[] {
  const left = (i: number): boolean => i === 1 || (columns[i - 2]?.words ?? false)
  const widths = (lines[0] ?? []).map((_, i) => Math.max(...lines.map((line) => plain(line[i] ?? '').length)))
  return lines.map((line) => line.map((cell, i) => (left(i) ? plain(cell).padEnd(widths[i] ?? 0) : plain(cell).padStart(widths[i] ?? 0))).join('  '))
}
