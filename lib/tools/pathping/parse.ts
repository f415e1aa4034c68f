/** Pathping's output to typed events: traceroute's lines first, then mtr's, with probes and lines counted through. */
import type { Observed } from '#lib/protocol/events.ts'
import type { Outcome } from '#lib/protocol/outcome.ts'
import { mtrParser } from '../mtr/parse.ts'
import type { Exit, Parser, ParserContext, Step } from '../tool.ts'
import { tracerouteParser } from '../traceroute/parse.ts'
import { statisticsArgv, statisticsMs } from './args.ts'
import type { PathpingOptions } from './options.ts'

/** A parser of one run. */
export function pathpingParser(context: ParserContext<PathpingOptions>): Parser {
  return new PathpingParser(context)
}

const LF = 10

class PathpingParser implements Parser {
  readonly #context: ParserContext<PathpingOptions>
  readonly #trace: Parser
  #statistics: Parser | null = null
  /** Ends of line so far. */
  #lines = 0
  /** Probes of the trace by TTL. */
  readonly #probes = new Map<number, number>()
  /** Highest TTL that answered, lowest at which the target did, and an answer that ended the trace; 0: none. */
  #highestTtl = 0
  #targetTtl = 0
  /** Made while nobody could take them. */
  #held: Observed[] = []
  #hasBegun = false
  #lastExit: Exit | null = null

  constructor(context: ParserContext<PathpingOptions>) {
    this.#context = context
    this.#trace = tracerouteParser(context)
  }

  push(bytes: Uint8Array, nowMs: number): Observed[] {
    const events = this.#release(nowMs)
    if (this.#statistics) this.#forward(this.#statistics.push(bytes, nowMs), events)
    else this.#forward(this.#watched(this.#trace.push(bytes, nowMs)), events)
    for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) this.#lines++
    return events
  }

  end(nowMs: number): Observed[] {
    const events = this.#release(nowMs)
    if (this.#statistics) this.#forward(this.#statistics.end(nowMs), events)
    else if (this.#lastExit === null) this.#forward(this.#watched(this.#trace.end(nowMs)), events)
    return events
  }

  next(exit: Exit, nowMs: number): Step | null {
    this.#lastExit = exit
    if (this.#statistics) return null
    this.#forward(this.#watched(this.#trace.end(nowMs)), this.#held)
    const hops = this.#targetTtl || this.#highestTtl
    if (hops === 0) return null
    const { options, target, runId } = this.#context
    this.#statistics = mtrParser(this.#context, { lines: this.#lines, hasCommand: true, probes: (ttl) => this.#probes.get(ttl) ?? 0 })
    this.#held.push({
      kind: 'path.stage', runId, line: this.#lines + 1, stage: 'statistics', hops, probesPerHop: options.queries, expectedMs: statisticsMs(options, hops), atMs: nowMs,
    })
    return { binary: 'mtr', args: statisticsArgv(options, target, hops) }
  }

  verdict(exit: Exit): Outcome {
    if (this.#statistics) return this.#statistics.verdict(exit)
    const traced = this.#trace.verdict(this.#lastExit ?? exit)
    if (traced.kind !== 'finished' || this.#lastExit === null) return traced
    const { target } = this.#context
    const message = `No router answered the trace, and neither did ${target.host}, so there was no hop to count on. Try another protocol, or look at \`ip route get ${target.address}\` on the vantage.`
    return { ...traced, code: 'no-hop', message }
  }

  /** What was held back, with the opening of the first part in front of everything. */
  #release(nowMs: number): Observed[] {
    const events = this.#held
    this.#held = []
    if (this.#hasBegun) return events
    this.#hasBegun = true
    return [{ kind: 'path.stage', runId: this.#context.runId, line: 1, stage: 'trace', hops: null, probesPerHop: 1, expectedMs: null, atMs: nowMs }, ...events]
  }

  #forward(events: readonly Observed[], to: Observed[]): void {
    for (const event of events) to.push(event)
  }

  /** The trace's events, read along to know where the path ends and how many probes each hop had. */
  #watched(events: Observed[]): Observed[] {
    for (const event of events) {
      if (event.kind !== 'path.reply' && event.kind !== 'path.unanswered' && event.kind !== 'path.awaited') continue
      this.#probes.set(event.ttl, Math.max(this.#probes.get(event.ttl) ?? 0, event.probe))
      if (event.kind !== 'path.reply') continue
      this.#highestTtl = Math.max(this.#highestTtl, event.ttl)
      if (event.from === this.#context.target.address) this.#targetTtl = this.#targetTtl === 0 ? event.ttl : Math.min(this.#targetTtl, event.ttl)
    }
    return events
  }
}
