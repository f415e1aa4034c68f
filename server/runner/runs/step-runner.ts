/** Starts the steps of one move, alone or side by side, and tells the plan and the log what each said and how it ended. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Outcome } from '#lib/protocol/outcome.ts'
import type { Exit, Planner, Step, StepEnd } from '#lib/tools/tool.ts'
import type { Program } from '../locate.ts'
import type { Processes } from '../process/processes.ts'
import type { LadderSignal, ProcessEnd, RunningProcess, StopCause } from '../process/types.ts'
import { argvOf, locateStep, ownAddresses } from '../programs.ts'
import { HeldOutput } from './held-output.ts'
import { HEAD_BYTES, noStart, wrapperOutcome } from './outcome.ts'
import type { Pins } from './pins.ts'
import type { RunOutput } from './run-output.ts'
import type { RunSpec } from './run-spec.ts'

/** Programs of one run at once: each costs a start of Node, and one server or path must not be asked by a crowd. */
export const SIDE_BY_SIDE = 8
const RUNGS: readonly LadderSignal[] = ['SIGINT', 'SIGTERM', 'SIGKILL']

export interface StepRunnerParts {
  processes: Pick<Processes, 'start'>
  spec: RunSpec
  plan: Planner
  output: RunOutput
  pins: Pins
  /** Of `performance.now()`. */
  deadlineAt: number
  /** Something that ends the whole run: too much output, or a process that was ended from outside of this run. */
  onStop(cause: StopCause): void
}

/** A step whose program exists, or once did. `held`: its output until it is told whole; null: it is told as it comes. */
interface Going { step: Step; argv: readonly string[]; pid: number; held: HeldOutput | null; head: string; isFirst: boolean }

export class StepRunner {
  readonly #parts: StepRunnerParts
  readonly #running = new Set<RunningProcess>()
  #cause: StopCause | null = null
  /** One start in one turn of the event loop: each takes some milliseconds. */
  #turn: Promise<unknown> = Promise.resolve()
  #hasStarted = false
  #lastExit: Exit = { code: null, signal: null }
  #rung = -1
  #loudest: string | null = null

  constructor(parts: StepRunnerParts) {
    this.#parts = parts
  }

  /** Ends what runs and starts nothing any more. */
  stop(cause: StopCause): void {
    this.#cause ??= cause
    for (const process of this.#running) process.stop(cause)
  }

  /** How the last program ended by itself; no code and no signal where none did. */
  lastExit(): Exit { return this.#lastExit }

  /** The worst signal that was needed to end the run. */
  endedBy(): LadderSignal | null { return RUNGS[this.#rung] ?? null }

  /** The program that wrote more than a run may. */
  loudest(): string | null { return this.#loudest }

  /** The bug of a plan that asks for a program which is not its tool's; null: there is none. */
  faultIn(steps: readonly Step[]): Outcome | null {
    const { tool } = this.#parts.spec
    const foreign = steps.find((step) => locateStep(tool, step.binary, () => ({ kind: 'missing', message: '' })) === null)
    return foreign === undefined ? null : noStart(tool, foreign.binary, null)
  }

  /** Resolves when every step has ended, or all that were started have after a stop. */
  async run(steps: readonly Step[], limit = SIDE_BY_SIDE): Promise<void> {
    const queue = [...steps]
    const isAlone = steps.length === 1
    const lane = async (): Promise<void> => {
      for (let step = queue.shift(); step !== undefined && this.#cause === null; step = queue.shift()) await this.#one(step, isAlone)
    }
    const lanes = Math.max(1, Math.min(limit, SIDE_BY_SIDE, steps.length))
    await Promise.all(Array.from({ length: lanes }, lane))
  }

  async #one(step: Step, isAlone: boolean): Promise<void> {
    this.#turn = this.#turn.then(() => nextTurn())
    await this.#turn
    if (this.#cause !== null) return
    const ready = this.#ready(step)
    if ('message' in ready) { this.#absent(step, ready.message); return }
    const end = await this.#start(step, ready, isAlone)
    if (end !== null) this.#absent(step, end)
  }

  /** Where its program is, or why it is not started. Policy is asked again at the last moment. */
  #ready({ binary, args, to = [] }: Step): Program | { message: string } {
    const { spec: { tool, locate }, pins } = this.#parts
    const refused = to.map((address) => pins.refusal(address)).find((reason) => reason !== null)
    if (refused !== undefined) return { message: refused }
    if (args.some((arg) => /[\0-\x1f\x7f]/.test(arg))) return { message: `${binary} was not started: an argument held a control character. No packet was sent.` }
    const located = locateStep(tool, binary, (name) => locate(name))
    if (located === null) throw new Error(`${binary} was let through`)
    return located.kind === 'found' ? located : { message: `${located.message} On the vantage: ${located.remedy}` }
  }

  /** Never existed, so nothing of it is in the transcript. */
  #absent(step: Step, message: string): void {
    const { plan, output } = this.#parts
    plan.began(step, Date.now())
    output.tell(plan.ended(step, { kind: 'absent', message }, Date.now()))
  }

  /** Resolves when the step has ended and is told; with the system's words if its program could not be started at all. */
  #start(step: Step, program: Program, isAlone: boolean): Promise<string | null> {
    const { processes, spec, deadlineAt } = this.#parts
    const { path, addressSpace } = program
    const argv = argvOf(program, step.args)
    const { promise, resolve } = Promise.withResolvers<string | null>()
    const going: Going = { step, argv, pid: 0, held: isAlone ? null : new HeldOutput(step.binary), head: '', isFirst: !this.#hasStarted }
    const started = processes.start({
      transport: spec.tool.transport, file: path, args: argv.slice(1), deadlineMs: Math.max(1, deadlineAt - performance.now()), ...(addressSpace === undefined ? {} : { addressSpace }),
      onData: (bytes) => this.#onData(going, bytes),
      onExit: (end) => {
        if (started.ok) this.#running.delete(started.value)
        this.#onExit(going, end)
        resolve(null)
      },
    })
    if (!started.ok) return Promise.resolve(started.error.message)
    this.#running.add(started.value)
    going.pid = started.value.pid
    this.#hasStarted = true
    if (going.isFirst) this.#tellStart(going)
    if (isAlone) this.#tellStep(going)
    return promise
  }

  #onData(going: Going, bytes: Uint8Array): void {
    const { output } = this.#parts
    if (going.head.length < HEAD_BYTES) going.head += Buffer.from(bytes.subarray(0, HEAD_BYTES)).toString('latin1')
    if (going.held === null) output.push(bytes)
    else output.skip(going.held.take(bytes))
    this.#stopFlood(going)
  }

  #stopFlood({ step: { binary } }: Going): void {
    if (!this.#parts.output.flooded() || this.#cause !== null) return
    this.#loudest = binary
    this.#parts.onStop({ kind: 'output-limit' })
  }

  #onExit(going: Going, end: ProcessEnd): void {
    const { plan, output, onStop, spec: { runId } } = this.#parts
    const how = this.#howEnded(going, end)
    if (going.held !== null) {
      output.beginWhole()
      this.#tellStep(going)
      const { bytes, truncation } = going.held.whole()
      output.push(bytes)
      if (truncation !== null) output.tell([{ kind: 'run.truncated', runId, ...truncation, atMs: Date.now() }])
      this.#stopFlood(going)
    }
    output.endLine()
    output.tell(plan.ended(going.step, how, Date.now()))
    // Its own deadline, or the end of the runner, met the process before it met the run.
    if (end.stopped !== null && this.#cause === null) onStop(end.stopped.cause)
  }

  #howEnded({ step, argv, head }: Going, { exit, stopped }: ProcessEnd): StepEnd {
    if (stopped !== null) {
      this.#rung = Math.max(this.#rung, stopped.endedBy === null ? -1 : RUNGS.indexOf(stopped.endedBy))
      return { kind: 'stopped' }
    }
    this.#lastExit = exit
    const wrapper = wrapperOutcome({ end: { exit }, head, binary: step.binary, path: argv[0] ?? '' })
    return wrapper === null ? { kind: 'ended', exit } : { kind: 'absent', message: wrapper.message }
  }

  #tellStart({ argv, pid }: Going): void {
    const { output, spec: { runId, user, deadlineMs } } = this.#parts
    output.tell([{ kind: 'run.started', runId, argv: [...argv], pid, user, sources: ownAddresses(), deadlineMs, atMs: Date.now() }])
  }

  /** The line that shows it, in front of its output. */
  #tellStep({ step, argv, pid, isFirst }: Going): void {
    const { plan, output, spec: { runId } } = this.#parts
    plan.began(step, Date.now())
    const line = output.command(argv)
    if (!isFirst) output.tell([{ kind: 'run.step', runId, argv: [...argv], pid, line, atMs: Date.now() }])
  }
}
