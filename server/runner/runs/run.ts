/** One run: its programs one after the other, their output through one gate and one parser, its events in order, its outcome last. */
import type { Observed } from '#lib/protocol/events.ts'
import type { RunId } from '#lib/protocol/ids.ts'
import type { Outcome } from '#lib/protocol/outcome.ts'
import { ok, type Result } from '#lib/protocol/result.ts'
import type { PinnedTarget } from '#lib/protocol/target.ts'
import type { Parser, Step, Tool } from '#lib/tools/tool.ts'
import type { Located } from '../locate.ts'
import type { RunNames } from '../names/run-names.ts'
import type { Processes } from '../process/processes.ts'
import type { ProcessEnd, RunningProcess, StopCause } from '../process/types.ts'
import { locateStep, ownAddresses } from '../programs.ts'
import { createBatcher, type Batcher } from './batcher.ts'
import { createOutputGate, type OutputGate, type OutputLimits } from './output-gate.ts'
import { faultOf, noStart, outcomeOf, type Ending } from './outcome.ts'

/** Enough of the beginning to recognise what a wrapper says. */
const HEAD_BYTES = 512
/** A run that ended by itself tells its end this much later at most, so that the names of its last hops are not lost. */
const NAMES_MS = 700
const NEWLINE = 0x0a
const NOTHING = new Uint8Array(0)

export interface RunSpec {
  runId: RunId
  /** Any tool of the registry, generic over its options. */
  tool: Tool<object, unknown>
  /** Options as the tool's own decoder returned them. */
  options: object
  target: PinnedTarget
  /** Absolute path of the program that it begins with. */
  path: string
  /** Finds the program of a later step. */
  locate(binary: string): Located
  /** The account it runs as. */
  user: string
  /** It is ended after this long, all its programs together: the tool's own bound, or the policy's. */
  deadlineMs: number
  limits?: OutputLimits
  /** Looks up the names of the addresses that answer; absent: nobody does. `tell` takes events until the run is over. */
  names?: (tell: (event: Observed) => void) => RunNames
  /** Events in order with the transcript bytes they came from. The last batch ends with `run.ended`. */
  send(events: Observed[], transcript: Uint8Array): void
  /** Called after the last `send`. */
  onOver(): void
}

/** A run that goes on, whichever of its programs is at work. */
export interface RunningRun {
  /** Ends it, also in the moment between two programs. The first cause counts. */
  stop(cause: StopCause): void
}

/** Starts the first program and everything that follows from it. Fails as `Processes.start` does; then nothing was sent. */
export function startRun(processes: Pick<Processes, 'start'>, spec: RunSpec): Result<RunningRun> {
  const run = new Run(processes, spec)
  const begun = run.begin()
  return begun.ok ? ok(run) : begun
}

class Run implements RunningRun {
  readonly #processes: Pick<Processes, 'start'>
  readonly #spec: RunSpec
  readonly #parser: Parser
  readonly #batcher: Batcher
  readonly #gate: OutputGate
  readonly #names: RunNames | null
  readonly #beganMs = performance.now()
  #current: RunningProcess | null = null
  /** Path of the current program, and the first of its output. */
  #path = ''
  #head = ''
  /** Why it is to end; a cause that came between two programs is known here alone. */
  #cause: StopCause | null = null
  /** Lines that the parser was given whole, and whether another has begun. */
  #lines = 0
  #midLine = false
  #endMs = Number.POSITIVE_INFINITY
  /** Tells the end that waits for names, if it does. */
  #endNow: (() => void) | null = null

  constructor(processes: Pick<Processes, 'start'>, spec: RunSpec) {
    this.#processes = processes
    this.#spec = spec
    this.#parser = spec.tool.parser({ runId: spec.runId, target: spec.target, options: spec.options })
    this.#batcher = createBatcher((events, transcript) => spec.send(events, transcript))
    this.#gate = createOutputGate(spec.limits)
    // A name that comes while the end waits for it bears the time of the end: a log goes forward.
    this.#names = spec.names?.((event) => this.#batcher.add([{ ...event, atMs: Math.min(event.atMs, this.#endMs) }], NOTHING)) ?? null
  }

  begin(): Result<null> {
    const { runId, tool, options, target, path, user, deadlineMs } = this.#spec
    const args = tool.argv(options, target)
    const started = this.#launch(path, args)
    if (!started.ok) return started
    const began: Observed = { kind: 'run.started', runId, argv: [path, ...args], pid: started.value.pid, user, sources: ownAddresses(), deadlineMs, atMs: Date.now() }
    // After the caller has answered the request, and before any output can arrive.
    queueMicrotask(() => this.#batcher.add([began], NOTHING))
    return ok(null)
  }

  stop(cause: StopCause): void {
    this.#cause ??= cause
    this.#current?.stop(cause)
    this.#endNow?.()
  }

  #launch(path: string, args: readonly string[]): Result<RunningProcess> {
    this.#path = path
    this.#head = ''
    const deadlineMs = Math.max(1, this.#spec.deadlineMs - (performance.now() - this.#beganMs))
    const started = this.#processes.start({
      transport: this.#spec.tool.transport, file: path, args, deadlineMs,
      onData: (bytes) => this.#onData(bytes),
      onExit: (end) => this.#onExit(end),
    })
    this.#current = started.ok ? started.value : null
    return started
  }

  #onData(bytes: Uint8Array): void {
    if (this.#head.length < HEAD_BYTES) this.#head += Buffer.from(bytes.subarray(0, HEAD_BYTES)).toString('latin1')
    const { parse, keep } = this.#gate.push(bytes, performance.now())
    this.#take({ parse, keep }, this.#truncated(false))
    if (this.#gate.flooded()) this.stop({ kind: 'output-limit' })
  }

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

  #onExit(end: ProcessEnd): void {
    this.#current = null
    const { next } = this.#parser
    // Of a run of one program, a stop that came after it had ended changes nothing.
    const between = next !== undefined && this.#cause !== null ? { cause: this.#cause, endedBy: null } : null
    const stopped = end.stopped ?? between
    const ending: Ending = { ...this.#ending(), end: { ...end, stopped } }
    if (next === undefined || stopped !== null || faultOf(ending) !== null) { this.#finish(() => outcomeOf(ending), stopped === null); return }
    if (this.#midLine) this.#take(this.#gate.note(Buffer.from('\n')), [])
    const step = this.#parser.next?.(end.exit, Date.now()) ?? null
    if (step === null) { this.#finish(() => outcomeOf(ending), true); return }
    const fault = this.#go(step, ending)
    if (fault !== null) this.#finish(() => fault, true)
  }

  /** Starts the next program. Null: it runs; else how the run ends. */
  #go(step: Step, before: Ending): Outcome | null {
    const { runId, tool, deadlineMs } = this.#spec
    if (performance.now() - this.#beganMs >= deadlineMs) return outcomeOf({ ...before, end: { ...before.end, stopped: { cause: { kind: 'deadline' }, endedBy: null } } })
    const located = locateStep(tool, step.binary, (binary) => this.#spec.locate(binary))
    if (located?.kind !== 'found') return noStart(tool, step.binary, located)
    const started = this.#launch(located.path, step.args)
    if (!started.ok) return noStart(tool, step.binary, started.error)
    const argv = [located.path, ...step.args]
    this.#take(this.#gate.note(Buffer.from(`$ ${argv.join(' ')}\n`)), [])
    this.#batcher.add([{ kind: 'run.step', runId, argv, pid: started.value.pid, line: this.#lines, atMs: Date.now() }], NOTHING)
    return null
  }

  #ending(): Omit<Ending, 'end'> {
    const { tool, deadlineMs } = this.#spec
    const binary = this.#path.slice(this.#path.lastIndexOf('/') + 1)
    return { binary: binary === '' ? tool.binary : binary, path: this.#path, deadlineMs, head: this.#head, verdict: (exit) => this.#parser.verdict(exit) }
  }

  /**
   * Nothing is running any more. The outcome is asked for once the parser has read its last line. `patient`: nobody waits for the end, so the
   * names of the last hops may still come; the end is then told behind them, and at the time of that.
   */
  #finish(outcomeAtEnd: () => Outcome, patient: boolean): void {
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
    if (!patient || this.#cause !== null || this.#names?.waiting() !== true) close(nowMs)
    else void this.#names.settled(NAMES_MS).then(this.#endNow)
  }
}
