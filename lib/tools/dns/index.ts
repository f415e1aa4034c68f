/** Names, as data. */
import type { Tool } from '../tool.ts'
import { dnsArgv, dnsBound, dnsDeadlineMs } from './args.ts'
import { DNS, type DnsOptions } from './options.ts'
import { dnsParser } from './parse.ts'
import { serverList } from './servers.ts'
import { dnsShown } from './shown.ts'
import type { DnsView } from './view.ts'

export const dns: Tool<DnsOptions, DnsView> = {
  ...dnsShown,
  binary: 'dig',
  optional: ['getent', 'hopscope-reach'],
  takesUnresolved: true,
  contacts: ({ server }) => serverList(server),
  privileged: ({ walk }) => (walk === 'yes' ? 'Walking from the root asks name servers all over the Internet' : null),
  package: 'bind9-dnsutils',
  transport: 'pipe',
  fields: DNS.fields,
  argv: dnsArgv,
  deadlineMs: dnsDeadlineMs,
  bound: dnsBound,
  selfTest: { versionArgs: ['-v'], version: (output) => /DiG (\S+)/.exec(output)?.[1] ?? null, probeArgs: ['-r', '@127.0.0.1', '-p', '9', '+time=1', '+tries=1', '-q', 'localhost', '-t', 'A'], proof: /^;; communications error to 127\.0\.0\.1#9: (?:connection refused|timed out)\r?$|^;; SERVER: /m, needs: 'nothing but UDP and TCP' },
  parser: dnsParser,
}
