/** The path-MTU sweep, as data: pings that must not be fragmented, one size after the other. */
import { ping } from '../ping/index.ts'
import type { Tool } from '../tool.ts'
import { pmtuArgv, pmtuBound, pmtuDeadlineMs } from './args.ts'
import { PMTU, type PmtuOptions } from './options.ts'
import { pmtuParser } from './parse.ts'
import { pmtuShown } from './shown.ts'
import type { PmtuView } from './view.ts'

/** As ping itself is attached: through a pty. */
export const pmtu: Tool<PmtuOptions, PmtuView> = {
  ...pmtuShown,
  binary: ping.binary,
  package: ping.package,
  transport: ping.transport,
  fields: PMTU.fields,
  argv: pmtuArgv,
  deadlineMs: pmtuDeadlineMs,
  bound: pmtuBound,
  selfTest: { ...ping.selfTest, probeArgs: ['-n', '-M', 'do', '-c', '1', '-W', '1', '-s', '1472', '127.0.0.1'] },
  parser: pmtuParser,
}
