/** Reads one hop line while it is still being written: traceroute ends a hop's line only when the next one begins. */
import { isLiteral, inBrackets, readAsns, readBack, readExtension, readFlag, readMtu, readTime, type Flag, type Label } from './words.ts'

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

/** What became of a line. `other`: no hop line. `odd`: a hop line with something that is not known; what stood before it holds. */
export type LineEnd = { kind: 'other' } | { kind: 'hop' | 'odd'; ttl: number }

const WORD_MAX = 1024
/** Bytes of a line that are looked at. */
const LINE_MAX = 4096
const [TAB, CR, SPACE, STAR] = [9, 13, 32, 42]
/** BSD writes a hop's further responders on lines of their own, indented by four. */
const CONTINUED_INDENT = 4

export class HopReader {
  readonly #take: (ttl: number, item: HopItem) => void
  #dialect: Dialect = 'usual'
  /** TTL of the hop line right above, which a BSD line may go on with; 0 = none. */
  #above = 0
  #state: 'indent' | 'first' | 'hop' | 'odd' | 'other' = 'indent'
  #bytes = 0
  #indent = 0
  #ttl = 0
  #word = ''
  #wordAtMs = 0
  #sawCr = false
  /** A word that the next one explains: a name, an address or a number. */
  #open = ''
  #who: Responder | null = null
  /** No time has followed the responder yet. */
  #isFresh = false
  /** BSD's `[AS0]` in front of the responder. */
  #asns: string[] | null = null
  /** The last reply: complete once something else than an annotation follows. */
  #held: Reply | null = null
  /** An extension that is not known: the probes hold, the line is told. */
  #hasUnknown = false

  constructor(take: (ttl: number, item: HopItem) => void) {
    this.#take = take
  }

  /** The header told which traceroute this is. */
  speak(dialect: Dialect): void {
    this.#dialect = dialect
  }

  /** The next byte of the line, read at `atMs`. Cost is constant. */
  feed(byte: number, atMs: number): void {
    if (this.#state === 'other' || this.#state === 'odd') return
    this.#bytes++
    if (byte === SPACE || byte === TAB) return this.#space()
    if (byte === CR) {
      // Right before the line's end it belongs to the end, as a pty writes it.
      this.#sawCr = true
      return
    }
    if (this.#sawCr || byte < 33 || byte > 126 || this.#bytes > LINE_MAX || this.#word.length >= WORD_MAX) return this.#fail()
    if (this.#state === 'indent') this.#state = 'first'
    this.#word += String.fromCharCode(byte)
    this.#wordAtMs = atMs
    // A star is told at once: nothing ever follows it in its word, and the next one may be seconds away.
    if (byte === STAR && this.#word === '*' && this.#state === 'hop') this.#star()
  }

  /** The line is over; `isCut`: by the end of the output, so that a probe may be missing its end. The reader is ready for the next line. */
  end(isCut: boolean): LineEnd {
    if (this.#word !== '') this.#endWord()
    if (this.#state === 'hop') {
      this.#flush()
      if (!isCut && (this.#open !== '' || this.#isFresh || this.#asns !== null)) this.#state = 'odd'
    }
    const isHop = this.#state === 'hop' || this.#state === 'odd'
    const kind = this.#state === 'odd' || this.#hasUnknown ? 'odd' : 'hop'
    const end: LineEnd = isHop && this.#ttl > 0 ? { kind, ttl: this.#ttl } : { kind: 'other' }
    this.#reset(end.kind === 'hop' ? this.#ttl : 0)
    return end
  }

  #reset(above: number): void {
    this.#above = above
    this.#state = 'indent'
    this.#bytes = 0
    this.#indent = 0
    this.#ttl = 0
    this.#word = ''
    this.#sawCr = false
    this.#open = ''
    this.#who = null
    this.#isFresh = false
    this.#asns = null
    this.#held = null
    this.#hasUnknown = false
  }

  #space(): void {
    if (this.#sawCr) return this.#fail()
    if (this.#state === 'indent') this.#indent++
    else if (this.#word !== '') this.#endWord()
  }

  #fail(): void {
    // An annotation that is not known leaves it open what its reply was.
    if (!this.#word.startsWith('!')) this.#flush()
    this.#held = null
    this.#state = this.#state === 'hop' ? 'odd' : 'other'
  }

  #endWord(): void {
    // The keys a terminal echoes when somebody presses ^C.
    const word = this.#word.endsWith('^C') ? this.#word.slice(0, -2) : this.#word
    if (this.#state === 'first') this.#first(word)
    else if (this.#state === 'hop' && word !== '' && word !== '*') this.#next(word)
    this.#word = ''
  }

  #first(word: string): void {
    if (this.#indent < CONTINUED_INDENT && /^\d{1,3}$/.test(word) && Number(word) >= 1 && Number(word) <= 255) {
      this.#ttl = Number(word)
      this.#state = 'hop'
    } else if (this.#indent >= CONTINUED_INDENT && this.#above > 0 && word !== '*') {
      this.#ttl = this.#above
      this.#state = 'hop'
      this.#next(word)
    } else this.#state = 'other'
  }

  #star(): void {
    this.#settle()
    if (this.#state !== 'hop' || this.#isFresh || this.#asns !== null) return this.#fail()
    this.#flush()
    this.#take(this.#ttl, { kind: 'star', atMs: this.#wordAtMs })
  }

  #next(word: string): void {
    if (this.#open !== '' && this.#explain(word)) return
    this.#settle()
    if (this.#state !== 'hop') return
    if (!this.#annotate(word)) this.#begin(word)
  }

  /** The open word together with the one behind it: a time, or a name with its address. */
  #explain(word: string): boolean {
    const open = this.#open
    if (word === 'ms' && this.#dialect !== 'inetutils' && this.#who !== null && !Number.isNaN(readTime(open))) {
      this.#open = ''
      this.#time(readTime(open))
      return true
    }
    const inner = inBrackets(word)
    if (inner === null) return false
    const [from, name] = this.#dialect === 'inetutils' ? [open, inner] : [inner, open]
    if (!isLiteral(from)) return false
    this.#open = ''
    this.#responder(from, name === from ? null : name)
    return true
  }

  /** An open word that nothing explained can only be a bare address. */
  #settle(): void {
    const open = this.#open
    if (open === '') return
    this.#open = ''
    if (isLiteral(open)) this.#responder(open, null)
    else this.#fail()
  }

  #responder(from: string, name: string | null): void {
    if (this.#isFresh) return this.#fail()
    this.#who = { from, name, ...(this.#asns === null ? {} : { asns: this.#asns }) }
    this.#asns = null
    this.#isFresh = true
  }

  #time(rttMs: number): void {
    if (this.#who === null || this.#asns !== null) return this.#fail()
    this.#flush()
    this.#isFresh = false
    this.#held = { kind: 'reply', atMs: this.#wordAtMs, rttMs, who: this.#who }
  }

  /** A word about the responder or the reply before it; true when it was one. */
  #annotate(word: string): boolean {
    if (this.#isFresh) return this.#describe(word)
    const held = this.#held
    const mtu = readMtu(word)
    if (mtu !== null && held !== null && held.mtu === undefined) {
      held.mtu = mtu
      return true
    }
    if (!word.startsWith('!')) return false
    const flag = held === null || held.flag !== undefined ? null : readFlag(word, held.who.from.includes(':'))
    if (flag === null || held === null) this.#fail()
    else Object.assign(held, this.#dialect === 'traceroute6' ? { flag: flag.flag } : flag)
    return true
  }

  #describe(word: string): boolean {
    const who = this.#who
    if (who === null) return false
    const asns = who.asns === undefined ? readAsns(word) : null
    const labels = who.labels === undefined ? readExtension(word) : null
    const backHops = who.backHops === undefined ? readBack(word) : null
    if (asns !== null) who.asns = asns
    else if (labels !== null) {
      if (labels.length > 0) who.labels = labels
      else this.#hasUnknown = true
    } else if (backHops !== null) who.backHops = backHops
    else return false
    return true
  }

  /** A word that begins something new. */
  #begin(word: string): void {
    const asns = this.#asns === null && !this.#isFresh ? readAsns(word) : null
    if (asns !== null) {
      this.#flush()
      this.#asns = asns
    } else if (this.#dialect === 'inetutils' && word.endsWith('ms') && !Number.isNaN(readTime(word.slice(0, -2)))) this.#time(readTime(word.slice(0, -2)))
    else if (/^[\w.:%@-]+$/.test(word)) {
      this.#flush()
      this.#open = word
    } else this.#fail()
  }

  #flush(): void {
    const held = this.#held
    this.#held = null
    if (held !== null) this.#take(this.#ttl, held)
  }
}
