/** The ping tool, as data. */
import type { Tool } from '../tool.ts'
import { pingArgv, pingBound, pingDeadlineMs } from './args.ts'
import { PING_FIELDS, type PingOptions } from './options.ts'
import { pingParser } from './parse.ts'
import { pingShown } from './shown.ts'
import type { PingView } from './view.ts'

/** iputils ping through a pty: one line a probe, its own stamp on each. */
export const ping: Tool<PingOptions, PingView> = {
  ...pingShown,
  binary: 'ping',
  package: 'iputils-ping',
  transport: 'pty',
  fields: PING_FIELDS,
  argv: pingArgv,
  deadlineMs: pingDeadlineMs,
  bound: pingBound,
  selfTest: {
    versionArgs: ['-V'],
    version: pingVersion,
    probeArgs: ['-n', '-c', '1', '-W', '1', '127.0.0.1'],
    needs: 'CAP_NET_RAW, or a group within net.ipv4.ping_group_range',
  },
  parser: pingParser,
}

/** `ping from iputils 20221126` -> `20221126`, `ping utility, iputils-s20161105` -> `s20161105`; null for another ping. */
function pingVersion(output: string): string | null {
  return /^ping (?:from iputils|utility, iputils)[ -](\S{1,32})/m.exec(output.slice(0, 4096))?.[1] ?? null
}
