/** The mtr tool, as data. */
import { MTR, type MtrOptions } from './options.ts'
import type { Tool } from '../tool.ts'
import type { PathView } from '../path/view.ts'
import { mtrArgv, mtrBound, mtrCannot, mtrDeadlineMs } from './args.ts'
import { mtrClash } from './clash.ts'
import { mtrParser } from './parse.ts'
import { mtrShown } from './shown.ts'

/** mtr in raw mode through a pipe: it writes out every line at once, and never reads keys in this mode. */
export const mtr: Tool<MtrOptions, PathView> = {
  ...mtrShown,
  binary: 'mtr',
  package: 'mtr-tiny',
  transport: 'pipe',
  fields: MTR.fields,
  argv: mtrArgv,
  cannot: mtrCannot,
  clash: mtrClash,
  deadlineMs: mtrDeadlineMs,
  bound: mtrBound,
  selfTest: {
    versionArgs: ['--version'],
    version: mtrVersion,
    probeArgs: ['-n', '--raw', '-c', '1', '-i', '1', '-G', '1', '127.0.0.1'],
    needs: 'CAP_NET_RAW for mtr-packet',
    proof: /^p \d+ \d+/m,
  },
  parser: mtrParser,
}

/** `mtr 0.95` -> `0.95`; null for another program. */
export function mtrVersion(output: string): string | null {
  return /^mtr (\S{1,32})/m.exec(output.slice(0, 4096))?.[1] ?? null
}
