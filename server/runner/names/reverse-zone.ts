/** The name under which DNS keeps things about an address, and which addresses the world knows. */
import ipaddr from 'ipaddr.js'
import { parseAddress, type Address } from '#lib/policy/address.ts'

/** Understands a literal as a tool prints it; a zone is of no interest to DNS. */
export const bareAddress = (literal: string): Address | null => parseAddress(literal.replace(/%.*$/s, ''))

/** `4.3.2.1` of 1.2.3.4; the 32 hexadecimal digits, last first, of an IPv6 address. */
export function reverseLabels(address: Address): string {
  const bytes = address.ip.toByteArray()
  if (address.family === 4) return bytes.toReversed().join('.')
  return bytes.toReversed().flatMap((byte) => [byte & 15, byte >> 4]).map((digit) => digit.toString(16)).join('.')
}

/** `4.3.2.1.in-addr.arpa`, `….ip6.arpa`. */
export const reverseName = (address: Address): string => `${reverseLabels(address)}.${address.family === 4 ? 'in-addr' : 'ip6'}.arpa`

/** 198.18.0.0/15: benchmark networks, which labs use as private ones. */
const BENCHMARK = ipaddr.IPv4.parseCIDR('198.18.0.0/15')

/** True for addresses of the public internet: others have no meaning to anybody outside, and are nobody's business there. */
export function isPublic({ ip }: Address): boolean {
  return ip.range() === 'unicast' && !(ip instanceof ipaddr.IPv4 && ip.match(BENCHMARK))
}
