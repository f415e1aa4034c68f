/** One run: its programs one after the other, their output through one gate and one parser, its events in order, its outcome last. */
import type { Observed } from '#lib/protocol/events.ts'
import type { Outcome } from '#lib/protocol/outcome.ts'
import { ok, type Result } from '#lib/protocol/result.ts'
import type { Parser, Step } from '#lib/tools/tool.ts'
import type { Program } from '../locate.ts'
import type { Processes } from '../process/processes.ts'
import type { ProcessEnd, RunningProcess, StopCause } from '../process/types.ts'
import { argvOf, locateStep, ownAddresses } from '../programs.ts'
import { faultOf, HEAD_BYTES, noStart, outcomeOf, type Ending } from './outcome.ts'
import { startPlannedRun } from './planned-run.ts'
import { RunOutput } from './run-output.ts'
import type { RunningRun, RunSpec } from './run-spec.ts'

/** Starts the first program and everything that follows from it. Fails as `Processes.start` does; then nothing was sent. A run that plans itself begins later, and tells whatever happens. */
export function startRun(processes: Pick<Processes, 'start'>, spec: RunSpec): Result<RunningRun> {
  const parser = spec.tool.parser({ runId: spec.runId, target: spec.target, options: spec.options })
  if (parser.plan !== undefined) return ok(startPlannedRun({ processes, spec, parser, plan: parser.plan }))
  const run = new Run(processes, spec, parser)
  const begun = run.begin()
  return begun.ok ? ok(run) : begun
}

class Run implements RunningRun {
  readonly #processes: Pick<Processes, 'start'>
  readonly #spec: RunSpec
  readonly #parser: Parser
  readonly #output: RunOutput
  readonly #beganMs = performance.now()
  #current: RunningProcess | null = null
  /** Path of the current program, and the first of its output. */
  #path = ''
  #head = ''
  /** Why it is to end; a cause that came between two programs is known here alone. */
  #cause: StopCause | null = null

  constructor(processes: Pick<Processes, 'start'>, spec: RunSpec, parser: Parser) {
    this.#processes = processes
    this.#spec = spec
    this.#parser = parser
    this.#output = new RunOutput(spec, parser)
  }

  begin(): Result<null> {
    const { runId, tool, options, target, program, user, deadlineMs } = this.#spec
    const argv = argvOf(program, tool.argv(options, target))
    const started = this.#launch(program, argv)
    if (!started.ok) return started
    const began: Observed = { kind: 'run.started', runId, argv, pid: started.value.pid, user, sources: ownAddresses(), deadlineMs, atMs: Date.now() }
    // After the caller has answered the request, and before any output can arrive.
    queueMicrotask(() => this.#output.tell([began]))
    return ok(null)
  }

  stop(cause: StopCause): void {
    this.#cause ??= cause
    this.#current?.stop(cause)
    this.#output.endNow()
  }

  #launch({ path, addressSpace }: Program, [, ...args]: readonly string[]): Result<RunningProcess> {
    this.#path = path
    this.#head = ''
    const deadlineMs = Math.max(1, this.#spec.deadlineMs - (performance.now() - this.#beganMs))
    const started = this.#processes.start({
      transport: this.#spec.tool.transport, file: path, args, deadlineMs, ...(addressSpace === undefined ? {} : { addressSpace }),
      onData: (bytes) => this.#onData(bytes),
      onExit: (end) => this.#onExit(end),
    })
    this.#current = started.ok ? started.value : null
    return started
  }

  #onData(bytes: Uint8Array): void {
    if (this.#head.length < HEAD_BYTES) this.#head += Buffer.from(bytes.subarray(0, HEAD_BYTES)).toString('latin1')
    this.#output.push(bytes)
    if (this.#output.flooded()) this.stop({ kind: 'output-limit' })
  }

  #onExit(end: ProcessEnd): void {
    this.#current = null
    const { next } = this.#parser
    // Of a run of one program, a stop that came after it had ended changes nothing.
    const between = next !== undefined && this.#cause !== null ? { cause: this.#cause, endedBy: null } : null
    const stopped = end.stopped ?? between
    const ending: Ending = { ...this.#ending(), end: { ...end, stopped } }
    if (next === undefined || stopped !== null || faultOf(ending) !== null) { this.#finish(() => outcomeOf(ending), stopped === null); return }
    this.#output.endLine()
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
    const argv = argvOf(located, step.args)
    const started = this.#launch(located, argv)
    if (!started.ok) return noStart(tool, step.binary, started.error)
    const line = this.#output.command(argv)
    this.#output.tell([{ kind: 'run.step', runId, argv, pid: started.value.pid, line, atMs: Date.now() }])
    return null
  }

  #ending(): Omit<Ending, 'end'> {
    const { tool, deadlineMs } = this.#spec
    const binary = this.#path.slice(this.#path.lastIndexOf('/') + 1)
    return { binary: binary === '' ? tool.binary : binary, path: this.#path, deadlineMs, head: this.#head, verdict: (exit) => this.#parser.verdict(exit) }
  }

  #finish(outcomeAtEnd: () => Outcome, patient: boolean): void {
    this.#output.end(outcomeAtEnd, patient && this.#cause === null)
  }
}
