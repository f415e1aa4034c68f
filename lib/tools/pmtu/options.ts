/** Options of the path-MTU sweep. */
import { optionSet, type OptionsOf } from '../options.ts'

const FIELDS = {
  largestBytes: {
    kind: 'number', name: 'largestBytes', label: 'Largest packet', unit: 'bytes', min: 1280, max: 9000, step: 1, fallback: 1500,
    help: 'The sweep begins with this size; 1500 is plain Ethernet, 9000 a jumbo frame.',
  },
  probes: {
    kind: 'number', name: 'probes', label: 'Probes per size', unit: 'probes', min: 2, max: 10, step: 1, fallback: 3,
    help: 'A size counts as too big only when none of so many packets came back.',
  },
  timeoutMs: {
    kind: 'number', name: 'timeoutMs', label: 'Wait', unit: 'ms', min: 500, max: 5000, step: 100, fallback: 1000,
    help: 'How long to wait for the last answer at each size.',
  },
} as const

export const PMTU = optionSet('Path MTU', FIELDS)
export type PmtuOptions = OptionsOf<typeof FIELDS>
