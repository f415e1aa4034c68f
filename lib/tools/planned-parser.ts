/** The parser of a run that plans itself: lines to the planner, the line `$ ARGV` before each step aside, what is not understood told. */
import type { Observed } from '#lib/protocol/events.ts'
import type { RunId } from '#lib/protocol/ids.ts'
import type { Outcome } from '#lib/protocol/outcome.ts'
import { LINE_CAP_BYTES, LineSplitter, type RawLine } from '#lib/text/lines.ts'
import { lineCut, lineText } from './lines.ts'
import type { Exit, Parser, Planner, Step } from './tool.ts'

/** Characters of a line that an `unrecognised` event shows; the transcript has the rest. */
const SHOWN_MAX = 512

/** A planner that reads what its steps print. */
export interface LinePlanner extends Planner {
  line(text: string, line: number, nowMs: number): { understood: boolean; events: readonly Observed[] }
  /** Number of the line that shows the command of the step that began last. */
  command?(line: number): void
}

export interface PlannedRun {
  runId: RunId
  planner: LinePlanner
  /** Is the beginning of a line that was cut worth reading? Else nothing in it is believed. */
  readsCut: boolean
  verdict(exit: Exit): Outcome
}

export function plannedParser(run: PlannedRun): Parser {
  return new PlannedParser(run)
}

class PlannedParser implements Parser {
  readonly plan: Planner
  readonly #run: PlannedRun
  readonly #splitter = new LineSplitter(LINE_CAP_BYTES)
  readonly #take = (raw: RawLine): void => this.#line(raw)
  /** Of the line `$ ARGV` in front of a step's output. */
  #awaitsCommand = false
  #nowMs = 0
  #events: Observed[] = []

  constructor(run: PlannedRun) {
    this.#run = run
    const { planner } = run
    this.plan = {
      next: (news, nowMs) => planner.next(news, nowMs),
      began: (step: Step, nowMs) => {
        this.#awaitsCommand = true
        planner.began(step, nowMs)
      },
      ended: (step, how, nowMs) => {
        this.#awaitsCommand = false
        return planner.ended(step, how, nowMs)
      },
    }
  }

  push(bytes: Uint8Array, nowMs: number): Observed[] {
    this.#nowMs = nowMs
    this.#splitter.push(bytes, this.#take)
    return this.#drain()
  }

  end(nowMs: number): Observed[] {
    this.#nowMs = nowMs
    this.#splitter.end(this.#take)
    return this.#drain()
  }

  verdict(exit: Exit): Outcome { return this.#run.verdict(exit) }

  #drain(): Observed[] {
    const events = this.#events
    this.#events = []
    return events
  }

  #line(raw: RawLine): void {
    const { runId, planner, readsCut } = this.#run
    const text = lineText(raw)
    if (this.#awaitsCommand && text.startsWith('$ ')) {
      this.#awaitsCommand = false
      planner.command?.(raw.number)
      return
    }
    const believed = raw.cutBytes === 0 || readsCut
    const { understood, events } = believed ? planner.line(text, raw.number, this.#nowMs) : { understood: false, events: [] }
    this.#events.push(...events)
    if (!understood) this.#events.push({ kind: 'unrecognised', runId, line: raw.number, text: text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text, atMs: this.#nowMs })
    if (raw.cutBytes > 0) this.#events.push(lineCut({ runId, line: raw.number, cutBytes: raw.cutBytes, atMs: this.#nowMs }))
  }
}
