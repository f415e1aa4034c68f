/** Options of a reach run. */
import { optionSet, type OptionsOf } from '../options.ts'

const FIELDS = {
  port: { kind: 'number', name: 'port', label: 'Port', unit: '', min: 1, max: 65535, step: 1, fallback: null, placeholder: 'the port of the target, else 443', help: 'Where connections are made to.' },
  depth: {
    kind: 'choice', name: 'depth', label: 'How far', fallback: 'auto',
    choices: [{ value: 'auto', label: 'As the port suggests' }, { value: 'tcp', label: 'TCP' }, { value: 'tls', label: 'TCP and TLS' }, { value: 'http', label: 'TCP and HTTP' }, { value: 'https', label: 'TCP, TLS and HTTP' }],
    help: 'As the port suggests: HTTP on 80, TLS and HTTP on 443, TLS on 993 and its like, TCP alone elsewhere.',
  },
  intervalMs: { kind: 'number', name: 'intervalMs', label: 'Interval', unit: 'ms', min: 200, max: 60_000, step: 100, fallback: 1000, help: 'Time from one TCP connection to the next, to each address.' },
  count: { kind: 'number', name: 'count', label: 'Connections', unit: 'connections', min: 1, max: 86_400, step: 1, fallback: null, placeholder: 'until stopped', help: 'TCP connections to each address.' },
  timeoutMs: { kind: 'number', name: 'timeoutMs', label: 'Wait', unit: 'ms', min: 200, max: 10_000, step: 100, fallback: 3000, help: 'A connection, a TLS handshake or a first byte that takes longer has failed.' },
  checkS: { kind: 'number', name: 'checkS', label: 'Look closer every', unit: 's', min: 10, max: 3600, step: 1, fallback: 60, help: 'How often TLS and HTTP are looked at again; TCP is measured at every interval.' },
  redirects: { kind: 'number', name: 'redirects', label: 'Redirects', unit: 'redirects', min: 0, max: 10, step: 1, fallback: 5, help: 'How many are followed. Each is resolved and judged by the target policy first.' },
} as const

export const REACH = optionSet('Reach', FIELDS)
export type ReachOptions = OptionsOf<typeof FIELDS>
