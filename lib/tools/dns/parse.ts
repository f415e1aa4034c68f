/** The output of Names, program after program, to events. What to ask next is the planner's. */
import type { Observed } from '#lib/protocol/events.ts'
import type { Outcome } from '#lib/protocol/outcome.ts'
import { LINE_CAP_BYTES, LineSplitter, type RawLine } from '#lib/text/lines.ts'
import { lineCut, lineText } from '../lines.ts'
import type { Exit, Parser, ParserContext, Planner, Step } from '../tool.ts'
import type { DnsOptions } from './options.ts'
import { NamesPlanner } from './planner.ts'
import { judgeDns } from './verdict.ts'

/** A parser of one run. */
export function dnsParser(context: ParserContext<DnsOptions>): Parser {
  return new DnsParser(context)
}

/** Characters of a line that an `unrecognised` event shows; the transcript has the rest. */
const SHOWN_MAX = 512

class DnsParser implements Parser {
  readonly plan: Planner
  readonly #context: ParserContext<DnsOptions>
  readonly #planner: NamesPlanner
  readonly #splitter = new LineSplitter(LINE_CAP_BYTES)
  readonly #take: (line: RawLine) => void
  /** Of the line `$ ARGV` in front of a step's output. */
  #awaitsCommand = false
  #nowMs = 0
  #events: Observed[] = []

  constructor(context: ParserContext<DnsOptions>) {
    this.#context = context
    this.#take = (raw) => this.#line(raw)
    const planner = new NamesPlanner(context)
    this.#planner = planner
    this.plan = {
      next: (news, nowMs) => planner.next(news, nowMs),
      began: (step: Step, nowMs) => {
        this.#awaitsCommand = true
        planner.began(step, nowMs)
      },
      ended: (step, how, nowMs) => planner.ended(step, how, nowMs),
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
    return judgeDns(exit, this.#planner.told, this.#context.target)
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
      this.#planner.command(raw.number)
      return
    }
    const { understood, events } = this.#planner.line(text, raw.number, this.#nowMs)
    this.#events.push(...events)
    if (!understood) {
      this.#events.push({ kind: 'unrecognised', runId, line: raw.number, text: text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text, atMs: this.#nowMs })
    }
    if (raw.cutBytes > 0) this.#events.push(lineCut({ runId, line: raw.number, cutBytes: raw.cutBytes, atMs: this.#nowMs }))
  }
}
