/** The output of Reach, program after program, to events. What to do next is the planner's. */
import type { Observed } from '#lib/protocol/events.ts'
import type { Outcome } from '#lib/protocol/outcome.ts'
import { LINE_CAP_BYTES, LineSplitter, type RawLine } from '#lib/text/lines.ts'
import { lineCut, lineText } from '../lines.ts'
import type { Exit, Parser, ParserContext, Planner, Step } from '../tool.ts'
import type { ReachOptions } from './options.ts'
import { ReachPlanner } from './planner.ts'
import { judgeReach } from './verdict.ts'

/** A parser of one run. */
export function reachParser(context: ParserContext<ReachOptions>): Parser {
  return new ReachParser(context)
}

/** Characters of a line that an `unrecognised` event shows; the transcript has the rest. */
const SHOWN_MAX = 512

class ReachParser implements Parser {
  readonly plan: Planner
  readonly #context: ParserContext<ReachOptions>
  readonly #planner: ReachPlanner
  readonly #splitter = new LineSplitter(LINE_CAP_BYTES)
  readonly #take: (line: RawLine) => void
  /** Of the line `$ ARGV` in front of a step's output. */
  #awaitsCommand = false
  #nowMs = 0
  #events: Observed[] = []

  constructor(context: ParserContext<ReachOptions>) {
    this.#context = context
    this.#take = (raw) => this.#line(raw)
    const planner = new ReachPlanner(context)
    this.#planner = planner
    this.plan = {
      next: (news, nowMs) => planner.next(news, nowMs),
      began: (step: Step) => {
        this.#awaitsCommand = true
        planner.began(step)
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

  verdict(exit: Exit): Outcome {
    return judgeReach(exit, this.#planner.told, this.#context.target)
  }

  #drain(): Observed[] {
    const events = this.#events
    this.#events = []
    return events
  }

  #line(raw: RawLine): void {
    const { runId } = this.#context
    const text = lineText(raw)
    if (this.#awaitsCommand && text.startsWith('$ ')) {
      this.#awaitsCommand = false
      return
    }
    // A line that was cut is not whole, so nothing in it is believed.
    const { understood, events } = raw.cutBytes > 0 ? { understood: false, events: [] } : this.#planner.line(text, raw.number, this.#nowMs)
    this.#events.push(...events)
    if (!understood) this.#events.push({ kind: 'unrecognised', runId, line: raw.number, text: text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text, atMs: this.#nowMs })
    if (raw.cutBytes > 0) this.#events.push(lineCut({ runId, line: raw.number, cutBytes: raw.cutBytes, atMs: this.#nowMs }))
  }
}
