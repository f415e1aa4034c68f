/** Which port of a target is looked at, how closely, and at which of its addresses. */
import type { PinnedTarget } from '#lib/protocol/target.ts'
import type { ReachOptions } from './options.ts'

export type Depth = 'tcp' | 'tls' | 'http' | 'https'

const HTTP = new Set([80, 8000, 8080])
const HTTPS = new Set([443, 8443, 9443])
/** TLS from the first byte on: SMTP, LDAP, DNS, FTP, telnet, IMAP, POP3, SIP, the API of Kubernetes. */
const TLS = new Set([465, 636, 853, 989, 990, 992, 993, 995, 5061, 6443])

const DEFAULT_PORT = 443
const ADDRESSES_MAX = 8

export const reachPort = (options: Pick<ReachOptions, 'port'>, target: Pick<PinnedTarget, 'port'>): number => options.port ?? target.port ?? DEFAULT_PORT

/** `auto` as the port suggests. */
export function reachDepth({ depth }: Pick<ReachOptions, 'depth'>, port: number): Depth {
  if (depth !== 'auto') return depth
  return HTTP.has(port) ? 'http' : HTTPS.has(port) ? 'https' : TLS.has(port) ? 'tls' : 'tcp'
}

/** The pinned address first, then the others that policy let through with it. Empty for a name without an address. */
export const reachAddresses = ({ address, addresses }: Pick<PinnedTarget, 'address' | 'addresses'>): string[] =>
  [...new Set([address, ...addresses])].filter((one) => one !== '').slice(0, ADDRESSES_MAX)

export const familyOf = (address: string): 4 | 6 => (address.includes(':') ? 6 : 4)
