/** Reads one hop line while it is still being written: traceroute ends a hop's line only when the next one begins. */
import { ProbeReader, type Dialect, type HopItem } from './probes.ts'

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
  #probes: ProbeReader | null = null

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
    if (byte === STAR && this.#word === '*' && this.#probes?.star(atMs) === false) this.#fail()
  }

  /** The line is over; `isCut`: by the end of the output, so that a probe may be missing its end. The reader is ready for the next line. */
  end(isCut: boolean): LineEnd {
    if (this.#word !== '' && (this.#state === 'first' || this.#state === 'hop')) this.#endWord()
    const probes = this.#probes
    if (this.#state === 'hop') probes?.flush()
    const isOdd = this.#state === 'odd' || probes?.hasUnknown === true || (!isCut && probes?.isUnfinished === true)
    const end: LineEnd = this.#ttl === 0 ? { kind: 'other' } : { kind: isOdd ? 'odd' : 'hop', ttl: this.#ttl }
    this.#above = end.kind === 'hop' ? this.#ttl : 0
    this.#state = 'indent'
    this.#bytes = 0
    this.#indent = 0
    this.#ttl = 0
    this.#word = ''
    this.#sawCr = false
    this.#probes = null
    return end
  }

  #space(): void {
    if (this.#sawCr) return this.#fail()
    if (this.#state === 'indent') this.#indent++
    else if (this.#word !== '') this.#endWord()
  }

  #fail(): void {
    // An annotation that is not known leaves it open what its reply was.
    if (this.#word.startsWith('!')) this.#probes?.drop()
    else this.#probes?.flush()
    this.#state = this.#state === 'hop' ? 'odd' : 'other'
  }

  #endWord(): void {
    // The keys a terminal echoes when somebody presses ^C.
    const word = this.#word.endsWith('^C') ? this.#word.slice(0, -2) : this.#word
    if (this.#state === 'first') this.#first(word)
    else if (word !== '' && word !== '*' && this.#probes?.next(word, this.#wordAtMs) === false) this.#fail()
    this.#word = ''
  }

  #first(word: string): void {
    const ttl = /^\d{1,3}$/.test(word) ? Number(word) : 0
    const isContinued = this.#indent >= CONTINUED_INDENT && this.#above > 0 && word !== '*'
    if (!isContinued && (this.#indent >= CONTINUED_INDENT || ttl < 1 || ttl > 255)) {
      this.#state = 'other'
      return
    }
    this.#ttl = isContinued ? this.#above : ttl
    this.#state = 'hop'
    const hop = this.#ttl
    this.#probes = new ProbeReader(this.#dialect, (item) => this.#take(hop, item))
    if (isContinued && !this.#probes.next(word, this.#wordAtMs)) this.#fail()
  }
}
