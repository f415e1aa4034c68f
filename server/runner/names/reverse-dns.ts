/** The name of an address: this host's hosts file, then its own resolver, two seconds in all. Addresses go nowhere else. */
import { readHostsName, readSettings } from '../resolve/files.ts'
import { askInTurn } from '../resolve/query.ts'
import { hostNameOf } from './host-name.ts'
import { createLookups, type Kept, type Lookups } from './lookups.ts'
import { bareAddress, reverseName } from './reverse-zone.ts'

/** `name` null: a server said that it has none, or what it has is no host name. */
export interface Named { name: string | null }

export interface DnsOptions {
  /** Default /etc/hosts. */
  hostsFile?: string
  /** Default /etc/resolv.conf; read at every look-up. */
  resolvConf?: string
  /** Name servers in place of those in resolv.conf. */
  servers?: readonly string[]
  /** Default 2000 ms. */
  timeoutMs?: number
}

export const GOOD_MS = 600_000
export const NONE_MS = 120_000
const TIMEOUT_MS = 2_000

export function createReverseDns(options: DnsOptions = {}): Lookups<Named> {
  return createLookups<Named>({ unknownForMs: NONE_MS, ask: (address) => nameOf(address, options) })
}

async function nameOf(literal: string, options: DnsOptions): Promise<Kept<Named> | null> {
  const address = bareAddress(literal)
  if (address === null) return kept(null)
  const known = await readHostsName(options.hostsFile ?? '/etc/hosts', address.text)
  if (known !== null) return kept(hostNameOf(known))
  // Not `reverse`: the library behind it would read the hosts file by itself, and not in the background.
  const reply = await askInTurn(await serversOf(options), options.timeoutMs ?? TIMEOUT_MS, (resolver) => resolver.resolvePtr(reverseName(address)))
  if (reply === null) return null
  // Several names come in an order that changes; the first of the alphabet is the same one each time.
  return kept(reply.kind === 'answer' ? reply.value.map(hostNameOf).filter((name) => name !== null).toSorted()[0] ?? null : null)
}

const kept = (name: string | null): Kept<Named> => ({ value: { name }, goodForMs: name === null ? NONE_MS : GOOD_MS })

export const serversOf = async ({ servers, resolvConf }: DnsOptions): Promise<readonly string[]> => servers ?? (await readSettings(resolvConf ?? '/etc/resolv.conf')).servers
