/** The resolver matrix: one column a server, one row a question or a fact of the answers; says which cells differ. */
import { formatFixed } from '#lib/format/number.ts'
import type { DnsView } from '#lib/tools/dns/view.ts'
import { columnsOf, type MatrixColumn } from './dns-columns.ts'
import { hostCell } from './dns-matrix-host.ts'
import { serverCell, type Asked, type MatrixCell, type RowId } from './dns-matrix-cells.ts'
import { newestSerial, referenceOf, type Reference } from './dns-reference.ts'

export interface MatrixRow { id: RowId; head: string; /** A type is asked in this row. */ machine: boolean; cells: readonly MatrixCell[] }

export interface Matrix {
  columns: readonly MatrixColumn[]
  rows: readonly MatrixRow[]
  references: ReadonlyMap<string, Reference>
  /** Port that the answers were tried at; null: none. */
  port: number | null
}

export interface MatrixInput {
  view: DnsView
  /** Types that are asked: of the view, or of the options before it has begun. */
  types: readonly string[]
  /** Port that the answers are tried at, before the first was; null: none. */
  port: number | null
  nowMs: number
  /** Nothing more will come: what has no answer gets none. */
  over: boolean
}

export function matrixOf({ view, types, port: wanted, nowMs, over }: MatrixInput): Matrix {
  const columns = columnsOf(view)
  const references = new Map(types.map((type) => [type, referenceOf(view, type)]))
  const port = view.ports[0]?.port ?? wanted
  const asked: Asked = { view, types, references, port, nowMs, over: over || view.rounds > 0, newest: newestSerial(view.servers) }
  const ids: RowId[] = ['status', ...types.map((type) => `type ${type}` as const), 'ttl', 'serial', 'flags', ...(port === null ? [] : ['port' as const]), 'transport']
  const rows = ids.map((id): MatrixRow => ({
    id, head: headOf(id, port), machine: id.startsWith('type '), cells: columns.map(({ server }) => (server === null ? hostCell(id, asked) : serverCell(id, server, asked))),
  }))
  return { columns, rows, references, port }
}

const HEADS: Partial<Record<RowId, string>> = { status: 'Status', ttl: 'TTL left', serial: 'SOA serial', flags: 'Flags', transport: 'Transport' }

function headOf(id: RowId, port: number | null): string {
  if (id.startsWith('type ')) return id.slice('type '.length)
  return id === 'port' ? `Port ${port === null ? '' : formatFixed(port, 0).replaceAll(',', '')} there` : HEADS[id] ?? id
}
