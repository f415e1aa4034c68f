/** The name under which DNS keeps the name of an address (RFC 1035 section 3.5, RFC 3596). */
import { parseAddress } from '#lib/policy/address.ts'

/** `4.3.2.1.in-addr.arpa`, `….ip6.arpa`; a zone of the address is of no interest to DNS. Null: no address. */
export function reverseName(literal: string): string | null {
  const address = parseAddress(literal.replace(/%.*$/s, ''))
  if (address === null) return null
  const bytes = address.ip.toByteArray().toReversed()
  if (address.family === 4) return `${bytes.join('.')}.in-addr.arpa`
  return `${bytes.flatMap((byte) => [byte & 15, byte >> 4]).map((digit) => digit.toString(16)).join('.')}.ip6.arpa`
}
