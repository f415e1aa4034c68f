/** The runner's one way to turn a host into addresses: literal, loopback, hosts file, then DNS. Three seconds at most, never throws. */
import { networkInterfaces } from 'node:os'
import { formatAddress, parseAddress, type Address } from '#lib/policy/address.ts'
import { parseTarget } from '#lib/policy/target.ts'
import type { Resolution } from '#lib/protocol/link.ts'
import { fail, ok, type Result } from '#lib/protocol/result.ts'
import { readHosts, readSettings } from './files.ts'
import { lookUp, type Found, type NotFound } from './look-up.ts'

export interface ResolverOptions {
  /** Hosts file, default /etc/hosts. */
  hostsFile?: string
  /** Default /etc/resolv.conf; read at every look-up. */
  resolvConf?: string
  /** Whole look-up, default 3000 ms. */
  timeoutMs?: number
  /** Name servers as `address`, `address:port` or `[v6]:port`, in place of those in resolv.conf. */
  servers?: readonly string[]
  /** Names of the network interfaces here; default: what the kernel says now. */
  interfaces?: () => readonly string[]
}

export interface HostResolver {
  /**
   * Looks a canonical host up once. A name: every address of both families, canonical, in the source's order. A literal: itself,
   * after its zone (if any) was found among the interfaces. Fails with `target-unresolved` (the resolver's doing), `target-invalid`
   * (not canonical, or no such interface) or `busy`.
   */
  resolve(host: string): Promise<Result<Resolution>>
}

/** Look-ups under way at once; far above what quotas let through, far below what sockets allow. */
const CONCURRENT_MAX = 256
/** A name with more addresses than this is not one host. */
const ADDRESSES_MAX = 64
const NOTHING_SENT = 'No packet was sent to it.'

/** Builds a resolver. Each look-up has its own sockets and deadline: a hung one delays nobody. */
export function createResolver(options: ResolverOptions = {}): HostResolver {
  let active = 0
  return {
    async resolve(host) {
      if (active >= CONCURRENT_MAX) return fail({ code: 'busy', field: 'target', message: `${CONCURRENT_MAX} look-ups are under way on this vantage. Try again in a few seconds.`, retryAfterS: 3 })
      active += 1
      try {
        return await resolveHost(host, options)
      } finally {
        active -= 1
      }
    },
  }
}

async function resolveHost(host: string, options: ResolverOptions): Promise<Result<Resolution>> {
  const started = performance.now()
  const parsed = parseTarget(host)
  if (!parsed.ok) return parsed
  if (parsed.value.host !== host) return fail({ code: 'target-invalid', field: 'target', message: `The vantage looks up canonical hosts only; this one is written ${parsed.value.host}.` })
  const answer = (addresses: readonly Address[], by: string, more: Partial<Resolution> = {}): Result<Resolution> =>
    ok({ host, addresses: addresses.map((address) => ({ address: formatAddress(address), family: address.family })), by, ms: Math.round((performance.now() - started) * 1000) / 1000, ...more })
  if (parsed.value.kind !== 'name') return literal(host, parsed.value.zone, { options, answer })
  if (host === 'localhost' || host.endsWith('.localhost')) return answer(['127.0.0.1', '::1'].map(parseAddress).filter((address) => address !== null), 'RFC 6761 (always loopback)')
  const known = await readHosts(options.hostsFile ?? '/etc/hosts', host)
  if (known.length > 0) return answer(known, 'hosts file')
  const timeoutMs = options.timeoutMs ?? 3000
  const settings = await readSettings(options.resolvConf ?? '/etc/resolv.conf')
  const names = host.includes('.') ? [host] : [...settings.search.map((domain) => `${host}.${domain}`), host].filter((name) => name.length <= 253)
  const result = await lookUp({ names, servers: options.servers ?? settings.servers, deadline: started + timeoutMs, now: () => performance.now() })
  if (result.kind !== 'found') return notFound(host, result)
  const addresses = canonical(result)
  if (!addresses.ok) return addresses
  return answer(addresses.value, result.server, {
    ...(result.name === host ? {} : { foundAs: result.name }),
    ...(result.unanswered.length === 0 ? {} : { unanswered: result.unanswered }),
  })
}

type AnswerWith = (addresses: readonly Address[], by: string) => Result<Resolution>

/** A literal answers for itself; one with a zone only if this host has that interface. */
function literal(host: string, zone: string | undefined, { options, answer }: { options: ResolverOptions; answer: AnswerWith }): Result<Resolution> {
  const names = zone === undefined ? [] : options.interfaces?.() ?? Object.keys(networkInterfaces())
  if (zone !== undefined && !names.includes(zone)) {
    return fail({ code: 'target-invalid', field: 'target', message: `This vantage has no network interface ${zone} that is up; it has ${names.slice(0, 8).join(', ')}. ${NOTHING_SENT}` })
  }
  const address = parseAddress(host)
  return address ? answer([address], 'literal') : fail({ code: 'target-invalid', field: 'target', message: `${host} is not an address.` })
}

/** The answers in canonical form, without repeats: IPv4-mapped ones become the address inside. */
function canonical({ addresses, name, server }: Found): Result<Address[]> {
  const unique = new Map<string, Address>()
  for (const text of addresses) {
    const address = parseAddress(text)
    if (!address) return fail({ code: 'target-unresolved', field: 'target', message: `${server} answered for ${name} with something that is no address. ${NOTHING_SENT} Ask whoever runs that resolver.` })
    unique.set(address.text, address)
  }
  if (unique.size > ADDRESSES_MAX) return fail({ code: 'target-unresolved', field: 'target', message: `${name} has ${unique.size} addresses; Hopscope judges ${ADDRESSES_MAX} at most. ${NOTHING_SENT} Type one of them.` })
  return ok([...unique.values()])
}

const NEXT = {
  'no-name': 'Check the spelling.',
  'no-data': 'Ask for another name, or type an address.',
  failed: 'The fault lies with the resolver, not with the target. Try again, or type an address.',
} as const

const notFound = (host: string, { kind, trail }: NotFound): Result<never> =>
  fail({ code: 'target-unresolved', field: 'target', message: `${host} could not be resolved. ${trail.slice(0, 8).join(' ')} ${NOTHING_SENT} ${NEXT[kind]}` })
