/** Redaction of a shared session (S47): private addresses, MACs and internal names become pseudonyms that stay the same within one share. */
import { createHmac } from 'node:crypto'
import type { SessionEvent } from '#lib/protocol/events.ts'
import type { PinnedTarget } from '#lib/protocol/target.ts'
import { HOST, InternalNames, isInternalAddress } from './internal-names.ts'
import { isNameRecord, isRecord, isStructured, learnFrom, type ShownRecord } from './learn.ts'
import { redactText, type Pseudonym } from './redact-text.ts'

/** What the redactor should know beforehand; without it a name is known from the first event that shows it to be internal. */
export interface RedactInclude {
  /** Targets of the session's runs: a name that resolved to a private address is internal, whatever its suffix. */
  targets?: readonly PinnedTarget[]
  /** Internal names wherever they occur, e.g. the vantage's host name. */
  names?: readonly string[]
  /** What is known about names up to now: names of addresses (those of private ones are internal, whatever their suffix), answers of name servers, certificates. */
  told?: readonly unknown[]
  /** Internal domains besides the usual ones, e.g. `corp.example.com`. */
  suffixes?: readonly string[]
  /** Hide public addresses and names too. */
  all?: boolean
}

export interface Redactor {
  event(event: SessionEvent): SessionEvent
  /** Plain text, not JSON text: parse that and give it to `value`. */
  text(text: string): string
  /** Any JSON data (snapshots, summaries, findings): every string in it, keys included. Numbers are left alone. */
  value<T>(value: T): T
}

/** Fields that hold a word of ours; only an address may not stand there. */
const WORD_KEYS = new Set([
  'kind', 'tool', 'code', 'blame', 'error', 'notice', 'what', 'signal', 'state', 'severity', 'confidence', 'rule', 'visibility', 'policyId', 'protocol', 'stage', 'fate', 'source', 'flag',
  'role', 'purpose', 'status', 'type', 'types', 'transport', 'flags', 'how', 'icmp', 'verdict', 'version', 'cipher', 'alpn', 'depth', 'recordType', 'authorities', 'publicServers', 'walk',
])
const ID_KEYS = new Set(['runId', 'runIds', 'sessionId', 'shareId', 'userId', 'ownerId'])
/** Fields that hold an address on the Web, as its server wrote it. */
const URL_KEYS = new Set(['url', 'location'])
const ID = /^[A-Za-z0-9_-]{16}$/
const MOST_REMEMBERED = 2000
const LONGEST_REMEMBERED = 100
/** People are not part of what was shared (as in presence): who started and who stopped reads the same for everybody. */
const SOMEBODY = 'Team member'
const WITHHELD = '(not shown in this shared view)'

const ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789'

/** `private-h4kq2mzt`: 40 bits of a keyed hash, so that nobody without the share's key can try addresses against it. */
function pseudonyms(key: Uint8Array): Pseudonym {
  return (kind, canonical) => {
    const mac = createHmac('sha256', key).update(`${kind}:${canonical}`).digest()
    return `${kind}-${[...mac.subarray(0, 8)].map((byte) => ALPHABET[byte % 32]).join('')}`
  }
}

/** Stands for an id, and has the form of one. */
function pseudonymId(key: Uint8Array, id: string): string {
  const mac = createHmac('sha256', key).update(`run:${id}`).digest()
  return [...mac.subarray(0, 16)].map((byte) => ALPHABET[byte % 32]).join('')
}

/** A run of another session, of which only the tool is anybody's business here. */
const isForeignRun = (value: object): boolean => 'sameSession' in value && value.sameSession === false

/** Of who refused a connection `by` is an address. */
const isBlame = (value: object): boolean => 'how' in value && 'icmp' in value

interface SpecialParts { names: InternalNames; pseudonym: Pseudonym; text(from: string): string }

/** What is replaced otherwise than text by text. What it answers is walked like the rest, which leaves pseudonyms alone. */
function specialForms({ names, pseudonym, text }: SpecialParts): { url(from: string): string; of(value: object): object } {
  const whole = (from: string): string => (from === '' ? from : pseudonym('text', from))
  /** A name with letters that no host name has (a printer's, `\032`): hidden whole where a part of it would be. */
  const name = (from: string): string => (HOST.test(from) || text(from) === from ? from : pseudonym('host', from.toLowerCase()))
  const record = (of: ShownRecord & { strings?: unknown }): object => {
    const free = !isStructured(of.type) && names.isInternal(of.name)
    const value = free ? whole(of.value) : isNameRecord(of.type) ? name(of.value) : of.value
    return { name: name(of.name), value, ...(of.strings !== undefined && { strings: stringsOf(of.strings, free ? whole : text) }) }
  }
  return {
    url: (from) => {
      const plain = decoded(from)
      return plain === from || text(plain) === plain ? text(from) : text(plain)
    },
    of(value) {
      if (isRecord(value)) return record(value)
      if (isNameOptions(value)) return { server: text(value.server) === value.server ? value.server : '' }
      if (isHandshake(value) && (isInternalAddress(value.address) || (value.serverName !== null && names.isInternal(value.serverName)))) {
        return { chain: value.chain.map((certificate) => ({ ...certificate, ...anonymous(certificate, whole) })) }
      }
      return {}
    },
  }
}

/** One text where it was cut within what must not be seen, else the strings one by one. */
function stringsOf(strings: unknown, hide: (from: string) => string): unknown {
  if (!Array.isArray(strings) || !strings.every((one) => typeof one === 'string')) return strings
  const joined = strings.join('')
  return hide(joined) === joined ? strings : [hide(joined)]
}

/** The fields of a certificate by which an internal server could be found again. */
function anonymous(certificate: object, whole: (from: string) => string): object {
  return Object.fromEntries(Object.entries(certificate).flatMap(([key, item]) => (typeof item === 'string' && ['subject', 'issuer', 'serial', 'sha256'].includes(key) ? [[key, whole(item)]] : [])))
}

/** Without percent escapes of ASCII, also those within escapes. */
function decoded(from: string): string {
  let text = from
  for (let i = 0; i < 3 && text.includes('%'); i += 1) text = text.replace(/%([2-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return text
}

/** Options of dns and nslookup: a pseudonym would be no server, and the options no options. */
const isNameOptions = (value: object): value is { server: string } => 'recordType' in value && 'server' in value && typeof value.server === 'string'

/** A TLS handshake with the certificates that were shown (`reach.tls`). */
function isHandshake(value: object): value is { address: string; serverName: string | null; chain: readonly object[] } {
  return 'chain' in value && Array.isArray(value.chain) && 'shaken' in value && 'address' in value && typeof value.address === 'string'
    && 'serverName' in value && (value.serverName === null || typeof value.serverName === 'string')
}

/** Results of short texts, which repeat in every event of a session; all forgotten when another name has become known. */
function createMemory(version: () => unknown): (key: string, work: () => string) => string {
  const known = new Map<string, string>()
  let of: unknown = version()
  return (key, work) => {
    if (of !== version() || known.size >= MOST_REMEMBERED) known.clear()
    of = version()
    const before = key.length <= LONGEST_REMEMBERED ? known.get(key) : undefined
    if (before !== undefined) return before
    const made = work()
    if (key.length <= LONGEST_REMEMBERED) known.set(key, made)
    return made
  }
}

/** `key`: 32 secret bytes of this share (`Shares.redactionKey`). One redactor serves one share and one session. */
export function createRedactor(parts: { key: Uint8Array; include?: RedactInclude }): Redactor {
  const { include = {} } = parts
  const pseudonym = pseudonyms(parts.key)
  const all = include.all === true
  const names = new InternalNames(include.suffixes ?? [], all)
  for (const name of include.names ?? []) names.learn(name, true)
  for (const target of include.targets ?? []) names.learnTarget(target)
  learnFrom(names, include.told ?? [])

  const rules = (): Pick<Parameters<typeof redactText>[1], 'pseudonym' | 'suffixes' | 'all'> => ({ pseudonym, suffixes: names.suffixes, all })
  const remembered = createMemory(() => names.version)
  const text = (from: string): string => remembered(`t${from}`, () => (names.overflowed ? WITHHELD : redactText(from, { ...rules(), names: names.pattern })))
  const word = (from: string): string => remembered(`w${from}`, () => redactText(from, { ...rules(), names: null, fixedWord: true }))
  const special = specialForms({ names, pseudonym, text })
  const field = (key: string, from: string): string => {
    if (ID_KEYS.has(key) && ID.test(from)) return from
    if (URL_KEYS.has(key)) return special.url(from)
    return WORD_KEYS.has(key) ? word(from) : text(from)
  }
  const walk = (value: unknown, key: string): unknown => {
    if (typeof value === 'string') return field(key, value)
    if (Array.isArray(value)) return value.map((item) => walk(item, key))
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value
    const known = { ...value, ...special.of(value) }
    const isRawLine = 'kind' in value && value.kind === 'unrecognised'
    const isForeign = isForeignRun(value)
    const person = 'by' in value && typeof value.by === 'string' && value.by !== '' && !isBlame(value) ? value.by : null
    return Object.fromEntries(Object.entries(known).map(([name, item]) => {
      if (isRawLine && name === 'text') return [name, WITHHELD]
      if (isForeign && name === 'runId' && typeof item === 'string') return [name, pseudonymId(parts.key, item)]
      if (person !== null && name === 'by') return [name, SOMEBODY]
      const nameless = person !== null && name === 'message' && typeof item === 'string' ? item.replaceAll(person, 'a team member') : item
      return [word(name), walk(nameless, name)]
    }))
  }
  const redacted = <T>(value: T): T => {
    learnFrom(names, value)
    return sameShape(value, walk(value, ''))
  }
  return { event: redacted, text, value: redacted }
}

/** `walk` keeps every key of ours and every type, and replaces strings by strings; that is what this cast stands for. */
function sameShape<T>(_: T, walked: unknown): T {
  return walked as T
}
