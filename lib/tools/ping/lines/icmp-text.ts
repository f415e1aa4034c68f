/** The words ping prints for an ICMP error, and their kind (RFC 792, RFC 4443). */
import type { IcmpErrorKind } from '../events.ts'
import type { IcmpErrorLine } from './line.ts'
import { isAddress, whole } from './scan.ts'

type Known = Pick<IcmpErrorLine, 'error' | 'mtu' | 'nexthop' | 'pointer' | 'code'>

const EXACT: Readonly<Record<string, IcmpErrorKind>> = {
  'Destination Net Unreachable': 'net-unreachable',
  'Destination Host Unreachable': 'host-unreachable',
  'Destination Protocol Unreachable': 'protocol-unreachable',
  'Destination Port Unreachable': 'port-unreachable',
  'Source Route Failed': 'source-route-failed',
  'Destination Net Unknown': 'net-unknown',
  'Destination Host Unknown': 'host-unknown',
  'Source Host Isolated': 'host-isolated',
  'Destination Net Prohibited': 'net-prohibited',
  'Destination Host Prohibited': 'host-prohibited',
  'Destination Net Unreachable for Type of Service': 'net-unreachable-tos',
  'Destination Host Unreachable for Type of Service': 'host-unreachable-tos',
  'Packet filtered': 'admin-prohibited',
  'Communication prohibited by filter': 'admin-prohibited',
  'Precedence Violation': 'precedence-violation',
  'Precedence Cutoff': 'precedence-cutoff',
  'Source Quench': 'source-quench',
  'Time to live exceeded': 'ttl-exceeded',
  'Frag reassembly time exceeded': 'reassembly-exceeded',
  'Destination unreachable: No route': 'no-route',
  'Destination unreachable: Administratively prohibited': 'admin-prohibited',
  'Destination unreachable: Beyond scope of source address': 'beyond-scope',
  'Destination unreachable: Address unreachable': 'address-unreachable',
  'Destination unreachable: Port unreachable': 'port-unreachable',
  'Time exceeded: Hop limit': 'ttl-exceeded',
  'Time exceeded: Defragmentation failure': 'reassembly-exceeded',
}

/** Openings that a number, an address or nothing follows. */
const OPENINGS: readonly (readonly [string, (rest: string) => Known | null])[] = [
  ['Frag needed and DF set (mtu = ', (rest) => numbered('frag-needed', 'mtu', rest.slice(0, -1))],
  ['Packet too big: mtu=', readTooBig],
  ['Parameter problem: pointer = ', (rest) => numbered('parameter-problem', 'pointer', rest)],
  ['Parameter problem: ', readParameter6],
  ['Destination unreachable: Unknown code ', (rest) => numbered('unreachable-other', 'code', rest)],
  ['Dest Unreachable, Bad Code: ', (rest) => numbered('unreachable-other', 'code', rest)],
  ['Time exceeded, Bad Code: ', (rest) => numbered('ttl-exceeded', 'code', rest)],
  ['Time exceeded: code ', (rest) => numbered('ttl-exceeded', 'code', rest)],
  ['Redirect Network', (rest) => redirect('redirect-net', rest)],
  ['Redirect Host', (rest) => redirect('redirect-host', rest)],
  ['Redirect Type of Service and Network', (rest) => redirect('redirect-net', rest)],
  ['Redirect Type of Service and Host', (rest) => redirect('redirect-host', rest)],
]

/** Kind and numbers of an error text; null for words that no ping is known to print. */
export function icmpErrorOf(text: string): Known | null {
  const exact = Object.hasOwn(EXACT, text) ? EXACT[text] : undefined
  if (exact) return { error: exact }
  for (const [opening, read] of OPENINGS) {
    if (!text.startsWith(opening)) continue
    const known = read(text.slice(opening.length))
    if (known) return known
  }
  return null
}

/** Redirects and source quenches tell of the path; the probe itself went on. */
export const isAdvice = (error: IcmpErrorKind): boolean => error === 'source-quench' || error.startsWith('redirect-')

function numbered(error: IcmpErrorKind, name: 'mtu' | 'pointer' | 'code', text: string): Known | null {
  const value = whole(text)
  return Number.isNaN(value) ? null : { error, [name]: value }
}

function readTooBig(rest: string): Known | null {
  const [mtu = '', code] = rest.split(', code=')
  const known = numbered('packet-too-big', 'mtu', mtu)
  if (!known || code === undefined) return known
  return Number.isNaN(whole(code)) ? null : { ...known, code: whole(code) }
}

/** `Wrong header field at 6`, `Unknown header at 6`, `Unknown option at 6`, `code 7 at 6`. */
function readParameter6(rest: string): Known | null {
  const at = rest.lastIndexOf('at ')
  const what = rest.slice(0, Math.max(0, at)).trim()
  const known = numbered('parameter-problem', 'pointer', rest.slice(at + 3))
  if (at < 0 || !known) return null
  if (what.startsWith('code ')) return { ...known, code: whole(what.slice(5)) || 0 }
  return ['Wrong header field', 'Unknown header', 'Unknown option'].includes(what) ? known : null
}

function redirect(error: IcmpErrorKind, rest: string): Known | null {
  const opening = '(New nexthop: '
  const at = rest.indexOf(opening)
  if (at < 0 || at > 1) return null
  const nexthop = rest.slice(at + opening.length, -1)
  return rest.endsWith(')') && isAddress(nexthop) ? { error, nexthop } : null
}
