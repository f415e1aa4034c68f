/** How long an answer will be kept: counts down in caches, is set by the zone's own servers. */
import type { DnsCell, DnsServerView } from '#lib/tools/dns/view.ts'

export interface Ttl {
  /** Type that it is the TTL of. */
  type: string
  /** `set`: as the zone sets it, does not count down. */
  kind: 'set' | 'left'
  /** Seconds in the reply. */
  seconds: number
  /** Seconds that are left now, at least 0; of `set` the same as `seconds`. */
  leftS: number
  /** When a cache forgets it; null where it is set. */
  untilMs: number | null
}

/** Of the first type that has one. An answer of "there is none" is kept as long as the zone's SOA in it says (RFC 2308). */
export function ttlOf({ role, cells }: Pick<DnsServerView, 'role' | 'cells'>, types: readonly string[], nowMs: number): Ttl | null {
  const found = types.flatMap((type) => {
    const cell = cells.get(type)
    const seconds = cell === undefined ? null : secondsOf(cell)
    return cell === undefined || seconds === null ? [] : [{ cell, seconds }]
  })
  const first = found.find(({ cell }) => cell.reply.answers.length > 0) ?? found[0]
  return first === undefined ? null : of(first, role === 'authority' || first.cell.reply.authoritative === true, nowMs)
}

/** Of one question. */
export function ttlOfCell(cell: DnsCell, role: DnsServerView['role'], nowMs: number): Ttl | null {
  const seconds = secondsOf(cell)
  return seconds === null ? null : of({ cell, seconds }, role === 'authority' || cell.reply.authoritative === true, nowMs)
}

function of({ cell, seconds }: { cell: DnsCell; seconds: number }, isSet: boolean, nowMs: number): Ttl {
  const untilMs = cell.atMs + 1000 * seconds
  return isSet ? { type: cell.type, kind: 'set', seconds, leftS: seconds, untilMs: null } : { type: cell.type, kind: 'left', seconds, leftS: Math.max(0, Math.ceil((untilMs - nowMs) / 1000)), untilMs }
}

/** The record that goes first takes the answer with it. */
function secondsOf({ reply }: DnsCell): number | null {
  const records = reply.answers.length > 0 ? reply.answers : reply.authority.filter((one) => one.type === 'SOA')
  const known = records.flatMap((one) => one.ttl ?? [])
  if (known.length === 0) return null
  const minimum = reply.answers.length > 0 ? Infinity : Number(records[0]?.value.trim().split(/\s+/)[6] ?? NaN)
  return Math.min(...known, Number.isFinite(minimum) ? minimum : Infinity)
}
