/** The output of Names, program after program, to events. What to ask next is the planner's. */
import { plannedParser } from '../planned-parser.ts'
import type { Parser, ParserContext } from '../tool.ts'
import type { DnsOptions } from './options.ts'
import { NamesPlanner } from './planner.ts'
import { judgeDns } from './verdict.ts'

/** A parser of one run. */
export function dnsParser(context: ParserContext<DnsOptions>): Parser {
  const planner = new NamesPlanner(context)
  // Of a long TXT record the beginning is enough.
  return plannedParser({ runId: context.runId, planner, readsCut: true, verdict: (exit) => judgeDns(exit, planner.told, context.target) })
}
