/** Redaction of a shared session (S47): private addresses, MACs and internal names become pseudonyms that stay the same within one share. */
import { createHmac } from 'node:crypto'
import { isIP } from 'node:net'
import type { SessionEvent } from '#lib/protocol/events.ts'
import type { PinnedTarget } from '#lib/protocol/target.ts'
import { judgeOctets, judgeV6 } from './internal-address.ts'
import { namesPattern, redactText, suffixPattern, type Pseudonym } from './redact-text.ts'

/** What the redactor should know beforehand; without it a name is known from the first event that shows it to be internal. */
export interface RedactInclude {
  /** Targets of the session's runs: a name that resolved to a private address is internal, whatever its suffix. */
  targets?: readonly PinnedTarget[]
  /** Internal names wherever they occur, e.g. the vantage's host name. */
  names?: readonly string[]
  /** Names that were found for addresses: those of private addresses are internal, whatever their suffix. */
  hosts?: readonly { address: string; name: string }[]
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

const SUFFIXES = ['internal', 'local', 'lan', 'corp', 'home', 'intranet', 'private', 'localdomain', 'localhost', 'home.arpa']
/** Fields that hold one host name or address. */
const NAME_KEYS = new Set(['target', 'host', 'unicodeHost', 'from', 'toldBy', 'vantage', 'hostname'])
/** Fields that hold a word of ours; only an address may not stand there. */
const WORD_KEYS = new Set(['kind', 'tool', 'code', 'blame', 'error', 'notice', 'what', 'signal', 'state', 'severity', 'confidence', 'rule', 'visibility', 'policyId', 'protocol', 'stage', 'fate', 'source', 'flag'])
const ID_KEYS = new Set(['runId', 'runIds', 'sessionId', 'shareId', 'userId', 'ownerId'])
const ID = /^[A-Za-z0-9_-]{16}$/
const SINGLE_LABEL = /^[\p{L}\p{N}_-]{1,63}$/u
const HOST = /^[\p{L}\p{N}_.-]{1,253}$/u
const MOST_NAMES = 2000
const MOST_REMEMBERED = 2000
const LONGEST_REMEMBERED = 100
/** People are not part of what was shared (as in presence): who started and who stopped reads the same for everybody. */
const SOMEBODY = 'Team member'
const WITHHELD = '(not shown in this shared view)'

const isInternalAddress = (text: string): boolean => {
  const bare = text.replace(/%.*$/s, '')
  return isIP(bare) !== 0 && (judgeV6(bare) ?? judgeOctets(bare.split('.')))?.internal === true
}

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

/** Everything that is known to be an internal name, as it grows. */
class InternalNames {
  readonly #names = new Set<string>()
  readonly #suffixes: RegExp
  readonly #all: boolean
  #pattern: RegExp | null = null

  constructor(suffixes: RegExp, all: boolean) {
    // A copy without `g`: testing must not move the place where the next search in a text begins.
    this.#suffixes = new RegExp(suffixes.source, 'iu')
    this.#all = all
  }

  /** True when there are too many to search for; free text is withheld then. */
  get overflowed(): boolean {
    return this.#names.size > MOST_NAMES
  }

  get pattern(): RegExp | null {
    return this.#pattern
  }

  /** Takes a name in whatever a name field holds (`db1`, `db1:5432`, `DB1.corp.`); ignores addresses and public names. */
  learn(text: string, certain = false): void {
    const name = text.toLowerCase().replace(/:[0-9]{1,5}$/, '').replace(/\.$/, '')
    if (!HOST.test(name) || isIP(name) !== 0 || this.#names.has(name) || this.overflowed) return
    const internal = certain || this.#all || SINGLE_LABEL.test(name) || this.#suffixes.test(name)
    if (!internal || /^[0-9.]+$/.test(name)) return
    this.#names.add(name)
    const first = name.split('.')[0] ?? ''
    if (first.length >= 3 && !/^[0-9]+$/.test(first)) this.#names.add(first)
    this.#pattern = namesPattern(this.#names)
  }

  learnHost({ address, name }: { address: string; name: string }): void {
    this.learn(name, isInternalAddress(address))
  }

  learnTarget(target: { host: string; unicodeHost?: string | undefined; address: string; addresses: readonly string[] }): void {
    const certain = isInternalAddress(target.address) || target.addresses.some(isInternalAddress)
    this.learn(target.host, certain)
    if (target.unicodeHost !== undefined) this.learn(target.unicodeHost, certain)
  }
}

/** Reads every name field in `value` before anything of it is replaced. */
function learnFrom(names: InternalNames, value: unknown): void {
  if (Array.isArray(value)) for (const item of value) learnFrom(names, item)
  else if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)) {
    if (isTarget(value)) names.learnTarget(value)
    if (isHost(value)) names.learnHost(value)
    for (const [key, item] of Object.entries(value)) {
      if (typeof item === 'string' && NAME_KEYS.has(key)) names.learn(item)
      else learnFrom(names, item)
    }
  }
}

function isTarget(value: object): value is Pick<PinnedTarget, 'host' | 'unicodeHost' | 'address' | 'addresses'> {
  return 'host' in value && typeof value.host === 'string' && 'address' in value && typeof value.address === 'string'
    && 'addresses' in value && Array.isArray(value.addresses) && value.addresses.every((item) => typeof item === 'string')
}

/** What a reverse look-up found (`path.name`). */
function isHost(value: object): value is { address: string; name: string } {
  return 'address' in value && typeof value.address === 'string' && 'name' in value && typeof value.name === 'string'
}

/** A run of another session, of which only the tool is anybody's business here. */
const isForeignRun = (value: object): boolean => 'sameSession' in value && value.sameSession === false

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
  const suffixes = suffixPattern([...SUFFIXES, ...(include.suffixes ?? []).map((suffix) => suffix.toLowerCase().replace(/^\.|\.$/g, ''))])
  const names = new InternalNames(suffixes, all)
  for (const name of include.names ?? []) names.learn(name, true)
  for (const target of include.targets ?? []) names.learnTarget(target)
  for (const host of include.hosts ?? []) names.learnHost(host)

  const fresh = (from: string): string => (names.overflowed ? WITHHELD : redactText(from, { pseudonym, suffixes, names: names.pattern, all }))
  const remembered = createMemory(() => names.pattern)
  const text = (from: string): string => remembered(`t${from}`, () => fresh(from))
  const word = (from: string): string => remembered(`w${from}`, () => redactText(from, { pseudonym, suffixes, names: null, all, fixedWord: true }))
  const field = (key: string, from: string): string => {
    if (ID_KEYS.has(key) && ID.test(from)) return from
    return WORD_KEYS.has(key) ? word(from) : text(from)
  }
  const walk = (value: unknown, key: string): unknown => {
    if (typeof value === 'string') return field(key, value)
    if (Array.isArray(value)) return value.map((item) => walk(item, key))
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value
    const isRawLine = 'kind' in value && value.kind === 'unrecognised'
    const isForeign = isForeignRun(value)
    const person = 'by' in value && typeof value.by === 'string' && value.by !== '' ? value.by : null
    return Object.fromEntries(Object.entries(value).map(([name, item]) => {
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
