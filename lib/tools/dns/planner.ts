/** The planner of a names run: follows its course, and leads the lines of the programs at work to those who asked. */
import type { Observed } from '#lib/protocol/events.ts'
import type { News, Planned, Planner, ParserContext, Step, StepEnd } from '../tool.ts'
import { namesCourse } from './plan/course.ts'
import { RunState, type Course, type Task } from './plan/state.ts'
import type { DnsOptions } from './options.ts'

/** What a verdict goes by. */
export interface Told { asked: number; answered: number; rounds: number; servers: number; refused: number; osFound: boolean; /** What dig said in place of asking. */ remark: string | null; fatal: string | null }

export class NamesPlanner implements Planner {
  readonly #context: ParserContext<DnsOptions>
  #run: RunState | null = null
  #course: Course<void> | null = null
  #current: Task | null = null
  #rounds = 0
  #fatal: string | null = null

  constructor(context: ParserContext<DnsOptions>) {
    this.#context = context
  }

  next(news: News, nowMs: number): Planned {
    if (news.kind === 'begin') {
      this.#run = new RunState(this.#context, news.names)
      this.#course = namesCourse(this.#run)
    }
    const run = this.#run
    if (run === null || this.#course === null) return { move: { kind: 'done' }, events: [] }
    run.nowMs = nowMs
    if (run.digMissing !== null && !run.digRan) {
      this.#course = null
      this.#fatal = run.digMissing
      run.tell({ kind: 'dns.fatal', runId: this.#context.runId, error: 'tool-missing', text: run.digMissing })
      return { move: { kind: 'done' }, events: run.drain() }
    }
    const step = this.#course.next(news)
    const events = run.drain()
    this.#rounds += events.filter(({ kind }) => kind === 'dns.round').length
    return { move: step.done === true ? { kind: 'done' } : step.value, events }
  }

  began(step: Step, nowMs: number): void {
    if (this.#run === null) return
    this.#run.nowMs = nowMs
    this.#current = this.#run.tasks.get(step) ?? null
  }

  ended(step: Step, how: StepEnd, nowMs: number): Observed[] {
    const run = this.#run
    if (run === null) return []
    run.nowMs = nowMs
    // A step that could not be started may never have begun.
    run.tasks.get(step)?.ended(how, run.line)
    this.#current = null
    return run.drain()
  }

  /** The line in front of a step's output. */
  command(line: number): void {
    if (this.#run !== null) this.#run.line = line
  }

  /** Takes one line of the step at work. False: nobody understands it. */
  line(text: string, line: number, nowMs: number): { understood: boolean; events: Observed[] } {
    const run = this.#run
    if (run === null) return { understood: false, events: [] }
    run.nowMs = nowMs
    run.line = line
    const understood = this.#current?.line(text, line) ?? false
    return { understood, events: run.drain() }
  }

  get told(): Told {
    const run = this.#run
    const servers = run?.servers.length ?? 0
    return { asked: run?.asked ?? 0, answered: run?.answered ?? 0, rounds: this.#rounds, servers, refused: (run?.told.size ?? 0) - servers, osFound: run?.osFound ?? false, remark: run?.remark ?? null, fatal: this.#fatal }
  }
}
