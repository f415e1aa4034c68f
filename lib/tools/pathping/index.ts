/** The pathping tool, as data: traceroute finds the path, then mtr counts on every hop of it. */
import { mtrClash } from '../mtr/clash.ts'
import { mtr } from '../mtr/index.ts'
import type { PathView } from '../path/view.ts'
import type { Tool } from '../tool.ts'
import { traceroute } from '../traceroute/index.ts'
import { pathpingBound, pathpingCannot, pathpingDeadlineMs, traceArgv } from './args.ts'
import { PATHPING, type PathpingOptions } from './options.ts'
import { pathpingParser } from './parse.ts'
import { pathpingShown } from './shown.ts'

/** Attached as traceroute is. mtr writes the same lines to a pty. */
export const pathping: Tool<PathpingOptions, PathView> = {
  ...pathpingShown,
  binary: 'traceroute',
  helpers: ['mtr'],
  package: 'traceroute',
  transport: traceroute.transport,
  fields: PATHPING.fields,
  argv: traceArgv,
  cannot: pathpingCannot,
  clash: mtrClash,
  deadlineMs: pathpingDeadlineMs,
  bound: pathpingBound,
  selfTest: { ...traceroute.selfTest, needs: mtr.selfTest.needs },
  parser: pathpingParser,
}
