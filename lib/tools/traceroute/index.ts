/** The traceroute tool, as data. */
import type { PathView } from '../path/view.ts'
import type { Tool } from '../tool.ts'
import { tracerouteArgv, tracerouteBound, tracerouteCannot, tracerouteDeadlineMs } from './args.ts'
import { TRACEROUTE, type TracerouteOptions } from './options.ts'
import { tracerouteParser } from './parse.ts'
import { tracerouteShown } from './shown.ts'

/** Dmitry Butskoy's traceroute for Linux through a pty: it writes probe by probe, and its errors stand where they happened. */
export const traceroute: Tool<TracerouteOptions, PathView> = {
  ...tracerouteShown,
  binary: 'traceroute',
  package: 'traceroute',
  transport: 'pty',
  fields: TRACEROUTE.fields,
  argv: tracerouteArgv,
  cannot: tracerouteCannot,
  deadlineMs: tracerouteDeadlineMs,
  bound: tracerouteBound,
  selfTest: {
    versionArgs: ['-V'],
    version: tracerouteVersion,
    probeArgs: ['-n', '-I', '-q', '1', '-w', '1', '-m', '1', '127.0.0.1'],
    needs: 'CAP_NET_RAW for ICMP and TCP probes (UDP needs nothing)',
  },
  parser: tracerouteParser,
}

/** `Modern traceroute for Linux, version 2.1.2` -> `2.1.2`; null for another traceroute. */
function tracerouteVersion(output: string): string | null {
  return /^Modern traceroute for Linux, version (\S{1,32})/m.exec(output.slice(0, 4096))?.[1] ?? null
}
