/** The pathping tool, as data: traceroute finds the path, then mtr counts on every hop of it. */
import { mtr } from '../mtr/index.ts'
import type { PathView } from '../path/view.ts'
import type { Tool } from '../tool.ts'
import { pathpingBound, pathpingCannot, pathpingDeadlineMs, traceArgv } from './args.ts'
import { PATHPING, type PathpingOptions } from './options.ts'
import { pathpingParser } from './parse.ts'
import { pathpingShown } from './shown.ts'

/** Both programs write out every line at once, so plain pipes do. */
export const pathping: Tool<PathpingOptions, PathView> = {
  ...pathpingShown,
  binary: 'traceroute',
  helpers: ['mtr'],
  package: 'traceroute and mtr-tiny',
  transport: 'pipe',
  fields: PATHPING.fields,
  argv: traceArgv,
  cannot: pathpingCannot,
  deadlineMs: pathpingDeadlineMs,
  bound: pathpingBound,
  selfTest: {
    versionArgs: ['--version'],
    version: tracerouteVersion,
    probeArgs: ['-n', '-I', '-q', '1', '-m', '1', '-w', '1', '127.0.0.1'],
    needs: mtr.selfTest.needs,
    proof: /^ *1 +127\.0\.0\.1 /m,
  },
  parser: pathpingParser,
}

/** `Modern traceroute for Linux, version 2.1.2` -> `2.1.2`; null for another program. */
function tracerouteVersion(output: string): string | null {
  return /^Modern traceroute for Linux, version (\S{1,32})/m.exec(output.slice(0, 4096))?.[1] ?? null
}
