/** The address that a reverse name is about. */
import { formatAddress, parseAddress } from '#lib/policy/address.ts'

/** `9.113.0.203.in-addr.arpa` → `203.0.113.9`; null for anything that is no whole address. */
export function addressOf(name: string): string | null {
  const [, labels = '', family] = /^(.+)\.(in-addr|ip6)\.arpa\.?$/i.exec(name) ?? []
  const parts = labels.split('.').reverse()
  const text = family?.toLowerCase() === 'ip6' ? (parts.length === 32 ? parts.join('').replace(/(.{4})(?=.)/g, '$1:') : '') : parts.length === 4 ? parts.join('.') : ''
  const address = parseAddress(text)
  return address ? formatAddress(address) : null
}
