/** Option fields that the path tools share. */
import type { ChoiceField, NumberField } from '../tool.ts'

export const PROTOCOLS = [{ value: 'icmp', label: 'ICMP' }, { value: 'udp', label: 'UDP' }, { value: 'tcp', label: 'TCP' }] as const

/** What the probes are: routers and firewalls may treat each kind differently. */
export const protocolField = (fallback: 'icmp' | 'udp' | 'tcp') => ({
  kind: 'choice', name: 'protocol', label: 'Protocol', choices: PROTOCOLS, fallback,
  help: 'What the probes are: ICMP echo, UDP datagrams, or TCP connection requests (SYN) to a port.',
} as const satisfies ChoiceField)

export const PORT_FIELD = {
  kind: 'number', name: 'port', label: 'Port', unit: '', min: 1, max: 65_535, step: 1, fallback: null, placeholder: 'of the target, else 443',
  help: 'Destination port of TCP probes, and of UDP probes if given.',
} as const satisfies NumberField

export const MAX_TTL_FIELD = {
  kind: 'number', name: 'maxHops', label: 'Max hops', unit: 'hops', min: 1, max: 64, step: 1, fallback: 30,
  help: 'The longest path that is looked for.',
} as const satisfies NumberField

export const FIRST_TTL_FIELD = {
  kind: 'number', name: 'firstHop', label: 'First hop', unit: '', min: 1, max: 64, step: 1, fallback: 1,
  help: 'TTL of the first probes: skips the routers before it.',
} as const satisfies NumberField

/** Port that TCP probes go to. */
export const DEFAULT_TCP_PORT = 443

/** The port of TCP (or, if one was given, UDP) probes. */
export function portOf(options: { protocol: 'icmp' | 'udp' | 'tcp'; port: number | null }, target: { port?: number | undefined }): number | null {
  if (options.protocol === 'icmp') return null
  return options.protocol === 'udp' ? options.port : options.port ?? target.port ?? DEFAULT_TCP_PORT
}
