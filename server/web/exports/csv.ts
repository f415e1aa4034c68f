/** A session's events as CSV (RFC 4180): fixed columns for what most people chart, the rest of each event as JSON in the last one. */
import type { SessionEvent } from '#lib/protocol/events.ts'
import type { Reading } from '../reading.ts'

/** Columns taken from the event's field of that name; `more` holds every other field. `ttl`: of a ping's reply as it arrived, of a path's probe as it left. */
const FIELDS = ['runId', 'probe', 'rttMs', 'ttl', 'bytes', 'from', 'error', 'text'] as const
const HEADER = ['seq', 'time', 'atMs', 'kind', ...FIELDS, 'more']
const ALWAYS = new Set<string>(['seq', 'atMs', 'kind', ...FIELDS])

/** Chunks of whole rows, header first. */
export async function* csvExport(reading: Reading): AsyncGenerator<string> {
  yield csvLine(HEADER)
  for await (const events of reading.pages()) yield events.map(csvRow).join('')
}

/** One event as one row with its line end. */
export function csvRow(event: SessionEvent): string {
  const fields = new Map<string, unknown>(Object.entries(event))
  const rest = Object.fromEntries([...fields].filter(([key]) => !ALWAYS.has(key)))
  const cells = [
    event.seq, new Date(event.atMs).toISOString(), event.atMs, event.kind,
    ...FIELDS.map((name) => fields.get(name)),
    Object.keys(rest).length === 0 ? '' : JSON.stringify(rest),
  ]
  return csvLine(cells)
}

/** One row with its line end. */
export const csvLine = (cells: readonly unknown[]): string => `${cells.map(cell).join(',')}\r\n`

/** A spreadsheet must never take a cell for a formula: what starts like one gets an apostrophe (S53). Numbers of ours stay numbers. */
function cell(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const safe = /^[\s]*[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
