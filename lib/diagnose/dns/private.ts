/** Addresses that mean something only inside a network. */
import { inCidr, parseAddress, parseCidr } from '#lib/policy/address.ts'

const RANGES = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', 'fc00::/7', 'fe80::/10', '::1/128']

export function isPrivate(text: string): boolean {
  const address = parseAddress(text)
  return address !== null && RANGES.some((range) => { const cidr = parseCidr(range); return cidr !== null && inCidr(address.ip, cidr) })
}
