/** The options of a names run as the ask bar shows and changes them. Pure. */
import { DNS, SERVERS_MAX, type DnsOptions } from '#lib/tools/dns/options.ts'
import { canonicalServers, serverList } from '#lib/tools/dns/servers.ts'
import { RECORD_TYPES } from '#lib/tools/dns/types.ts'

/** As many as one question may have. */
export const TYPES_MAX = 6

/** What a run was started with; the defaults where that cannot be read. */
export function optionsOf(raw: unknown): DnsOptions {
  const decoded = DNS.decode(raw)
  if (decoded.ok) return decoded.value
  const fallback = DNS.decode({})
  if (!fallback.ok) throw new Error('the defaults of Names do not decode')
  return fallback.value
}

export const typesOf = (options: Pick<DnsOptions, 'recordType'>): string[] => options.recordType.split(',').filter((type) => type !== '')

/** Types that could be asked for as well. */
export function furtherTypes(asked: readonly string[]): string[] {
  return asked.length >= TYPES_MAX ? [] : RECORD_TYPES.filter((type) => !asked.includes(type))
}

export const withType = (asked: readonly string[], type: string): { recordType: string } => ({ recordType: [...asked, type].join(',') })
export const withoutType = (asked: readonly string[], type: string): { recordType: string } => ({ recordType: asked.filter((one) => one !== type).join(',') })

/** Adds addresses to the chosen servers, or says in a sentence why that cannot be. */
export function withServer(chosen: string, typed: string): { ok: true; server: string } | { ok: false; problem: string } {
  if (typed.trim() === '') return { ok: false, problem: 'An address of a name server is needed, such as 10.0.0.53.' }
  const added = canonicalServers(typed, SERVERS_MAX)
  if (added === null) return { ok: false, problem: 'This is not an address. Name servers are added by address, such as 10.0.0.53 or 2001:db8::53, so that each can be judged before it is asked.' }
  const known = serverList(chosen)
  if (serverList(added).every((one) => known.includes(one))) return { ok: false, problem: `${added} is asked already.` }
  const all = canonicalServers([...known, ...serverList(added)].join(','), SERVERS_MAX)
  return all === null ? { ok: false, problem: `At most ${SERVERS_MAX} servers can be chosen; ${known.length} are.` } : { ok: true, server: all }
}

export const withoutServer = (chosen: string, server: string): string => serverList(chosen).filter((one) => one !== server).join(',')
