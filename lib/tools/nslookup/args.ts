/** The command line of nslookup, and how long it may take. */
import { parseAddress } from '#lib/policy/address.ts'
import type { PinnedTarget } from '#lib/protocol/target.ts'
import { isAskable } from '../dns/dig/args.ts'
import type { NslookupOptions } from './options.ts'

/** The person typed an address: nslookup asks for its name. */
export const isAddress = ({ host }: Pick<PinnedTarget, 'host'>): boolean => parseAddress(host) !== null

/**
 * Arguments after the program: words of ours, checked numbers, a name that `nslookupCannot` let through or an address, and the address of a server.
 * nslookup knows no `--`. `default` leaves the type to it: A, then AAAA. The zone of an address (`%eth0`) is no part of its reverse name.
 */
export function nslookupArgv({ recordType, timeoutMs, tries, port, transport, server }: NslookupOptions, target: PinnedTarget): string[] {
  const argv = recordType === 'default' ? [] : [`-type=${recordType}`]
  argv.push(`-timeout=${seconds(timeoutMs)}`, `-retry=${tries}`, `-port=${port}`)
  if (transport === 'tcp') argv.push('-vc')
  argv.push(isAddress(target) ? target.address.replace(/%.*$/, '') : target.host)
  if (server !== '') argv.push(server)
  return argv
}

/** Why these options cannot work with this target, in a sentence with what to do instead; null when they can. */
export function nslookupCannot({ recordType }: NslookupOptions, target: PinnedTarget): string | null {
  if (!isAddress(target)) return isAskable(target.host) ? null : `nslookup would not take “${target.host.slice(0, 80)}” for a name. Ask for a name of letters, digits, hyphens and underscores.`
  if (recordType === 'default' || recordType === 'PTR') return null
  return `An address has no ${recordType} record of its own. Leave the record type as it is to ask for its name, or start nslookup with a name.`
}

const seconds = (ms: number): number => Math.max(1, Math.ceil(ms / 1000))

/** As many servers as resolv.conf names at most, and as many domains in its search list (resolv.conf(5)). */
const SERVERS_MAX = 3
const SEARCH_MAX = 6
const GRACE_MS = 10_000

/** Until it gives up on one question: every server, every try; what was cut over UDP is asked again over TCP. */
const oneMs = ({ timeoutMs, tries, server, transport }: NslookupOptions): number =>
  seconds(timeoutMs) * 1000 * tries * (server === '' ? SERVERS_MAX : 1) * (transport === 'tcp' ? 1 : 2)

/**
 * The longest it can take: A and AAAA for the name and for every name of the search list, each answered at the last moment. Once a question finds no server
 * nslookup ends at once, so a run is nearly always over after `oneMs`.
 */
const longestMs = (options: NslookupOptions): number => oneMs(options) * (options.recordType === 'default' ? 2 : 1) * (1 + SEARCH_MAX)

/** The runner ends the process after this long: never before nslookup would end by itself. */
export const nslookupDeadlineMs = (options: NslookupOptions): number => longestMs(options) + GRACE_MS

/** How long a run takes, for the start form: `gives up after 24 s without an answer, 5 min 36 s at most`. */
export const nslookupBound = (options: NslookupOptions): string =>
  `gives up after ${duration(oneMs(options) / 1000)} without an answer, ${duration(longestMs(options) / 1000)} at most`

function duration(total: number): string {
  const parts = [[Math.floor(total / 60), 'min'], [total % 60, 's']] as const
  return parts.filter(([value]) => value > 0).map(([value, unit]) => `${value} ${unit}`).join(' ')
}
