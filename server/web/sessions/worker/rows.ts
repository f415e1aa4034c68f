/** Typed access to what SQLite returns. A column of another type is a bug of ours, or a file that something else wrote. */
import type { SQLOutputValue } from 'node:sqlite'

export type Row = Record<string, SQLOutputValue>

function wrong(row: Row, name: string, wanted: string): never {
  throw new TypeError(`column ${name}: ${wanted} expected, ${row[name] === null ? 'null' : typeof row[name]} found`)
}

export function numberOf(row: Row, name: string): number {
  const value = row[name]
  return typeof value === 'number' ? value : wrong(row, name, 'number')
}

export function textOf(row: Row, name: string): string {
  const value = row[name]
  return typeof value === 'string' ? value : wrong(row, name, 'text')
}

export function bytesOf(row: Row, name: string): Uint8Array {
  const value = row[name]
  return value instanceof Uint8Array ? value : wrong(row, name, 'bytes')
}

export const maybeNumber = (row: Row, name: string): number | null => (row[name] === null ? null : numberOf(row, name))
export const maybeText = (row: Row, name: string): string | null => (row[name] === null ? null : textOf(row, name))
