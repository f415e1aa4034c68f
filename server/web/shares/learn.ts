/** Reads what a value says about names before anything of it is replaced: by the form of the data, so that events and folded views are read alike. */
import type { PinnedTarget } from '#lib/protocol/target.ts'
import { isInternalAddress, type InternalNames } from './internal-names.ts'
import { judgeReverse } from './internal-address.ts'

/** Fields that hold one host name or address. */
const NAME_KEYS = new Set(['target', 'host', 'unicodeHost', 'from', 'toldBy', 'vantage', 'hostname'])
/** Tools whose answers speak of the whole zone of their target. */
const ZONE_TOOLS = new Set<unknown>(['dns', 'nslookup', 'reach'])
/** Where the host names stand in the value of a record; the rest of it is numbers and words. */
const NAMES_AT: Readonly<Record<string, readonly number[]>> = { CNAME: [0], DNAME: [0], NS: [0], PTR: [0], MX: [1], SRV: [3], SOA: [0, 1], HTTPS: [1], SVCB: [1] }

export interface ShownRecord { name: string; type: string; value: string }

/** Reads every name in `value`. */
export function learnFrom(names: InternalNames, value: unknown): void {
  if (Array.isArray(value)) for (const item of value) learnFrom(names, item)
  else if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)) learnFromObject(names, value)
}

function learnFromObject(names: InternalNames, value: object): void {
  const fields: Readonly<Record<string, unknown>> = { ...value }
  const { tool, target, address, name, serverName, search } = fields
  if (isTarget(target)) names.learnTarget(target, ZONE_TOOLS.has(tool))
  else if (isTarget(value)) names.learnTarget(value)
  if (typeof address === 'string' && typeof name === 'string') learnNamed(names, { address, name, zone: 'role' in fields })
  if (typeof address === 'string' && typeof serverName === 'string' && isInternalAddress(address)) names.learnDomainOf(serverName)
  learnAnswers(names, fields)
  for (const [key, item] of Object.entries(fields)) {
    // Of a name server and of a line of the hosts file it is words about where they are written.
    if (key === 'from' && (typeof fields['role'] === 'string' || Array.isArray(fields['names']))) continue
    if (typeof item === 'string' && NAME_KEYS.has(key)) names.learn(item)
    else learnFrom(names, item)
  }
  if (isStrings(search)) for (const domain of search) names.learnSearch(domain)
}

/** What a reverse look-up found (`path.name`), a name server, a glue record. */
function learnNamed(names: InternalNames, { address, name, zone }: { address: string; name: string; zone: boolean }): void {
  if (!isInternalAddress(address)) names.learn(name)
  else if (zone) names.learnDomainOf(name)
  else names.learn(name, true)
}

/** Questions and their answers: a name that leads to a private address is internal, and so is the name of a private address. */
function learnAnswers(names: InternalNames, { name, addresses, names: others, address, reply, serverName }: Readonly<Record<string, unknown>>): void {
  if (typeof name === 'string' && isStrings(addresses) && addresses.some(isInternalAddress)) names.learnDomainOf(name)
  if (typeof address === 'string' && isStrings(others) && isInternalAddress(address)) for (const other of others) names.learnDomainOf(other)
  if (typeof reply !== 'object' || reply === null) return
  const { answers, authority, additional, server } = reply as Readonly<Record<string, unknown>>
  if (typeof name === 'string') names.learnAsked(name)
  const told = recordsOf(answers)
  if (typeof name === 'string' && told.some(leadsInside)) for (const inside of [name, ...chainOf(told)]) names.learnDomainOf(inside)
  for (const record of [...told, ...recordsOf(authority), ...recordsOf(additional)]) learnRecord(names, record)
  if (typeof serverName === 'string' && isHost(server) && isInternalAddress(server.address)) names.learnDomainOf(serverName)
}

function learnRecord(names: InternalNames, record: ShownRecord): void {
  if (leadsInside(record)) names.learnDomainOf(record.name)
  for (const name of namesIn(record)) {
    if (record.type === 'PTR' && isInternalReverse(record.name)) names.learnDomainOf(name)
    else names.learn(name)
  }
}

const leadsInside = ({ type, value }: ShownRecord): boolean => (type === 'A' || type === 'AAAA') && isInternalAddress(value)

/** The names that an answer goes through on its way to an address. */
const chainOf = (records: readonly ShownRecord[]): string[] => records.filter(({ type }) => type === 'CNAME' || type === 'DNAME').flatMap(({ name, value }) => [name, value])

/** The host names in the value of a record. */
function namesIn({ type, value }: ShownRecord): string[] {
  const words = value.split(' ')
  return (NAMES_AT[type] ?? []).flatMap((at) => words[at] ?? []).filter((word) => word.length > 1)
}

function isInternalReverse(name: string): boolean {
  const [, labels = '', zone = ''] = /^(.{1,80})\.(in-addr|ip6)\.arpa\.?$/i.exec(name) ?? []
  return zone !== '' && judgeReverse(labels.split('.'), zone.toLowerCase() === 'ip6' ? 'ip6' : 'in-addr')?.internal === true
}

const isStrings = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every((item) => typeof item === 'string')
const recordsOf = (value: unknown): ShownRecord[] => (Array.isArray(value) ? value.filter(isRecord) : [])

/** A record as name servers tell it. */
export function isRecord(value: unknown): value is ShownRecord {
  return typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string'
    && 'type' in value && typeof value.type === 'string' && 'value' in value && typeof value.value === 'string'
}

/** Does the whole value stand for one host name? */
export const isNameRecord = (type: string): boolean => NAMES_AT[type]?.length === 1 && NAMES_AT[type][0] === 0
/** Does the value hold only host names, numbers and words of the protocol? */
export const isStructured = (type: string): boolean => type === 'A' || type === 'AAAA' || Object.hasOwn(NAMES_AT, type)

const isHost = (value: unknown): value is { address: string } => typeof value === 'object' && value !== null && 'address' in value && typeof value.address === 'string'

function isTarget(value: unknown): value is Pick<PinnedTarget, 'host' | 'unicodeHost' | 'address' | 'addresses'> {
  return typeof value === 'object' && value !== null && 'host' in value && typeof value.host === 'string' && 'address' in value && typeof value.address === 'string'
    && 'addresses' in value && isStrings(value.addresses)
}
