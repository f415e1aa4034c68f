/** Names in answers: comparing them, and which of them may be asked for in turn. All of them are hostile. */
import { formatAddress, parseAddress } from '#lib/policy/address.ts'
import { isAskable } from '../dig/args.ts'
import type { DnsRecord, DnsReply } from '../reply.ts'

/** Lower case, without the trailing dot; the root stays `.`. */
export const plainName = (name: string): string => (name === '.' ? name : name.toLowerCase().replace(/\.$/, ''))

/** The name, when it may stand on a command line; null else. */
export function askable(name: string): string | null {
  const plain = plainName(name)
  return plain !== '' && isAskable(plain) ? plain : null
}

/** The name itself first, then everything above it; without the root. */
export function ancestry(name: string): string[] {
  const labels = name.split('.')
  return labels.map((_, at) => labels.slice(at).join('.'))
}

/** The part of `name` that is the zone that `owner` names, or null: what is asked for is then a part of what a person typed, whatever an answer holds. */
export const zoneOf = (name: string, owner: string): string | null => ancestry(name).find((zone) => zone === plainName(owner)) ?? null

export const isBelow = (zone: string, above: string): boolean => above === '.' ? zone !== '.' : zone.endsWith(`.${above}`)

/** Names that the NS records of this owner give, each once. */
export function serversOf(records: readonly DnsRecord[], owner: string): string[] {
  return [...new Set(records.filter((one) => one.type === 'NS' && plainName(one.name) === owner).map((one) => plainName(one.value)))]
}

/** Addresses that the records give for a name, canonical, each once. */
export function addressesOf(records: readonly DnsRecord[], name: string): string[] {
  const values = records.filter((one) => (one.type === 'A' || one.type === 'AAAA') && plainName(one.name) === name).map((one) => canonical(one.value))
  return [...new Set(values.filter((value) => value !== null))]
}

/** Every address in the answer section, whatever CNAME it stands behind. */
export function answeredAddresses({ answers }: DnsReply): string[] {
  return answers.filter(({ type }) => type === 'A' || type === 'AAAA').map(({ value }) => canonical(value)).filter((value) => value !== null)
}

export function canonical(literal: string): string | null {
  const address = parseAddress(literal)
  return address === null ? null : formatAddress(address)
}
