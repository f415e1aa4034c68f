/** The words of a hop line, one by one. Each reader takes a whole word and believes all of it or nothing. */
import type { IcmpErrorKind } from '../../ping/events.ts'
import { decimal, whole } from '../../ping/lines/scan.ts'

/** MPLS label stack entry as `-e` prints it. */
export interface Label { label: number; tc: number; bottom: number; ttl: number }

/** A reply's annotation: as printed without `!`, its ICMP kind where it has one, and the MTU of `!F-1400`. */
export interface Flag { flag: string; error?: IcmpErrorKind; mtu?: number }

/** An IPv4 or IPv6 literal with an optional zone. Stricter than its looks: `5.791` and `dead.beef` are none. */
export function isLiteral(word: string): boolean {
  if (word.length > 64) return false
  const zone = word.indexOf('%')
  const literal = zone < 0 ? word : word.slice(0, zone)
  if (zone >= 0 && !/^[\w.@-]+$/.test(word.slice(zone + 1))) return false
  if (literal.includes(':')) return /^[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*$/.test(literal) && literal.indexOf(':') !== literal.lastIndexOf(':')
  const parts = literal.split('.')
  return zone < 0 && parts.length === 4 && parts.every((part) => whole(part, 3) <= 255)
}

/** `(192.0.2.1)` -> what stands inside; null when it is no pair of brackets. */
export const inBrackets = (word: string): string | null => (word.length > 2 && word.startsWith('(') && word.endsWith(')') ? word.slice(1, -1) : null)

/** `[AS64496/AS64497]` -> both; `[*]` -> none; null when it is neither. */
export function readAsns(word: string): string[] | null {
  if (word === '[*]') return []
  if (!/^\[AS\d{1,10}(?:\/AS\d{1,10})*\]$/.test(word)) return null
  return word.slice(1, -1).split('/')
}

/** `<MPLS:L=100048,E=5,S=0,T=1/L=299776,E=0,S=1,T=254>`: outermost first; [] for an extension that is not MPLS; null for no extension. */
export function readExtension(word: string): Label[] | null {
  if (!word.startsWith('<') || !word.endsWith('>')) return null
  const inner = word.slice(1, -1)
  if (!inner.startsWith('MPLS:')) return /^\d{1,3}\/\d{1,3}:[0-9a-f,/:]*$/.test(inner) ? [] : null
  const labels: Label[] = []
  for (const entry of inner.slice(5).split('/')) {
    const read = /^L=(\d{1,7}),E=(\d),S=([01]),T=(\d{1,3})$/.exec(entry)
    const [label, tc, bottom, ttl] = read ? read.slice(1).map(Number) : []
    if (label === undefined || tc === undefined || bottom === undefined || ttl === undefined || label > 0xfffff || tc > 7 || ttl > 255) return null
    labels.push({ label, tc, bottom, ttl })
  }
  return labels
}

/** `'-3'` -> 3: hops that the answer seems to have come back over. */
export function readBack(word: string): number | null {
  const hops = word.startsWith("'-") && word.endsWith("'") ? whole(word.slice(2, -1), 3) : NaN
  return Number.isNaN(hops) ? null : hops
}

/** `F=1500`: the MTU that --mtu found. */
export function readMtu(word: string): number | null {
  const mtu = word.startsWith('F=') ? whole(word.slice(2), 6) : NaN
  return Number.isNaN(mtu) ? null : mtu
}

/** `12.345`, up to a day; NaN otherwise. */
export function readTime(word: string): number {
  const ms = decimal(word)
  return ms <= 86_400_000 ? ms : NaN
}

/** Letters that Linux prints. What others print besides (BSD, busybox) keeps its letter and gets no kind: they do not agree among themselves. */
const FLAGS4: Readonly<Record<string, IcmpErrorKind>> = {
  H: 'host-unreachable', N: 'net-unreachable', P: 'protocol-unreachable', S: 'source-route-failed', X: 'admin-prohibited',
  V: 'precedence-violation', C: 'precedence-cutoff', F: 'frag-needed',
}
/** For IPv6. `S` is not there: busybox prints it for "administratively prohibited". */
const FLAGS6: Readonly<Record<string, IcmpErrorKind>> = {
  H: 'address-unreachable', N: 'no-route', P: 'protocol-unreachable', X: 'admin-prohibited', F: 'packet-too-big',
}
const LETTERS = /^[A-Z]$/

/** Codes of ICMP type 3 (RFC 792, RFC 1812), and of ICMPv6 type 1; 5 and 6 of the latter are kinds of 1 (RFC 4443). */
const CODES4: readonly IcmpErrorKind[] = [
  'net-unreachable', 'host-unreachable', 'protocol-unreachable', 'port-unreachable', 'frag-needed', 'source-route-failed', 'net-unknown', 'host-unknown',
  'host-isolated', 'net-prohibited', 'host-prohibited', 'net-unreachable-tos', 'host-unreachable-tos', 'admin-prohibited', 'precedence-violation', 'precedence-cutoff',
]
const CODES6: readonly IcmpErrorKind[] = [
  'no-route', 'admin-prohibited', 'beyond-scope', 'address-unreachable', 'port-unreachable', 'admin-prohibited', 'admin-prohibited',
]

/** Other ICMP types than "unreachable", printed as `!<type-code>`. */
const TYPES4: Readonly<Record<number, IcmpErrorKind>> = { 4: 'source-quench', 12: 'parameter-problem' }
const TYPES6: Readonly<Record<number, IcmpErrorKind>> = { 2: 'packet-too-big', 4: 'parameter-problem' }

/** `!H`, `!F-1400`, `!<13>`, `!<12-0>`; null when it is none that a traceroute prints. */
export function readFlag(word: string, is6: boolean): Flag | null {
  const flag = word.slice(1)
  if (!word.startsWith('!')) return null
  if (LETTERS.test(flag)) return withKind(flag, is6 ? FLAGS6[flag] : FLAGS4[flag])
  const frag = /^F-(\d{1,6})$/.exec(flag)?.[1]
  if (frag !== undefined) return { flag, error: is6 ? 'packet-too-big' : 'frag-needed', mtu: Number(frag) }
  const numbers = /^<(\d{1,3})(?:-(\d{1,3}))?>$/.exec(flag)
  if (!numbers) return null
  const [first, second] = [Number(numbers[1]), numbers[2]]
  if (second === undefined) return { flag, error: (is6 ? CODES6 : CODES4)[first] ?? 'unreachable-other' }
  return withKind(flag, typed(first, Number(second), is6))
}

function typed(type: number, code: number, is6: boolean): IcmpErrorKind | undefined {
  if (type === (is6 ? 1 : 3)) return (is6 ? CODES6 : CODES4)[code] ?? 'unreachable-other'
  if (type === (is6 ? 3 : 11)) return code === 1 ? 'reassembly-exceeded' : 'ttl-exceeded'
  return (is6 ? TYPES6 : TYPES4)[type]
}

const withKind = (flag: string, error: IcmpErrorKind | undefined): Flag => (error === undefined ? { flag } : { flag, error })
