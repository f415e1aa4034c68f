/** How this vantage finds addresses of names, as its files say: resolv.conf, systemd-resolved, nsswitch.conf and the hosts file. */
import { formatAddress, parseAddress } from '#lib/policy/address.ts'
import type { NameSetup } from '#lib/tools/tool.ts'
import { fieldsOf, nameserverLines, ndotsOf, readText, resolverSettings } from './files.ts'

/** Paths of the files; tests hand their own. */
export interface NameFiles { hosts: string; resolvConf: string; /** The servers that systemd-resolved asks. */ resolved: string; nsswitch: string }

const NAME_FILES: NameFiles = { hosts: '/etc/hosts', resolvConf: '/etc/resolv.conf', resolved: '/run/systemd/resolve/resolv.conf', nsswitch: '/etc/nsswitch.conf' }
/** systemd-resolved, with and without its own names. */
const STUBS: ReadonlySet<string> = new Set(['127.0.0.53', '127.0.0.54'])
/** Lines of a hosts file that are told, names of each, and words of nsswitch.conf. */
const LINES_MAX = 32
const WORDS_MAX = 32

/** Reads the files now. `host` is canonical: a name, or an address. A file that cannot be read is an empty one, as for the C library. Never fails. */
export async function readNameSetup(host: string, files: NameFiles = NAME_FILES): Promise<NameSetup> {
  const [resolvConf, nsswitch, hosts] = await Promise.all([readText(files.resolvConf), readText(files.nsswitch), readText(files.hosts)])
  const servers = nameserverLines(resolvConf).map((one) => ({ ...one, file: files.resolvConf }))
  const behindStub = servers.length > 0 && servers.every(({ address }) => STUBS.has(address))
  const upstream = behindStub ? nameserverLines(await readText(files.resolved)).map((one) => ({ ...one, file: files.resolved })) : []
  const { search } = resolverSettings(resolvConf)
  const found = hostsServices(nsswitch)
  return {
    servers, search, ndots: ndotsOf(resolvConf),
    // A stub that is its own upstream would be asked twice.
    upstream: upstream.filter(({ address }) => !STUBS.has(address)),
    services: found?.services ?? [], servicesFrom: found === null ? null : { file: files.nsswitch, line: found.line },
    hosts: linesNaming(hosts, host, search).map((one) => ({ ...one, file: files.hosts })),
  }
}

/** The words behind `hosts:`; an action such as `[NOTFOUND=return]` is one word. The last such line counts, as in glibc. */
function hostsServices(text: string): { services: string[]; line: number } | null {
  const lines = text.split('\n')
  const at = lines.findLastIndex((line) => /^\s*hosts\s*:/.test(line))
  const words = (lines[at] ?? '').replace(/#.*$/, '').replace(/^\s*hosts\s*:/, '').match(/\[[^\]]{0,100}\]|[^\s[\]]+/g) ?? []
  return at < 0 ? null : { services: words.slice(0, WORDS_MAX), line: at + 1 }
}

/** Lines of a hosts file that give the name, or the name with a search domain, an address; of an address: the lines that name it. */
function linesNaming(text: string, host: string, search: readonly string[]): { address: string; names: string[]; line: number }[] {
  const literal = parseAddress(host)
  const wanted = new Set([host, ...search.map((domain) => `${host}.${domain}`)])
  const found: { address: string; names: string[]; line: number }[] = []
  for (const [index, line] of text.split('\n').entries()) {
    // Block lists have hundreds of thousands of lines: those that cannot be meant are passed over before they are read.
    if (literal?.family === 6 ? !line.includes(':') : !line.toLowerCase().includes(host)) continue
    const [first = '', ...names] = fieldsOf(line)
    const isNamed = literal === null && names.some((name) => wanted.has(name.toLowerCase().replace(/\.$/, '')))
    if (!isNamed && literal === null) continue
    const address = parseAddress(first)
    if (address === null || !(isNamed || formatAddress(address) === host) || found.length >= LINES_MAX) continue
    found.push({ address: formatAddress(address), names: names.slice(0, WORDS_MAX), line: index + 1 })
  }
  return found
}
