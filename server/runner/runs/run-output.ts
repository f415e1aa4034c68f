/** What one run says: the output of its programs through one gate and one parser, its events in order, its end last. */
import type { Observed } from '#lib/protocol/events.ts'
import type { Outcome } from '#lib/protocol/outcome.ts'
import type { Parser } from '#lib/tools/tool.ts'
import type { RunNames } from '../names/run-names.ts'
import { createBatcher, type Batcher } from './batcher.ts'
import { createOutputGate, type OutputGate } from './output-gate.ts'
import type { RunSpec } from './run-spec.ts'

/** A run that ended by itself tells its end this much later at most, so that the names of its last hops are not lost. */
const NAMES_MS = 700
const NEWLINE = 0x0a
const NOTHING = new Uint8Array(0)

export class RunOutput {
  readonly #spec: RunSpec
  readonly #parser: Parser
  readonly #batcher: Batcher
  readonly #gate: OutputGate
  readonly #names: RunNames | null
  /** Lines that the parser was given whole, and whether another has begun. */
  #lines = 0
  #midLine = false
  #endMs = Number.POSITIVE_INFINITY
  /** Tells the end that waits for names, if it does. */
  #endNow: (() => void) | null = null

  constructor(spec: RunSpec, parser: Parser) {
    this.#spec = spec
    this.#parser = parser
    this.#batcher = createBatcher((events, transcript) => spec.send(events, transcript))
    this.#gate = createOutputGate(spec.limits)
    // A name that comes while the end waits for it bears the time of the end: a log goes forward.
    this.#names = spec.names?.((event) => this.#batcher.add([{ ...event, atMs: Math.min(event.atMs, this.#endMs) }], NOTHING)) ?? null
  }

  /** Events that come from no bytes. */
  tell(events: readonly Observed[]): void {
    this.#batcher.add(events, NOTHING)
    this.#names?.saw(events)
  }

  /** The next bytes that a program wrote. */
  push(bytes: Uint8Array): void {
    const { parse, keep } = this.#gate.push(bytes, performance.now())
    this.#take({ parse, keep }, this.#truncated(false))
  }

  /** Bytes that were read and will not be pushed. */
  skip(bytes: number): void { this.#gate.skip(bytes) }

  /** More was read than a run may write: it is to be stopped. */
  flooded(): boolean { return this.#gate.flooded() }

  /** The line `$ ARGV` in front of a program's output. Returns its number. */
  command(argv: readonly string[]): number {
    this.#take(this.#gate.note(Buffer.from(`$ ${argv.join(' ')}\n`)), [])
    return this.#lines
  }

  /** A program has ended: what it began to write in a line of its own is a line. */
  endLine(): void {
    if (this.#midLine) this.#take(this.#gate.note(Buffer.from('\n')), [])
  }

  /** What comes next is told whole, so that lines a second mean nothing: it may have as many as a second. */
  beginWhole(): void { this.#gate.newWindow() }

  /**
   * Nothing is running any more. The outcome is asked for once the parser has read its last line. `patient`: nobody waits for the end, so the
   * names of the last hops may still come; the end is then told behind them, and at the time of that.
   */
  end(outcomeAtEnd: () => Outcome, patient: boolean): void {
    const nowMs = Date.now()
    this.#endMs = nowMs
    const last = this.#parser.end(nowMs)
    const outcome = outcomeAtEnd()
    this.#batcher.add([...last, ...this.#truncated(true)], NOTHING)
    this.#names?.saw(last)
    let over = false
    const close = (atMs: number): void => {
      if (over) return
      over = true
      this.#names?.end()
      this.#batcher.add([{ kind: 'run.ended', runId: this.#spec.runId, outcome, atMs }], NOTHING)
      this.#batcher.flush()
      this.#spec.onOver()
    }
    this.#endNow = () => close(Math.max(nowMs, Date.now()))
    if (!patient || this.#names?.waiting() !== true) close(nowMs)
    else void this.#names.settled(NAMES_MS).then(this.#endNow)
  }

  /** Somebody does not want to wait for names any more. */
  endNow(): void { this.#endNow?.() }

  /** Output of the tool, or a line of ours in its place: parsed, kept, sent. */
  #take({ parse, keep }: { parse: Uint8Array; keep: Uint8Array }, more: readonly Observed[]): void {
    for (let at = parse.indexOf(NEWLINE); at >= 0; at = parse.indexOf(NEWLINE, at + 1)) this.#lines += 1
    if (parse.length > 0) this.#midLine = parse[parse.length - 1] !== NEWLINE
    const events = parse.length > 0 ? this.#parser.push(parse, Date.now()) : []
    this.#batcher.add([...events, ...more], keep)
    this.#names?.saw(events)
  }

  #truncated(all: boolean): Observed[] {
    return this.#gate.truncations(all).map((truncation) => ({ kind: 'run.truncated', runId: this.#spec.runId, atMs: Date.now(), ...truncation }))
  }
}
