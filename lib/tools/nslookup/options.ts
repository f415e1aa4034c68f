/** Options of nslookup. */
import { optionSet, type OptionsOf } from '../options.ts'
import { canonicalServers } from '../dns/servers.ts'

const FIELDS = {
  recordType: {
    kind: 'choice', name: 'recordType', label: 'Record type', fallback: 'default',
    choices: [
      { value: 'default', label: 'A and AAAA' }, ...(['A', 'AAAA', 'CNAME', 'MX', 'NS', 'TXT', 'SOA', 'PTR', 'SRV', 'CAA', 'HTTPS', 'ANY'] as const).map((value) => ({ value, label: value })),
    ],
    help: 'What is asked for. An address is always asked for its name.',
  },
  server: {
    kind: 'text', name: 'server', label: 'Server', maxLength: 64, fallback: '', placeholder: 'as /etc/resolv.conf says', canonical: (text: string) => canonicalServers(text, 1),
    grammar: 'the address of one name server, such as 10.0.0.53', help: 'The one server that is asked. It is judged by the target policy.',
  },
  port: { kind: 'number', name: 'port', label: 'Server port', unit: '', min: 1, max: 65535, step: 1, fallback: 53, help: 'Where the server listens.' },
  transport: { kind: 'choice', name: 'transport', label: 'Transport', choices: [{ value: 'auto', label: 'UDP, TCP where an answer is cut' }, { value: 'tcp', label: 'TCP' }], fallback: 'auto', help: 'How the server is asked.' },
  timeoutMs: { kind: 'number', name: 'timeoutMs', label: 'Wait', unit: 'ms', min: 1000, max: 10_000, step: 1000, fallback: 2000, help: 'For one answer; nslookup knows whole seconds.' },
  tries: { kind: 'number', name: 'tries', label: 'Tries', unit: 'tries', min: 1, max: 3, step: 1, fallback: 2, help: 'Questions to a silent server before the next is asked.' },
} as const

export const NSLOOKUP = optionSet('nslookup', FIELDS)
export type NslookupOptions = OptionsOf<typeof FIELDS>
