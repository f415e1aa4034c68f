/** Reach, as data. */
import type { Tool } from '../tool.ts'
import { reachArgv, reachBound, reachDeadlineMs } from './args.ts'
import { REACH, type ReachOptions } from './options.ts'
import { reachParser } from './parse.ts'
import { reachShown } from './shown.ts'
import type { ReachView } from './view.ts'

export const reach: Tool<ReachOptions, ReachView> = {
  ...reachShown,
  binary: 'hopscope-reach',
  optional: ['traceroute'],
  package: 'hopscope',
  transport: 'pipe',
  fields: REACH.fields,
  argv: reachArgv,
  deadlineMs: reachDeadlineMs,
  bound: reachBound,
  selfTest: { versionArgs: ['--version'], version: (output) => /reach (\S+)/.exec(output)?.[1] ?? null, probeArgs: ['--self-test'], needs: 'nothing but TCP' },
  parser: reachParser,
}
