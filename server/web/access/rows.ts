/** Reads SQLite rows field by field: what a STRICT column promises is checked here once, not cast at each use. */
type Row = Record<string, unknown>

/** The text column `key`. Throws if the schema and the query disagree (a bug of ours). */
export function textOf(row: Row, key: string): string {
  const value = row[key]
  if (typeof value !== 'string') throw new TypeError(`column ${key} is not text`)
  return value
}

/** The integer column `key`. */
export function numberOf(row: Row, key: string): number {
  const value = row[key]
  if (typeof value !== 'number') throw new TypeError(`column ${key} is not a number`)
  return value
}

/** The nullable integer column `key`. */
export const numberOrNull = (row: Row, key: string): number | null => (row[key] === null ? null : numberOf(row, key))

/** The nullable text column `key`. */
export const textOrNull = (row: Row, key: string): string | null => (row[key] === null ? null : textOf(row, key))

/** The blob column `key`. */
export function bytesOf(row: Row, key: string): Uint8Array {
  const value = row[key]
  if (!(value instanceof Uint8Array)) throw new TypeError(`column ${key} is not a blob`)
  return value
}
