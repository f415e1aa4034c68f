/** One run that plans itself: does what its tool says next (programs, look-ups, waiting) until the tool is done or somebody ends it. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Outcome } from '#lib/protocol/outcome.ts'
import type { Move, News, Parser, Planner } from '#lib/tools/tool.ts'
import type { Processes } from '../process/processes.ts'
import type { StopCause } from '../process/types.ts'
import { stoppedRun } from './outcome.ts'
import { Pins } from './pins.ts'
import { RunOutput } from './run-output.ts'
import type { RunningRun, RunSpec } from './run-spec.ts'
import { StepRunner } from './step-runner.ts'

export interface PlannedParts { processes: Pick<Processes, 'start'>; spec: RunSpec; parser: Parser; plan: Planner }

/** Begins the run in a later turn. Whatever happens is told as its events and its end. */
export function startPlannedRun(parts: PlannedParts): RunningRun {
  const run = new PlannedRun(parts)
  run.begin()
  return run
}

class PlannedRun implements RunningRun {
  readonly #spec: RunSpec
  readonly #parser: Parser
  readonly #plan: Planner
  readonly #output: RunOutput
  readonly #pins: Pins
  readonly #steps: StepRunner
  #deadline: NodeJS.Timeout | undefined
  #cause: StopCause | null = null
  /** Ends what is being waited for. */
  #wake: () => void = () => undefined

  constructor({ processes, spec, parser, plan }: PlannedParts) {
    this.#spec = spec
    this.#parser = parser
    this.#plan = plan
    this.#output = new RunOutput(spec, parser)
    this.#pins = new Pins(spec)
    this.#steps = new StepRunner({ processes, spec, plan, output: this.#output, pins: this.#pins, deadlineAt: performance.now() + spec.deadlineMs, onStop: (cause) => this.stop(cause) })
  }

  begin(): void {
    this.#deadline = setTimeout(() => this.stop({ kind: 'deadline' }), this.#spec.deadlineMs)
    void this.#follow()
  }

  stop(cause: StopCause): void {
    this.#cause ??= cause
    this.#steps.stop(cause)
    this.#wake()
    this.#output.endNow()
  }

  async #follow(): Promise<void> {
    const names = await this.#unlessStopped(this.#spec.world.nameSetup(this.#spec.target.host))
    let news: News | Outcome | null = names === null ? null : { kind: 'begin', names }
    while (news !== null && !isOutcome(news)) {
      const { move, events }: { move: Move; events: Parameters<RunOutput['tell']>[0] } = this.#plan.next(news, Date.now())
      this.#output.tell(events)
      if (move.kind === 'done') { news = null; break }
      news = await this.#make(move)
      // A plan whose moves take no time must not keep everybody else waiting.
      await nextTurn()
      if (this.#cause !== null) news = null
    }
    this.#end(news)
  }

  /** Null: somebody ended the run meanwhile. An outcome: a bug ended it. */
  async #make(move: Exclude<Move, { kind: 'done' }>): Promise<News | Outcome | null> {
    switch (move.kind) {
      case 'wait': return await this.#wait(move.ms) ? { kind: 'waited' } : null
      case 'pin': {
        const answers = await this.#unlessStopped(this.#pins.pinAll(move.hosts))
        return answers === null ? null : { kind: 'pinned', answers }
      }
      case 'run': {
        const fault = this.#steps.faultIn(move.steps)
        if (fault !== null) return fault
        await this.#steps.run(move.steps, move.limit)
        return { kind: 'ran' }
      }
    }
  }

  async #wait(ms: number): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<true>()
    const timer = setTimeout(() => resolve(true), Math.min(ms, this.#spec.deadlineMs))
    const waited = await this.#unlessStopped(promise)
    clearTimeout(timer)
    return waited === true
  }

  /** What the work comes to; null as soon as somebody ends the run. */
  #unlessStopped<T>(work: Promise<T>): Promise<T | null> {
    if (this.#cause !== null) return Promise.resolve(null)
    return new Promise((resolve, reject) => {
      this.#wake = () => resolve(null)
      work.then(resolve, reject)
    })
  }

  #end(fault: Outcome | null): void {
    clearTimeout(this.#deadline)
    this.#pins.close()
    const { tool, deadlineMs } = this.#spec
    const cause = this.#cause
    const stopped = cause === null ? null : stoppedRun({ cause, endedBy: this.#steps.endedBy() }, { binary: this.#steps.loudest() ?? tool.binary, deadlineMs })
    this.#output.end(() => stopped ?? fault ?? this.#parser.verdict(this.#steps.lastExit()), cause === null)
  }
}

/** News has other words for `kind` than an outcome. */
const isOutcome = (news: News | Outcome): news is Outcome => 'code' in news
