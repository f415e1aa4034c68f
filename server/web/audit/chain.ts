/** The hash chain: each line carries the hash of the line before it and, last, its own. */
import { createHash } from 'node:crypto'
import { safeJson } from './fields.ts'
import type { AuditRecord } from './types.ts'

/** Where the chain stands: number and hash of its last entry. */
export interface Link { n: number; hash: string }

/** Before the first entry. */
export const GENESIS: Link = { n: 0, hash: '0'.repeat(64) }

const TAIL = /^,"hash":"[0-9a-f]{64}"\}$/
const TAIL_BYTES = ',"hash":""}'.length + 64

export const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex')

/** The line (with its newline) that follows `previous`, and where the chain stands after it. */
export function sealLine(previous: Link, atMs: number, fields: Record<string, unknown>): { bytes: Buffer; link: Link } {
  const n = previous.n + 1
  const body = safeJson({ n, at: new Date(atMs).toISOString(), ...fields, prev: previous.hash }).slice(0, -1)
  const hash = sha256(body)
  return { bytes: Buffer.from(`${body},"hash":"${hash}"}\n`), link: { n, hash } }
}

/** A line whose own hash is right: its place, what it follows, and what it says. */
export interface OpenedLine { link: Link; prev: string; record: AuditRecord }

/** Opens a line (without its newline); null if any byte of it is not as it was written. */
export function openLine(bytes: Uint8Array): OpenedLine | null {
  const text = Buffer.from(bytes)
  if (text.length <= TAIL_BYTES) return null
  const body = text.subarray(0, text.length - TAIL_BYTES)
  const tail = text.subarray(text.length - TAIL_BYTES).toString('latin1')
  const hash = sha256(body)
  if (!TAIL.test(tail) || tail !== `,"hash":"${hash}"}`) return null
  const parsed = parsedOrNull(text.toString('utf8'))
  if (!isRecord(parsed)) return null
  const { prev, hash: _, ...record } = parsed
  return { link: { n: record.n, hash }, prev, record }
}

function parsedOrNull(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null // Somebody gave junk a right hash; it is no entry all the same.
  }
}

/** True for what `sealLine` writes; the hash vouches for the rest of its fields. */
function isRecord(value: unknown): value is AuditRecord & { prev: string; hash: string } {
  return typeof value === 'object' && value !== null && 'n' in value && typeof value.n === 'number' && 'prev' in value && typeof value.prev === 'string'
    && 'at' in value && typeof value.at === 'string' && 'action' in value && typeof value.action === 'string'
}
