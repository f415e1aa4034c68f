/** nslookup, as data. */
import { serverList } from '../dns/servers.ts'
import type { Tool } from '../tool.ts'
import { nslookupArgv, nslookupBound, nslookupDeadlineMs } from './args.ts'
import { NSLOOKUP, type NslookupOptions } from './options.ts'
import { nslookupParser } from './parse.ts'
import { nslookupShown } from './shown.ts'
import type { NslookupView } from './view.ts'

export const nslookup: Tool<NslookupOptions, NslookupView> = {
  ...nslookupShown,
  binary: 'nslookup',
  takesUnresolved: true,
  contacts: ({ server }) => serverList(server),
  package: 'bind9-dnsutils',
  transport: 'pipe',
  fields: NSLOOKUP.fields,
  argv: nslookupArgv,
  deadlineMs: nslookupDeadlineMs,
  bound: nslookupBound,
  selfTest: { versionArgs: ['-version'], version: (output) => /nslookup (\S+)/.exec(output)?.[1] ?? null, probeArgs: ['-version'], needs: 'nothing but UDP and TCP' },
  parser: nslookupParser,
}
