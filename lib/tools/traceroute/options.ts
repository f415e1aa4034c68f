/** Traceroute's options: ranges as data, read by the form and by the decoder alike. */
import { optionSet, type OptionsOf } from '../options.ts'
import { FIRST_TTL_FIELD, MAX_TTL_FIELD, PORT_FIELD, protocolField } from '../path/fields.ts'

const FIELDS = {
  protocol: protocolField('udp'),
  port: PORT_FIELD,
  queries: {
    kind: 'number', name: 'queries', label: 'Probes per hop', unit: 'probes', min: 1, max: 5, step: 1, fallback: 3,
    help: 'How many probes each hop gets.',
  },
  waitMs: {
    kind: 'number', name: 'waitMs', label: 'Wait', unit: 'ms', min: 500, max: 5000, step: 100, fallback: 3000,
    help: 'How long traceroute waits for an answer before it prints a star.',
  },
  firstHop: FIRST_TTL_FIELD,
  maxHops: MAX_TTL_FIELD,
  atOnce: {
    kind: 'number', name: 'atOnce', label: 'At once', unit: 'probes', min: 1, max: 16, step: 1, fallback: 4,
    help: 'Probes under way at the same time. Fewer is slower and kinder to routers that limit what they answer.',
  },
} as const

export const TRACEROUTE = optionSet('Traceroute', FIELDS)
export type TracerouteOptions = OptionsOf<typeof FIELDS>
