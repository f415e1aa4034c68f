/** Ping's options: ranges as data, read by the form and by the decoder alike. */
import type { Result } from '#lib/protocol/result.ts'
import { optionSet } from '../options.ts'
import type { OptionField } from '../tool.ts'

/** Checked options. Null: the limit of policy, the system's own TTL, or no deadline of ping's own. */
export interface PingOptions {
  /** Probes to send; null: until stopped, within policy. */
  count: number | null
  intervalMs: number
  /** Payload of the echo request, without the 8 bytes of ICMP header. */
  sizeBytes: number
  ttl: number | null
  /** A probe counts as lost after this long. */
  timeoutMs: number
  /** Seconds after which ping itself ends. */
  deadlineS: number | null
}

/** Longest run that policy allows. */
export const RUN_MAX_S = 86_400

const FIELDS = {
  count: {
    kind: 'number', name: 'count', label: 'Probes', unit: 'probes', min: 1, max: 1000, step: 1, fallback: null, placeholder: 'until stopped',
    help: 'How many probes to send; empty goes on until somebody stops it, 24 h at most. With a deadline, ping waits for this many replies instead.',
  },
  intervalMs: {
    kind: 'number', name: 'intervalMs', label: 'Interval', unit: 'ms', min: 200, max: 60_000, step: 100, fallback: 1000,
    help: 'Time between two probes.',
  },
  sizeBytes: {
    kind: 'number', name: 'sizeBytes', label: 'Payload', unit: 'bytes', min: 0, max: 1472, step: 1, fallback: 56,
    help: 'Data carried by each probe; 1472 fills an Ethernet frame over IPv4. Below 16 bytes ping cannot measure time.',
  },
  ttl: {
    kind: 'number', name: 'ttl', label: 'TTL', unit: 'hops', min: 1, max: 255, step: 1, fallback: null, placeholder: 'system default',
    help: 'Routers a probe may pass before one of them returns it as expired.',
  },
  timeoutMs: {
    kind: 'number', name: 'timeoutMs', label: 'Lost after', unit: 'ms', min: 200, max: 10_000, step: 100, fallback: 2000,
    help: 'How long a probe may stay unanswered until it counts as lost; a reply after that counts as late.',
  },
  deadlineS: {
    kind: 'number', name: 'deadlineS', label: 'Deadline', unit: 's', min: 1, max: RUN_MAX_S, step: 1, fallback: null, placeholder: '24 h',
    help: 'Time after which the run ends, whatever was sent.',
  },
} as const satisfies Record<keyof PingOptions, OptionField>

const PING = optionSet('Ping', FIELDS)

/** In the order of the form. */
export const PING_FIELDS = PING.fields

/** Checks raw options: known keys, whole numbers in range; absent settings get their defaults. */
export const decodePingOptions = (raw: unknown): Result<PingOptions> => PING.decode(raw)
