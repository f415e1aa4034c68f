/** Who is at the other end and whether they came over HTTPS, believing proxies only when told to (S21). */
import { BlockList, isIP, isIPv4 } from 'node:net'
import { fail, ok, type Result } from '#lib/protocol/result.ts'
import { hasUnderscoreTwin, headerValues, onlyHeader, type RequestFacts } from './headers.ts'
import { isPublicHost, publicOrigin, type OriginConfig } from './origin.ts'

const FORWARDED = ['x-forwarded-for', 'x-forwarded-proto'] as const
const MOST_HOPS = 32
const LONGEST = 2048

/** Plain address: IPv4-mapped IPv6 becomes IPv4, a zone is dropped, lower case. Empty for what is no address. */
export function plainAddress(address: string | undefined): string {
  const bare = (address ?? '').toLowerCase().replace(/%.*$/s, '').replace(/^::ffff:(?=[0-9.]+$)/, '')
  return isIP(bare) === 0 ? '' : bare
}

/** Membership test of the configured proxy CIDRs. An entry that does not parse trusts nobody. */
export function proxyMatcher(cidrs: readonly string[]): (address: string) => boolean {
  const list = new BlockList()
  for (const cidr of cidrs) addCidr(list, cidr)
  return (address) => {
    const plain = plainAddress(address)
    return plain !== '' && list.check(plain, isIPv4(plain) ? 'ipv4' : 'ipv6')
  }
}

function addCidr(list: BlockList, cidr: string): void {
  const [base = '', bits] = cidr.split('/')
  const plain = plainAddress(base)
  if (plain === '') return
  const family = isIPv4(plain) ? 'ipv4' : 'ipv6'
  const most = family === 'ipv4' ? 32 : 128
  if (bits === undefined) return list.addAddress(plain, family)
  const prefix = /^[0-9]{1,3}$/.test(bits) ? Number(bits) : -1
  if (prefix >= 0 && prefix <= most) list.addSubnet(plain, prefix, family)
}

const refused = (what: string): Result<never> => fail({
  code: 'invalid',
  message: `The reverse proxy sent ${what}, so the caller's address cannot be trusted. Let the proxy set X-Forwarded-For once and remove what clients send.`,
})

/** One hop of X-Forwarded-For: an address, with the port that some proxies add removed. */
function hopAddress(text: string): string {
  const trimmed = text.trim()
  const withPort = /^\[([^\]]+)\](?::[0-9]{1,5})?$/.exec(trimmed) ?? /^([0-9.]{7,15}):[0-9]{1,5}$/.exec(trimmed)
  return plainAddress(withPort?.[1] ?? trimmed)
}

/** Forwarded headers that a careful proxy never lets through: twice, with underscores, or named hop-by-hop. */
function forwardedFault(rawHeaders: readonly string[]): string | null {
  for (const name of FORWARDED) {
    if (headerValues(rawHeaders, name).length > 1) return `${name} more than once`
    if (hasUnderscoreTwin(rawHeaders, name)) return `${name} spelt with underscores`
  }
  const connection = headerValues(rawHeaders, 'connection').join(',').toLowerCase()
  return connection.includes('x-forwarded') ? 'X-Forwarded headers named in Connection' : null
}

/**
 * The caller's address. From a trusted proxy: the last address in X-Forwarded-For that is not itself a trusted proxy; from anybody else:
 * the socket's peer, whatever the headers say. Fails with `invalid` when a trusted proxy sends something ambiguous.
 */
export function clientAddress(request: RequestFacts, config: OriginConfig): Result<string> {
  const peer = plainAddress(request.remoteAddress)
  const trusted = proxyMatcher(config.trustedProxies)
  if (!trusted(peer)) return ok(peer === '' ? 'unknown' : peer)
  const fault = forwardedFault(request.rawHeaders)
  if (fault !== null) return refused(fault)
  const header = onlyHeader(request.rawHeaders, 'x-forwarded-for')
  if (header === null) return ok(peer)
  const hops = header.split(',')
  if (header.length > LONGEST || hops.length > MOST_HOPS) return refused('too long an X-Forwarded-For')
  let client = peer
  for (const hop of hops.reverse()) {
    const address = hopAddress(hop)
    if (address === '') return refused('an X-Forwarded-For that is not a list of addresses')
    client = address
    if (!trusted(address)) break
  }
  return ok(client)
}

/** True if the browser came over HTTPS: our own TLS, a trusted proxy's word, or publicUrl's scheme when Host is publicUrl's. */
export function isHttps(request: RequestFacts, config: OriginConfig): boolean {
  if (request.encrypted) return true
  if (proxyMatcher(config.trustedProxies)(plainAddress(request.remoteAddress)) && forwardedFault(request.rawHeaders) === null) {
    const proto = onlyHeader(request.rawHeaders, 'x-forwarded-proto')?.trim().toLowerCase()
    if (proto === 'https') return true
    if (proto === 'http') return false
  }
  return isPublicHost(request, config) && publicOrigin(config)?.https === true
}
