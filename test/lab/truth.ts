/** What really happened in the lab: one record for each probe that left the vantage, as simnet.py wrote it. */
import * as z from 'zod/mini'

const Answer = z.strictObject({
  /** Asked round trip. */
  rtt_ms: z.number(),
  /** What the packet really got: from its entry into the device to the reply's exit. Null if writing failed. */
  real_ms: z.nullable(z.number()),
  ttl: z.int(),
  from: z.string(),
  /** `echo`, `syn-ack`, `rst`, or the word of an ICMP error. */
  what: z.string(),
})
export type TruthAnswer = z.infer<typeof Answer>

const Probe = z.strictObject({
  kind: z.literal('probe'),
  dst: z.string(),
  /** How many probes this destination had got, with this one: what draws depend on. */
  n: z.int(),
  protocol: z.enum(['icmp', 'udp', 'tcp']),
  /** Of the echo request; of UDP and TCP the source and the destination port. */
  id: z.int(),
  seq: z.int(),
  sent_ttl: z.int(),
  /** Payload. */
  bytes: z.int(),
  /** The whole IP packet. */
  packet_bytes: z.int(),
  at_ms: z.number(),
  /** `replied`: by the host itself; `expired`: time exceeded at a router; `limited`: a router or host said nothing of itself; `filtered`: not passed on in silence. */
  fate: z.enum(['replied', 'expired', 'unreachable', 'lost', 'silent', 'limited', 'filtered']),
  /** Cause of a loss (`random`, `burst`), the ICMP error, or what is odd about the reply, separated by commas. */
  why: z.nullable(z.string()),
  /** TTL of the router or host that decided that fate; null for a host without a path. */
  hop: z.nullable(z.int()),
  answers: z.array(Answer),
  /** A TCP SYN that the kernel sent once more. */
  again: z.optional(z.literal(true)),
  write_error: z.optional(z.string()),
  pending: z.optional(z.literal(true)),
})
export type TruthProbe = z.infer<typeof Probe>

const Ignored = z.strictObject({ kind: z.literal('ignored'), protocol: z.int(), dst: z.string() })
const TruthRecord = z.discriminatedUnion('kind', [Probe, Ignored])

/** Reads the simulator's NDJSON; the probes in the order their last answer went out. A half-written last line waits for the next reading. */
export function decodeTruth(text: string): TruthProbe[] {
  const lines = text.split('\n').slice(0, -1)
  return lines.map((line) => TruthRecord.parse(JSON.parse(line))).filter((record) => record.kind === 'probe')
}
