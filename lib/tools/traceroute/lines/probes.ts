/** The grammar of a hop line: words in, probes out. Half a probe is never told. */
import { inBrackets, isLiteral, readAsns, readBack, readExtension, readFlag, readMtu, readTime, type Flag, type Label } from './words.ts'

/**
 * How responders are written: `name (address)`, or `address (name)` with `1.2ms` in one word (inetutils). `traceroute6` is BSD's, whose letters
 * mean something else than Linux's.
 */
export type Dialect = 'usual' | 'inetutils' | 'traceroute6'

/** Who answers, as printed before the first time. */
export interface Responder {
  from: string
  /** Printed name, where it is not the address itself. */
  name: string | null
  asns?: string[]
  backHops?: number
  labels?: Label[]
}

export type HopItem =
  | { kind: 'star'; atMs: number }
  | ({ kind: 'reply'; atMs: number; rttMs: number; who: Responder; mtu?: number } & Partial<Flag>)

type Reply = Extract<HopItem, { kind: 'reply' }>

/** Reads the words of one line, from behind its TTL. Each method answers false once something is not known: then the line is over for it. */
export class ProbeReader {
  readonly #take: (item: HopItem) => void
  readonly #dialect: Dialect
  /** A word that the next one explains: a name, an address or a number. */
  #open = ''
  #who: Responder | null = null
  /** No time has followed the responder yet. */
  #isFresh = false
  /** BSD's `[AS0]` in front of the responder. */
  #asns: string[] | null = null
  /** The last reply: complete once something else than an annotation follows. */
  #held: Reply | null = null
  #hasUnknown = false

  constructor(dialect: Dialect, take: (item: HopItem) => void) {
    this.#dialect = dialect
    this.#take = take
  }

  /** There was an extension that is not MPLS: the probes hold, but the line has something that was not read. */
  get hasUnknown(): boolean {
    return this.#hasUnknown
  }

  /** Something was begun that a probe would have to follow. */
  get isUnfinished(): boolean {
    return this.#open !== '' || this.#isFresh || this.#asns !== null
  }

  star(atMs: number): boolean {
    if (!this.#settle() || this.#isFresh || this.#asns !== null) return false
    this.flush()
    this.#take({ kind: 'star', atMs })
    return true
  }

  /** Any other word, whole; `atMs`: when its last byte was read. */
  next(word: string, atMs: number): boolean {
    const explained = this.#open === '' ? null : this.#explain(word, atMs)
    if (explained !== null) return explained
    if (!this.#settle()) return false
    if (this.#isFresh ? this.#describe(word) : this.#measured(word)) return true
    return word.startsWith('!') ? this.#flagged(word) : this.#begin(word, atMs)
  }

  /** Nothing more is said about the last reply. */
  flush(): void {
    const held = this.#held
    this.#held = null
    if (held !== null) this.#take(held)
  }

  /** What the last reply was cannot be known. */
  drop(): void {
    this.#held = null
  }

  /** The open word together with the one behind it: a time, or a name with its address. Null when they do not belong together. */
  #explain(word: string, atMs: number): boolean | null {
    const open = this.#open
    if (word === 'ms' && this.#dialect !== 'inetutils' && this.#who !== null && !Number.isNaN(readTime(open))) {
      this.#open = ''
      return this.#time(readTime(open), atMs)
    }
    const inner = inBrackets(word)
    if (inner === null) return null
    const [from, name] = this.#dialect === 'inetutils' ? [open, inner] : [inner, open]
    if (!isLiteral(from)) return null
    this.#open = ''
    return this.#responder(from, name === from ? null : name)
  }

  /** An open word that nothing explained can only be a bare address. */
  #settle(): boolean {
    const open = this.#open
    this.#open = ''
    return open === '' || (isLiteral(open) && this.#responder(open, null))
  }

  #responder(from: string, name: string | null): boolean {
    if (this.#isFresh) return false
    this.#who = { from, name, ...(this.#asns === null ? {} : { asns: this.#asns }) }
    this.#asns = null
    this.#isFresh = true
    return true
  }

  #time(rttMs: number, atMs: number): boolean {
    if (this.#who === null || this.#asns !== null) return false
    this.flush()
    this.#isFresh = false
    this.#held = { kind: 'reply', atMs, rttMs, who: this.#who }
    return true
  }

  /** A word about the responder, between its address and its first time. */
  #describe(word: string): boolean {
    const who = this.#who
    if (who === null) return false
    const asns = who.asns === undefined ? readAsns(word) : null
    const labels = who.labels === undefined ? readExtension(word) : null
    const backHops = who.backHops === undefined ? readBack(word) : null
    if (asns !== null) who.asns = asns
    else if (backHops !== null) who.backHops = backHops
    else if (labels === null) return false
    else if (labels.length > 0) who.labels = labels
    else this.#hasUnknown = true
    return true
  }

  /** `F=1500` behind a reply. */
  #measured(word: string): boolean {
    const mtu = readMtu(word)
    if (mtu === null || this.#held === null || this.#held.mtu !== undefined) return false
    this.#held.mtu = mtu
    return true
  }

  /** `!X` behind a reply. */
  #flagged(word: string): boolean {
    const held = this.#held
    if (held === null || held.flag !== undefined) return false
    const flag = readFlag(word, held.who.from.includes(':'))
    if (flag === null) return false
    Object.assign(held, this.#dialect === 'traceroute6' ? { flag: flag.flag } : flag)
    return true
  }

  /** A word that begins something new. */
  #begin(word: string, atMs: number): boolean {
    const asns = this.#asns === null && !this.#isFresh ? readAsns(word) : null
    const rttMs = this.#dialect === 'inetutils' && word.endsWith('ms') ? readTime(word.slice(0, -2)) : NaN
    if (!Number.isNaN(rttMs)) return this.#time(rttMs, atMs)
    if (asns === null && !/^[\w.:%@-]+$/.test(word)) return false
    this.flush()
    if (asns === null) this.#open = word
    else this.#asns = asns
    return true
  }
}
