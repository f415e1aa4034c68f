/** Which answer to a question is the one that others are held against, and whether an answer differs from it. */
import type { DnsReply } from '#lib/tools/dns/reply.ts'
import { isNoReply } from '#lib/tools/dns/status.ts'
import type { DnsCell, DnsServerView, DnsView } from '#lib/tools/dns/view.ts'
import { valuesOf } from './dns-text.ts'

/**
 * zone: the zone's own servers say so (where they disagree, the ones with the newest serial). majority: more servers say so than anything else.
 * split: servers disagree and nothing tells who is right. none: nobody gave an answer.
 */
export type Reference = Unsettled | Settled
export interface Unsettled { kind: 'none' | 'split' }
export interface Settled {
  kind: 'zone' | 'majority'
  key: string
  reply: DnsReply
  /** The zone's servers hand out an alias that ends elsewhere: what most resolvers make of it. */
  beyond: string | null
}

export const isSettled = (reference: Reference | undefined): reference is Settled => reference !== undefined && 'key' in reference

/** How an answer differs; null: it does not. */
export type Difference = 'zone' | 'majority' | 'split' | null

export const DIFFERENCE_WORDS: Record<NonNullable<Difference>, string> = {
  zone: 'differs from the name servers of the zone', majority: 'differs from most servers', split: 'the servers do not agree',
}

interface Said { server: DnsServerView; cell: DnsCell }

/** An answer that says something about the name: a failure of the server does not. */
export const saysSomething = (reply: Pick<DnsReply, 'status'>): boolean => reply.status === 'NOERROR' || reply.status === 'NXDOMAIN'

/** Is serial `a` later than `b`? RFC 1982: serials wrap around at 2^32. */
export function laterSerial(a: string, b: string): boolean {
  const ahead = (Number(a) - Number(b)) >>> 0
  return ahead > 0 && ahead < 0x8000_0000
}

/** The latest serial that any of the zone's own servers has; null while none is known. */
export function newestSerial(servers: readonly DnsServerView[]): string | null {
  const known = servers.filter((one) => one.role === 'authority').flatMap((one) => (one.serial !== null && /^\d{1,10}$/.test(one.serial) ? [one.serial] : []))
  return known.reduce<string | null>((newest, serial) => (newest === null || laterSerial(serial, newest) ? serial : newest), null)
}

export function referenceOf({ servers }: Pick<DnsView, 'servers'>, type: string): Reference {
  const said = servers.flatMap((server): Said[] => {
    const cell = server.cells.get(type)
    return cell !== undefined && saysSomething(cell.reply) ? [{ server, cell }] : []
  })
  if (said.length === 0) return { kind: 'none' }
  const zone = said.filter(({ server, cell }) => server.role === 'authority' && cell.reply.authoritative !== false)
  const right = zone.length === 0 ? null : rightOf(zone, said)
  if (right !== null) return { kind: 'zone', key: right.cell.key, reply: right.cell.reply, beyond: beyondOf(right.cell.reply, type, said) }
  const most = zone.length === 0 ? mostOf(said) : null
  return most === null ? { kind: 'split' } : { kind: 'majority', key: most.cell.key, reply: most.cell.reply, beyond: null }
}

/** What the zone says: all agree, or those with the newest serial do, or more of them say it; where that is even, what more of all servers say. */
function rightOf(zone: readonly Said[], all: readonly Said[]): Said | null {
  const newest = newestSerial(zone.map(({ server }) => server))
  const current = zone.filter(({ server }) => newest === null || server.serial === newest)
  const most = mostOf(current)
  if (most !== null) return most
  const keys = new Set(current.map(({ cell }) => cell.key))
  return mostOf(all.filter(({ cell }) => keys.has(cell.key)))
}

/** One of those that say what most say; null where two answers are equally frequent. */
function mostOf(said: readonly Said[]): Said | null {
  const counts = new Map<string, { n: number; one: Said }>()
  for (const one of said) counts.set(one.cell.key, { n: (counts.get(one.cell.key)?.n ?? 0) + 1, one })
  const [first, second] = [...counts.values()].sort((a, b) => b.n - a.n)
  return first === undefined || first.n === second?.n ? null : first.one
}

/** An authority that only hands out an alias into another zone does not follow it; resolvers do. */
const aliasOnly = (reply: DnsReply, type: string): boolean => reply.status === 'NOERROR' && type !== 'CNAME' && valuesOf(reply, type).length === 0 && aliasesOf(reply).length > 0

const aliasesOf = (reply: DnsReply): string[] => reply.answers.filter((one) => one.type === 'CNAME').map((one) => `${one.name} ${one.value}`.toLowerCase().replaceAll('.', ' ').trim())

function beyondOf(reply: DnsReply, type: string, all: readonly Said[]): string | null {
  return aliasOnly(reply, type) ? mostOf(all.filter(({ cell }) => !aliasOnly(cell.reply, type)))?.cell.key ?? null : null
}

/** No answer at all, and a failure of the server, is not a difference: it has words of its own. */
export function differenceOf(reference: Reference, { reply, key, type }: Pick<DnsCell, 'reply' | 'key' | 'type'>): Difference {
  if (isNoReply(reply.status) || !saysSomething(reply)) return null
  if (!isSettled(reference)) return reference.kind === 'split' ? 'split' : null
  if (key === reference.key) return null
  if (reference.kind === 'zone' && aliasOnly(reference.reply, type)) {
    const mine = new Set(aliasesOf(reply))
    if (aliasesOf(reference.reply).every((alias) => mine.has(alias))) return reference.beyond === null || reference.beyond === key || aliasOnly(reply, type) ? null : 'majority'
  }
  return reference.kind
}

/** What this host's own programs get, against the same reference: only addresses that it does have can differ, since hosts without a family do not ask for it. */
export function hostDifference(reference: Reference, { addresses, type }: { addresses: readonly string[]; type: string }): Difference {
  if (!isSettled(reference) || addresses.length === 0) return null
  const right = valuesOf(reference.reply, type)
  if (right.length === 0 && aliasOnly(reference.reply, type)) return null
  return right.length === addresses.length && right.every((one) => addresses.includes(one)) ? null : reference.kind
}
