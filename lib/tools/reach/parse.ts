/** The output of Reach to events. */
import type { Parser, ParserContext } from '../tool.ts'
import type { ReachOptions } from './options.ts'

export function reachParser(_context: ParserContext<ReachOptions>): Parser {
  return { push: () => [], end: () => [], verdict: () => ({ kind: 'finished', code: 'exit', message: 'Done.' }) }
}
