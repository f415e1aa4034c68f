/** IP literals: strict grammar in, one canonical spelling out, and arithmetic on ranges. */
import ipaddr from 'ipaddr.js'
import type { Family } from '#lib/protocol/target.ts'

/** One address, understood. IPv4-mapped IPv6 is already reduced to the IPv4 address inside. */
export interface Address {
  family: Family
  /** Canonical without a zone: dotted quad, or RFC 5952. */
  text: string
  /** Link-local zone as in fe80::1%eth0. */
  zone?: string
  ip: ipaddr.IPv4 | ipaddr.IPv6
  /** The literal was an IPv4 address wrapped in ::ffff:0:0/96. */
  mapped?: true
}

/** A range of addresses. `text` is canonical: network address, slash, prefix length. */
export interface Cidr { text: string; network: ipaddr.IPv4 | ipaddr.IPv6; bits: number }

const OCTET = /^(?:0|[1-9][0-9]{0,2})$/
const GROUP = /^[0-9a-f]{1,4}$/i
/** Linux interface names hold 15 bytes; those of letters, digits, dot, dash and underscore are taken, a bare number is not a name. */
const ZONE = /^(?![0-9]+$)[A-Za-z0-9][A-Za-z0-9._-]{0,14}$/

/** Four decimal octets without leading zeros; null for every other spelling. */
export function parseIpv4(text: string): ipaddr.IPv4 | null {
  const parts = text.split('.', 5)
  if (text.length > 15 || parts.length !== 4 || !parts.every((part) => OCTET.test(part))) return null
  const octets = parts.map(Number)
  return octets.every((octet) => octet <= 255) ? new ipaddr.IPv4(octets) : null
}

/** Any RFC 4291 spelling without a zone; null if it is not one. */
export function parseIpv6(text: string): ipaddr.IPv6 | null {
  if (text.length > 45 || !text.includes(':')) return null
  const halves = text.split('::', 3)
  if (halves.length > 2) return null
  const [head = '', tail] = halves
  const front = groupsOf(head, tail === undefined)
  const back = tail === undefined ? [] : groupsOf(tail, true)
  if (!front || !back) return null
  const missing = 8 - front.length - back.length
  if (tail === undefined ? missing !== 0 : missing < 1) return null
  return new ipaddr.IPv6([...front, ...Array.from({ length: missing }, () => 0), ...back])
}

/** 16-bit groups of one side of "::"; the last may be a dotted quad where `quadAllowed`. */
function groupsOf(text: string, quadAllowed: boolean): number[] | null {
  if (text === '') return []
  const parts = text.split(':', 9)
  const groups: number[] = []
  for (const [index, part] of parts.entries()) {
    const quad = quadAllowed && index === parts.length - 1 && part.includes('.') ? parseIpv4(part) : null
    if (quad) {
      const [a = 0, b = 0, c = 0, d = 0] = quad.octets
      groups.push(a * 256 + b, c * 256 + d)
    } else if (GROUP.test(part)) groups.push(Number.parseInt(part, 16))
    else return null
  }
  return groups.length <= 8 ? groups : null
}

/** Is this a name that a network interface can have? */
export const isZone = (zone: string): boolean => ZONE.test(zone)

/** fe80::/10, the only addresses that take a zone. */
export const isLinkLocal = (address: Address): boolean =>
  address.ip instanceof ipaddr.IPv6 && address.ip.match(ipaddr.IPv6.parse('fe80::'), 10)

/** Understands one literal, with its zone if it has one; null for anything that is not a strict literal. */
export function parseAddress(text: string): Address | null {
  const v4 = parseIpv4(text)
  if (v4) return { family: 4, text: v4.toString(), ip: v4 }
  const percent = text.indexOf('%')
  const v6 = parseIpv6(percent < 0 ? text : text.slice(0, percent))
  if (!v6) return null
  const zone = percent < 0 ? undefined : text.slice(percent + 1)
  if (v6.isIPv4MappedAddress()) {
    const inner = v6.toIPv4Address()
    return zone === undefined ? { family: 4, text: inner.toString(), ip: inner, mapped: true } : null
  }
  const address: Address = { family: 6, text: v6.toRFC5952String(), ip: v6 }
  if (zone === undefined) return address
  return isZone(zone) && isLinkLocal(address) ? { ...address, zone } : null
}

/** The literal as a tool gets it and a person reads it. */
export const formatAddress = (address: Address): string => (address.zone === undefined ? address.text : `${address.text}%${address.zone}`)

/** Reads `network/bits`, or one address as a range of itself. Host bits must be zero; null otherwise. */
export function parseCidr(text: string): Cidr | null {
  const slash = text.indexOf('/')
  const base = slash < 0 ? text : text.slice(0, slash)
  const network = parseIpv4(base) ?? parseIpv6(base)
  if (!network) return null
  const width = network instanceof ipaddr.IPv4 ? 32 : 128
  const digits = slash < 0 ? String(width) : text.slice(slash + 1)
  if (!OCTET.test(digits) || Number(digits) > width) return null
  const bits = Number(digits)
  const bytes = network.toByteArray()
  const clean = bytes.every((byte, index) => (byte & hostMask(index, bits)) === 0)
  return clean ? { text: bits === width ? network.toString() : `${network.toString()}/${bits}`, network, bits } : null
}

/** Bits of byte `index` that lie behind a prefix of `bits`. */
const hostMask = (index: number, bits: number): number => 0xff >> Math.min(8, Math.max(0, bits - index * 8))

/** Does the range hold the address? Never across families. */
export function inCidr(ip: ipaddr.IPv4 | ipaddr.IPv6, range: Cidr): boolean {
  if (ip instanceof ipaddr.IPv4) return range.network instanceof ipaddr.IPv4 && ip.match(range.network, range.bits)
  return range.network instanceof ipaddr.IPv6 && ip.match(range.network, range.bits)
}

/** Does `outer` hold every address of `inner`? */
export const covers = (outer: Cidr, inner: Cidr): boolean => outer.bits <= inner.bits && inCidr(inner.network, outer)

/** Ranges whose addresses carry an IPv4 address, and where. Teredo keeps its client's address inverted. */
const WRAPPERS = [
  { prefix: '64:ff9b::', bits: 96, group: 6, flip: 0 },
  { prefix: '64:ff9b:1::', bits: 48, group: 6, flip: 0 },
  { prefix: '2002::', bits: 16, group: 1, flip: 0 },
  { prefix: '2001::', bits: 32, group: 6, flip: 0xffff },
  { prefix: '::ffff:0:0:0', bits: 96, group: 6, flip: 0 },
  { prefix: '::', bits: 96, group: 6, flip: 0 },
] as const

/** The IPv4 address that an IPv6 transition address leads to (NAT64, 6to4, Teredo, translated, compatible); null if none. */
export function embeddedIpv4(ip: ipaddr.IPv4 | ipaddr.IPv6): ipaddr.IPv4 | null {
  if (ip instanceof ipaddr.IPv4) return null
  const wrapper = WRAPPERS.find(({ prefix, bits }) => ip.match(ipaddr.IPv6.parse(prefix), bits))
  if (!wrapper) return null
  const high = (ip.parts[wrapper.group] ?? 0) ^ wrapper.flip
  const low = (ip.parts[wrapper.group + 1] ?? 0) ^ wrapper.flip
  return new ipaddr.IPv4([high >> 8, high & 255, low >> 8, low & 255])
}
