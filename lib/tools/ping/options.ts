/** Ping's options: ranges as data, read by the form and by the decoder alike. */
import { fail, ok, type Result } from '#lib/protocol/result.ts'
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
    name: 'count', label: 'Probes', unit: 'probes', min: 1, max: 1000, step: 1, fallback: null, placeholder: 'until stopped',
    help: 'How many probes to send; empty goes on until somebody stops it, 24 h at most. With a deadline, ping waits for this many replies instead.',
  },
  intervalMs: {
    name: 'intervalMs', label: 'Interval', unit: 'ms', min: 200, max: 60_000, step: 100, fallback: 1000,
    help: 'Time between two probes.',
  },
  sizeBytes: {
    name: 'sizeBytes', label: 'Payload', unit: 'bytes', min: 0, max: 1472, step: 1, fallback: 56,
    help: 'Data carried by each probe; 1472 fills an Ethernet frame over IPv4. Below 16 bytes ping cannot measure time.',
  },
  ttl: {
    name: 'ttl', label: 'TTL', unit: 'hops', min: 1, max: 255, step: 1, fallback: null, placeholder: 'system default',
    help: 'Routers a probe may pass before one of them returns it as expired.',
  },
  timeoutMs: {
    name: 'timeoutMs', label: 'Lost after', unit: 'ms', min: 200, max: 10_000, step: 100, fallback: 2000,
    help: 'How long a probe may stay unanswered until it counts as lost; a reply after that counts as late.',
  },
  deadlineS: {
    name: 'deadlineS', label: 'Deadline', unit: 's', min: 1, max: RUN_MAX_S, step: 1, fallback: null, placeholder: '24 h',
    help: 'Time after which the run ends, whatever was sent.',
  },
} as const satisfies Record<keyof PingOptions, OptionField>

/** In the order of the form. */
export const PING_FIELDS: readonly OptionField[] = Object.values(FIELDS)

/** The value of one option; undefined when it is not allowed. Absent: the default. */
function settled(field: OptionField, value: unknown): number | null | undefined {
  if (value === undefined) return field.fallback
  if (value === null) return field.fallback === null ? null : undefined
  return Number.isSafeInteger(value) && Number(value) >= field.min && Number(value) <= field.max ? Number(value) : undefined
}

/**
 * Checks raw options: a plain object, known keys of its own only, whole numbers in range. Absent settings get their
 * defaults. Decoding what was decoded gives the same again.
 */
export function decodePingOptions(raw: unknown): Result<PingOptions> {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    return fail({ code: 'invalid', field: 'options', message: 'Ping options must be an object of named numbers.' })
  }
  const unknown = Reflect.ownKeys(raw).find((key) => typeof key !== 'string' || !Object.hasOwn(FIELDS, key))
  if (unknown !== undefined) {
    const name = shortName(String(unknown))
    return fail({ code: 'invalid', field: `options.${name}`, message: `Ping has no option “${name}”. It has ${Object.keys(FIELDS).join(', ')}.` })
  }
  // Own properties alone, so that nothing on a prototype can stand in for an option.
  const given = new Map<string, unknown>(Object.entries(raw))
  const decoded: Record<string, number | null> = {}
  for (const field of PING_FIELDS) {
    const value = settled(field, given.get(field.name))
    if (value === undefined) return fail({ code: 'invalid', field: `options.${field.name}`, message: rangeMessage(field) })
    decoded[field.name] = value
  }
  return ok(asOptions(decoded))
}

/** Every field is there and in its range; null only where the field's default is null, as PingOptions says. */
const asOptions = (decoded: Record<string, number | null>): PingOptions => decoded as Record<keyof PingOptions, number | null> as PingOptions

function rangeMessage(field: OptionField): string {
  const empty = field.fallback === null ? `, or empty for ${field.placeholder ?? 'no limit'}` : ''
  return `${field.label} must be a whole number from ${field.min} to ${field.max} ${field.unit}${empty}.`
}

/** A foreign key may be anything: shown short, and without control characters. */
function shortName(key: string): string {
  const shown = [...key.slice(0, 32)].map((letter) => (letter < ' ' || (letter >= '\u007f' && letter <= '\u009f') ? '?' : letter)).join('')
  return key.length > 32 ? `${shown}…` : shown
}
