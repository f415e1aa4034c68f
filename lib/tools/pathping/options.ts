/** Pathping's options: ranges as data, read by the form and by the decoder alike. */
import { optionSet, type OptionsOf } from '../options.ts'
import { MAX_TTL_FIELD, PORT_FIELD, protocolField } from '../path/fields.ts'

const FIELDS = {
  protocol: protocolField('icmp'),
  port: PORT_FIELD,
  queries: {
    kind: 'number', name: 'queries', label: 'Probes per hop', unit: 'probes', min: 10, max: 1000, step: 1, fallback: 100,
    help: 'How many probes each hop gets once the path is known.',
  },
  periodMs: {
    kind: 'number', name: 'periodMs', label: 'Period', unit: 'ms', min: 50, max: 5000, step: 10, fallback: 250,
    help: 'Time between two probes, whichever hop they go to. A round over all hops takes at least a second.',
  },
  timeoutMs: {
    kind: 'number', name: 'timeoutMs', label: 'Lost after', unit: 'ms', min: 500, max: 8000, step: 100, fallback: 3000,
    help: 'How long a probe may stay unanswered until it counts as lost.',
  },
  maxHops: MAX_TTL_FIELD,
} as const

export const PATHPING = optionSet('Pathping', FIELDS)
export type PathpingOptions = OptionsOf<typeof FIELDS>
