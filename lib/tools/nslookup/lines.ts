/** What single lines of nslookup say, BIND's and busybox's alike. A line is believed whole or not at all. */
import { parseAddress } from '#lib/policy/address.ts'
import { isDump, isGivenUp, isRemark, readBadPacket, readFailure, TRUNCATED, type Failure } from '../dns/dig/failure.ts'
import { kept, nameOf } from '../dns/dig/text.ts'
import { readVerb } from './verbs.ts'

export type FatalKind = 'usage' | 'bad-server' | 'unknown-host' | 'other'

export type NslookupLine =
  | { kind: 'server'; name: string }
  /** Only the address of a server has a port. */
  | { kind: 'address'; address: string; port: number | null }
  | { kind: 'name'; name: string }
  | { kind: 'record'; name: string; type: string; data: string }
  | { kind: 'owner'; name: string }
  | { kind: 'soa'; field: SoaField; value: string }
  | { kind: 'not-authoritative' | 'authorities' | 'fence' | 'blank' | 'truncated' | 'given-up' | 'remark' | 'dump' }
  | { kind: 'refused'; name: string; status: string }
  | { kind: 'no-answer'; name: string; status: 'NOERROR' | 'BADREPLY' }
  | { kind: 'attempt'; server: string; error: string; failure: Failure | null }
  | { kind: 'bad-packet'; text: string }
  | { kind: 'fatal'; error: FatalKind }
  | { kind: 'unrecognised' }

const SOA_FIELDS = ['origin', 'mail addr', 'serial', 'refresh', 'retry', 'expire', 'minimum'] as const
export type SoaField = (typeof SOA_FIELDS)[number]
const isSoaField = (word: string): word is SoaField => SOA_FIELDS.some((field) => field === word)

const FIXED: Readonly<Record<string, NslookupLine>> = {
  '': { kind: 'blank' }, 'Non-authoritative answer:': { kind: 'not-authoritative' }, 'Authoritative answers can be found from:': { kind: 'authorities' },
  '------------': { kind: 'fence' }, [TRUNCATED]: { kind: 'truncated' },
}

const UNRECOGNISED: NslookupLine = { kind: 'unrecognised' }

/** Reads one line without its end. */
export function readNslookupLine(printed: string): NslookupLine {
  const text = printed.trimEnd()
  // An empty line means something, so it must be one and not the beginning of another.
  if (text === '' && printed !== '') return { kind: 'remark' }
  if (Object.hasOwn(FIXED, text)) return FIXED[text] ?? UNRECOGNISED
  if (text.startsWith(';; ')) return readComment(text)
  if (text.startsWith('*')) return readStarred(text)
  return readHead(text) ?? readFatal(text) ?? readBody(text)
}

const PASSED_OVER = /^;; Got (?:([A-Z]{4,16}) reply|(recursion not available)) from ([^\s,]{1,128})(?:, trying next server)?$/

function readComment(text: string): NslookupLine {
  const failure = readFailure(text)
  if (failure) return { kind: 'attempt', server: failure.server, error: failure.error, failure }
  const [, status, , server] = PASSED_OVER.exec(text) ?? []
  if (server !== undefined) return { kind: 'attempt', server, error: status ?? 'no-recursion', failure: null }
  if (isGivenUp(text)) return { kind: 'given-up' }
  const bad = readBadPacket(text)
  if (bad !== null) return { kind: 'bad-packet', text: bad }
  return isRemark(text) || text === ';; connection timed out; trying next origin' ? { kind: 'remark' } : UNRECOGNISED
}

const CANNOT_FIND = /^\*\* server can't find (\S{1,1100}?): (NOERROR|FORMERR|SERVFAIL|NXDOMAIN|NOTIMP|REFUSED|YXDOMAIN|YXRRSET|NXRRSET|NOTAUTH|NOTZONE|BADVERS|BADSIG|BADCOOKIE|(?:RESERVED|\?)?\d{1,5})$/
const NO_ANSWER = /^\*\*\* Can't find (\S{1,1100}?): (No answer|Parse error)$/

function readStarred(text: string): NslookupLine {
  const [, name, status] = CANNOT_FIND.exec(text) ?? []
  if (name !== undefined && status !== undefined) return { kind: 'refused', name: nameOf(name), status: status.replace(/^(?:RESERVED|\?)?(?=\d)/, 'RCODE') }
  const [, owner, why] = NO_ANSWER.exec(text) ?? []
  if (owner !== undefined) return { kind: 'no-answer', name: nameOf(owner), status: why === 'No answer' ? 'NOERROR' : 'BADREPLY' }
  return text.startsWith('*** Invalid option: ') ? { kind: 'fatal', error: 'usage' } : UNRECOGNISED
}

const SERVER = /^Server:[ \t]+(\S{1,300})$/
const NAME = /^Name:[ \t]+(\S{1,1100})$/
/** busybox without its big nslookup numbers the addresses and adds their names. */
const ADDRESS = /^Address(?: \d{1,4})?:[ \t]+(\S{1,80})(?: (\S{1,300}))?$/

function readHead(text: string): NslookupLine | null {
  const server = SERVER.exec(text)?.[1]
  if (server !== undefined) return { kind: 'server', name: kept(server) }
  const name = NAME.exec(text)?.[1]
  if (name !== undefined) return { kind: 'name', name: nameOf(name) }
  const place = ADDRESS.exec(text)?.[1]
  const at = place === undefined ? null : readPlace(place)
  return at && { kind: 'address', ...at }
}

const PLACES = [/^([^#]{1,64})#(\d{1,5})$/, /^\[([^\]]{1,64})\]:(\d{1,5})$/, /^(\d[\d.]{1,20}):(\d{1,5})$/] as const

/** `10.0.0.53#53`, busybox's `10.0.0.53:53` and `[::1]:53`, or an address alone. */
function readPlace(word: string): { address: string; port: number | null } | null {
  for (const form of PLACES) {
    const [, address, port] = form.exec(word) ?? []
    if (address !== undefined && isLiteral(address)) return { address, port: Number(port) }
  }
  return isLiteral(word) ? { address: word, port: null } : null
}

/** BIND writes the zone of an address by number too. */
const isLiteral = (text: string): boolean => parseAddress(text.replace(/%[\w.-]{1,32}$/, '')) !== null

const SENT = /^nslookup: (?:write to|read from|sendto|connect to) '([^']{1,128})': (\S.{0,100})$/
const FATAL = /^nslookup: \S/
const FATALS: readonly (readonly [RegExp, FatalKind])[] = [
  [/is not a legal (?:IDNA2008 )?name|unrecognized option|invalid option|invalid query type|invalid argument/, 'usage'],
  [/couldn't get address for '/, 'bad-server'],
  [/can't resolve '|bad address '/, 'unknown-host'],
]

function readFatal(text: string): NslookupLine | null {
  const [, server, words] = SENT.exec(text) ?? []
  if (server !== undefined && words !== undefined) return { kind: 'attempt', server, error: SYSTEM[words] ?? 'other', failure: null }
  if (text.startsWith('unknown query type: ')) return { kind: 'fatal', error: 'usage' }
  if (!FATAL.test(text)) return null
  return { kind: 'fatal', error: FATALS.find(([form]) => form.test(text.slice(0, 1400)))?.[1] ?? 'other' }
}

/** Words of the C library, as busybox hands them on. */
const SYSTEM: Readonly<Record<string, string>> = {
  'Connection refused': 'connection-refused', 'No route to host': 'host-unreachable', 'Host is unreachable': 'host-unreachable', 'Network is unreachable': 'network-unreachable',
  'Network unreachable': 'network-unreachable', 'Operation not permitted': 'permission', 'Permission denied': 'permission',
}

function readBody(text: string): NslookupLine {
  const [, field, value] = /^\t([a-z ]{5,9}) = (\S{1,1100})$/.exec(text) ?? []
  if (field !== undefined && value !== undefined && isSoaField(field)) return { kind: 'soa', field, value }
  if (/^Query #\d{1,4} completed in \d{1,9}ms:$/.test(text)) return { kind: 'remark' }
  if (/^[^\s;:*]\S{0,1099}$/.test(text)) return { kind: 'owner', name: nameOf(text) }
  const [, name, rest] = /^([^\s;*]\S{0,1099})[ \t]+(\S[^]*)$/.exec(text) ?? []
  const record = name === undefined || rest === undefined ? null : readVerb(rest)
  if (name !== undefined && record) return { kind: 'record', name: nameOf(name), ...record }
  return isDump(text) ? { kind: 'dump' } : UNRECOGNISED
}
