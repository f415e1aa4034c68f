/** What every server says to every question, sorted by what it amounts to: the ground all rules of names stand on. */
import { isNoData, isNoReply } from '#lib/tools/dns/status.ts'
import type { AsideView, DnsCell, DnsServerView, DnsView } from '#lib/tools/dns/view.ts'

/** silent: no reply of any kind. cut: the answer did not fit UDP and TCP brought none. other: an rcode that is none of the named ones. */
export type Said = 'data' | 'nodata' | 'nxdomain' | 'servfail' | 'refused' | 'silent' | 'cut' | 'other'

export interface Cell {
  server: DnsServerView
  type: string
  cell: DnsCell
  said: Said
  /** After SERVFAIL: what came with checking disabled, where that was an answer. */
  unchecked: AsideView | null
  /** The same server gives addresses of version 4 for the name and fails for version 6 (RFC 4074). */
  brokenAaaa: boolean
}

/** Of all servers that were asked, in their order; those that the policy refuses were not. */
export function cellsOf(dns: DnsView): readonly Cell[] {
  return dns.servers.filter((server) => server.refused === null).flatMap((server) => {
    const cells = [...server.cells.values()].map((cell): Cell => ({ server, type: cell.type, cell, said: saidOf(dns, server, cell), unchecked: uncheckedOf(dns, server, cell), brokenAaaa: false }))
    const hasA = cells.some((one) => one.type === 'A' && one.said === 'data')
    return cells.map((one) => ({ ...one, brokenAaaa: hasA && one.type === 'AAAA' && one.unchecked === null && FAILS.has(one.said) }))
  })
}

const FAILS: ReadonlySet<Said> = new Set(['silent', 'servfail', 'nxdomain', 'refused', 'other'])
const BY_STATUS: Readonly<Record<string, Said>> = { NXDOMAIN: 'nxdomain', SERVFAIL: 'servfail', REFUSED: 'refused' }

function saidOf(dns: DnsView, { server }: DnsServerView, { reply, type }: DnsCell): Said {
  if (isNoReply(reply.status)) return reply.truncated ? 'cut' : 'silent'
  const wasCut = reply.flags.includes('tc') || reply.truncated
  const tcp = dns.asides.find((one) => one.purpose === 'tcp' && one.server === server && one.type === type)
  if (wasCut && reply.transport !== 'tcp' && tcp !== undefined && isNoReply(tcp.reply.status)) return 'cut'
  if (reply.status === 'NOERROR') return isNoData(reply, type) ? 'nodata' : 'data'
  return BY_STATUS[reply.status] ?? 'other'
}

function uncheckedOf(dns: DnsView, { server }: DnsServerView, { reply, type }: DnsCell): AsideView | null {
  if (reply.status !== 'SERVFAIL') return null
  const aside = dns.asides.find((one) => one.purpose === 'cd' && one.server === server && one.type === type)
  return aside && (aside.reply.status === 'NOERROR' || aside.reply.status === 'NXDOMAIN') ? aside : null
}

/** Since when it has been saying that. */
export const sinceOf = ({ cell }: Cell): number => cell.spans.at(-1)?.sinceMs ?? cell.atMs

export const earliest = (cells: readonly Cell[]): number => Math.min(...cells.map(sinceOf))

/** The server answers something that is an answer, to some type. */
export const answersOf = (cells: readonly Cell[], server: string): boolean => cells.some((one) => one.server.server === server && isAnswer(one))

/** An answer in the sense of RFC 2308: data, or the word that there is none. A server of the zone that hands down to others has not answered. */
export const isAnswer = ({ said, server, cell }: Cell): boolean => said === 'data' || said === 'nxdomain' || (said === 'nodata' && !(server.role === 'authority' && cell.reply.authoritative === false))

/** A name server of the zone that does not speak for it: no rcode of an answer, or an answer without AA that is no delegation. */
export function isLame({ server, cell, said }: Cell): boolean {
  if (server.role !== 'authority') return false
  if (said === 'refused' || said === 'servfail' || said === 'other') return true
  if (cell.reply.authoritative !== false) return false
  // Sent back up to the root: it does not know the zone. Sent down is a delegation and no fault.
  return said === 'data' || said === 'nxdomain' || (said === 'nodata' && cell.reply.authority.some((record) => record.type === 'NS' && (record.name === '' || record.name === '.')))
}

/** Servers with one of these cells, each once, in order. */
export const serversOf = (cells: readonly Cell[]): readonly DnsServerView[] => [...new Map(cells.map(({ server }) => [server.server, server])).values()]

/** What was asked and matters to programs that look for addresses. */
export const ADDRESS_TYPES: readonly string[] = ['A', 'AAAA']
