/** The output of Reach, program after program, to events. What comes next is the planner's. */
import { plannedParser } from '../planned-parser.ts'
import type { Parser, ParserContext } from '../tool.ts'
import type { ReachOptions } from './options.ts'
import { ReachPlanner } from './planner.ts'
import { judgeReach } from './verdict.ts'

/** A parser of one run. */
export function reachParser(context: ParserContext<ReachOptions>): Parser {
  const planner = new ReachPlanner(context)
  return plannedParser({ runId: context.runId, planner, readsCut: false, verdict: (exit) => judgeReach(exit, planner.told, context.target) })
}
