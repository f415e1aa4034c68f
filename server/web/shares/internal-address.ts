/** Which addresses tell something about a private network, in any of the spellings a tool or a PTR name uses. */
import ipaddr from 'ipaddr.js'

const INTERNAL_V4 = new Set(['private', 'loopback', 'linkLocal', 'carrierGradeNat'])
const INTERNAL_V6 = new Set(['uniqueLocal', 'loopback', 'linkLocal', 'deprecatedSiteLocal'])
/** 198.18.0.0/15: benchmark networks, which labs use as private ones. */
const BENCHMARK = ipaddr.IPv4.parseCIDR('198.18.0.0/15')

/** An address that was recognised: `canonical` is the same for every spelling of it. */
export interface Recognised { canonical: string; internal: boolean }

function judgeV4(address: ipaddr.IPv4): Recognised {
  return { canonical: address.toString(), internal: INTERNAL_V4.has(address.range()) || address.match(BENCHMARK) }
}

/** The IPv4 address that an IPv6 one carries: mapped, compatible, NAT64 or 6to4. */
function embeddedV4(address: ipaddr.IPv6): ipaddr.IPv4 | null {
  const bytes = address.toByteArray()
  const range = address.range()
  if (range === '6to4') return new ipaddr.IPv4(bytes.slice(2, 6))
  const compatible = bytes.slice(0, 12).every((byte) => byte === 0) && !bytes.slice(12, 15).every((byte) => byte === 0)
  return range === 'ipv4Mapped' || range === 'rfc6052' || range === 'rfc6145' || compatible ? new ipaddr.IPv4(bytes.slice(12)) : null
}

/** Judges four numbers; null unless each is 0 to 255. Leading zeros are read as decimal, which hides more, never less. */
export function judgeOctets(octets: readonly string[]): Recognised | null {
  const numbers = octets.map(Number)
  return numbers.length === 4 && numbers.every((n) => n <= 255) ? judgeV4(new ipaddr.IPv4(numbers)) : null
}

/** Judges an IPv6 literal without zone; null if it is none. */
export function judgeV6(text: string): Recognised | null {
  if (!text.includes(':') || !ipaddr.IPv6.isValid(text)) return null
  const address = ipaddr.IPv6.parse(text)
  const carried = embeddedV4(address)
  const inner = carried === null ? null : judgeV4(carried)
  if (inner !== null && (inner.internal || address.range() === 'ipv4Mapped')) return inner
  return { canonical: address.toString(), internal: INTERNAL_V6.has(address.range()) }
}

/** Judges a reverse name's labels, as they stand before `in-addr.arpa` or `ip6.arpa`; what is missing counts as 0. */
export function judgeReverse(labels: readonly string[], zone: 'in-addr' | 'ip6'): Recognised | null {
  const forward = labels.toReversed()
  if (zone === 'in-addr') return judgeOctets([...forward, '0', '0', '0', '0'].slice(0, Math.max(4, forward.length)))
  if (forward.length > 32 || forward.some((nibble) => nibble.length !== 1)) return null
  const hex = forward.join('').padEnd(32, '0')
  return judgeV6(hex.replace(/(.{4})(?!$)/g, '$1:'))
}
