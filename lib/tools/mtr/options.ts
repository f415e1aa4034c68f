/** mtr's options: ranges as data, read by the form and by the decoder alike. */
import { optionSet, type OptionsOf } from '../options.ts'
import { FIRST_TTL_FIELD, MAX_TTL_FIELD, PORT_FIELD, protocolField } from '../path/fields.ts'

const FIELDS = {
  protocol: protocolField('icmp'),
  port: PORT_FIELD,
  cycles: {
    kind: 'number', name: 'cycles', label: 'Rounds', unit: 'probes per hop', min: 1, max: 1000, step: 1, fallback: null, placeholder: 'until stopped',
    help: 'How many probes each hop gets; empty goes on until somebody stops it, 24 h at most.',
  },
  intervalMs: {
    kind: 'number', name: 'intervalMs', label: 'Interval', unit: 'ms', min: 1000, max: 60_000, step: 100, fallback: 1000,
    help: 'Time between two probes to the same hop. mtr grants less than a second to root alone, and the vantage is not root.',
  },
  timeoutMs: {
    kind: 'number', name: 'timeoutMs', label: 'Lost after', unit: 'ms', min: 500, max: 8000, step: 100, fallback: 2000,
    help: 'How long a probe may stay unanswered until it counts as lost; an answer after that counts as late.',
  },
  firstHop: FIRST_TTL_FIELD,
  maxHops: MAX_TTL_FIELD,
  sizeBytes: {
    kind: 'number', name: 'sizeBytes', label: 'Packet', unit: 'bytes', min: 28, max: 1500, step: 1, fallback: 64,
    help: 'Whole size of each probe with its IP header.',
  },
} as const

export const MTR = optionSet('mtr', FIELDS)
export type MtrOptions = OptionsOf<typeof FIELDS>
