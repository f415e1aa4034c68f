/** Reads the two files that name resolution on a Unix host rests on: hosts and resolv.conf. Both are re-read at every look-up. */
import { open } from 'node:fs/promises'
import { formatAddress, parseAddress, type Address } from '#lib/policy/address.ts'

/** Bigger files are read up to here; block lists of a million lines do not belong in a look-up. */
const READ_MAX = 4 * 1024 * 1024

/** Text of a file as far as READ_MAX, '' if it cannot be read: a host without the file is a normal host. */
export async function readText(path: string): Promise<string> {
  try {
    const file = await open(path, 'r')
    try {
      const buffer = Buffer.alloc(Math.min(READ_MAX, (await file.stat()).size || 65_536))
      const { bytesRead } = await file.read(buffer, 0, buffer.length, 0)
      return buffer.toString('utf8', 0, bytesRead)
    } finally {
      await file.close()
    }
  } catch {
    return ''
  }
}

/** Words of a line, without its comment. */
export const fieldsOf = (line: string): string[] => line.replace(/[#;].*$/, '').trim().split(/[ \t]+/).filter((field) => field !== '')

/** Addresses that a hosts file gives for a canonical name, in the file's order. */
export function hostsEntries(text: string, host: string): Address[] {
  const found = new Map<string, Address>()
  for (const line of text.split('\n')) {
    const [literal = '', ...names] = fieldsOf(line)
    if (!names.some((name) => name.toLowerCase().replace(/\.$/, '') === host)) continue
    const address = parseAddress(literal)
    if (address) found.set(formatAddress(address), address)
  }
  return [...found.values()]
}

/** The first name that a hosts file gives an address (canonical, without a zone); null if it has none. As written: not checked. */
export function hostsName(text: string, address: string): string | null {
  for (const line of text.split('\n')) {
    const [literal = '', name] = fieldsOf(line)
    if (name !== undefined && parseAddress(literal)?.text === address) return name
  }
  return null
}

export const readHostsName = async (path: string, address: string): Promise<string | null> => hostsName(await readText(path), address)

export const readHosts = async (path: string, host: string): Promise<Address[]> => hostsEntries(await readText(path), host)

export interface ResolverSettings {
  /** At most three, as in glibc; 127.0.0.1 if the file names none. */
  servers: string[]
  /** Domains tried behind a single-label name, at most six. */
  search: string[]
}

const SEARCH_MAX = 6
const SERVERS_MAX = 3
const NDOTS_MAX = 15

/** The `nameserver` lines of a resolv.conf that count, as in glibc: the first three that hold an address. Lines are numbered from 1. */
export function nameserverLines(text: string): { address: string; line: number }[] {
  const found: { address: string; line: number }[] = []
  for (const [index, line] of text.split('\n').entries()) {
    const [keyword, literal = ''] = fieldsOf(line)
    const address = keyword === 'nameserver' && found.length < SERVERS_MAX ? parseAddress(literal) : null
    if (address) found.push({ address: formatAddress(address), line: index + 1 })
  }
  return found
}

/** Dots from which a name is asked for as it stands first: the last `options ndots:` of a resolv.conf, 1 without, 15 at most. */
export function ndotsOf(text: string): number {
  const values = text.split('\n').map(fieldsOf).filter(([keyword]) => keyword === 'options').flat().flatMap((word) => /^ndots:(\d{1,9})$/.exec(word)?.[1] ?? [])
  return Math.min(Number(values.at(-1) ?? 1), NDOTS_MAX)
}

/** Decodes resolv.conf: the last of `domain` and `search` counts, unreadable lines do not. */
export function resolverSettings(text: string): ResolverSettings {
  const servers = nameserverLines(text).map(({ address }) => address)
  let search: string[] = []
  for (const line of text.split('\n')) {
    const [keyword = '', ...values] = fieldsOf(line)
    const first = values[0] ?? ''
    if (keyword === 'domain') search = [first]
    if (keyword === 'search') search = values
  }
  const domains = search.map((domain) => domain.toLowerCase().replace(/\.$/, '')).filter((domain) => /^[a-z0-9_](?:[a-z0-9_.-]{0,200}[a-z0-9_])?$/.test(domain))
  return { servers: servers.length > 0 ? servers : ['127.0.0.1'], search: domains.slice(0, SEARCH_MAX) }
}

export const readSettings = async (path: string): Promise<ResolverSettings> => resolverSettings(await readText(path))
