/** Options of a names run. */
import { optionSet, type OptionsOf } from '../options.ts'
import { canonicalServers } from './servers.ts'
import { canonicalTypes } from './types.ts'

export const SERVERS_MAX = 8
const YES_NO = [{ value: 'no', label: 'No' }, { value: 'yes', label: 'Yes' }] as const

const FIELDS = {
  recordType: {
    kind: 'text', name: 'recordType', label: 'Record types', maxLength: 80, fallback: 'A,AAAA', canonical: canonicalTypes,
    grammar: 'up to six record types with commas between, such as A,AAAA,HTTPS',
    help: 'What is asked of every server. An address is always asked for its name (PTR).',
  },
  server: {
    kind: 'text', name: 'server', label: 'More servers', maxLength: 400, fallback: '', placeholder: 'none', canonical: (text: string) => canonicalServers(text, SERVERS_MAX),
    grammar: `addresses of up to ${SERVERS_MAX} name servers with commas between, such as 10.0.0.53`,
    help: 'Asked beside the servers of the vantage itself. Each is judged by the target policy.',
  },
  authorities: { kind: 'choice', name: 'authorities', label: 'Name servers of the zone', choices: YES_NO, fallback: 'yes', help: 'Finds the zone and asks its own servers too: they decide who is right.' },
  publicServers: { kind: 'choice', name: 'publicServers', label: 'Public resolvers', choices: YES_NO, fallback: 'no', help: 'Asks 1.1.1.1, 8.8.8.8 and 9.9.9.9 too. The name becomes known to them.' },
  walk: { kind: 'choice', name: 'walk', label: 'Walk from the root', choices: YES_NO, fallback: 'no', help: 'As dig +trace: asks every server of every zone from the root down, each judged by the target policy. For admins, unless the policy lets everyone.' },
  transport: { kind: 'choice', name: 'transport', label: 'Transport', choices: [{ value: 'auto', label: 'UDP, TCP where an answer is cut' }, { value: 'tcp', label: 'TCP' }], fallback: 'auto', help: 'How the servers are asked.' },
  port: { kind: 'number', name: 'port', label: 'Server port', unit: '', min: 1, max: 65535, step: 1, fallback: 53, help: 'Of servers that are named above; those of the vantage and of the zone are asked at 53.' },
  timeoutMs: { kind: 'number', name: 'timeoutMs', label: 'Wait', unit: 'ms', min: 500, max: 5000, step: 100, fallback: 2000, help: 'A server that has not answered after this has not answered.' },
  tries: { kind: 'number', name: 'tries', label: 'Tries', unit: 'tries', min: 1, max: 3, step: 1, fallback: 1, help: 'Questions to a silent server before it counts as silent.' },
  intervalMs: { kind: 'number', name: 'intervalMs', label: 'Ask every', unit: 'ms', min: 5000, max: 3_600_000, step: 1000, fallback: 30_000, help: 'Time from the beginning of one round to the next.' },
  rounds: { kind: 'number', name: 'rounds', label: 'Rounds', unit: 'rounds', min: 1, max: 10_000, step: 1, fallback: null, placeholder: 'until stopped', help: 'How often every server is asked.' },
  checkPort: { kind: 'number', name: 'checkPort', label: 'Connect to port', unit: '', min: 1, max: 65535, step: 1, fallback: null, placeholder: 'the port of the target, if it has one', help: 'Whether every address that was answered accepts a TCP connection there.' },
} as const

export const DNS = optionSet('Names', FIELDS)
export type DnsOptions = OptionsOf<typeof FIELDS>
