/** The typed events of a path-MTU run: a sweep with pings that must not be fragmented. */
import * as z from 'zod/mini'
import { RunId } from '#lib/protocol/ids.ts'
import { FatalKind } from '../ping/events.ts'

const of = { runId: RunId, line: z.int().check(z.gte(1)) }

/**
 * What became of packets of one size, once its few probes are over. `passed`: at least one came back; `too-big`: a router or the target
 * said so (`from`, `mtu`); `local`: the vantage's own interface or cache refused (`mtu`); `silent`: nothing came back.
 */
export const PmtuTry = z.object({
  kind: z.literal('pmtu.try'), ...of,
  /** Whole IP packet: payload + 8 bytes of ICMP + 20 (IPv4) or 40 (IPv6) of IP. */
  packetBytes: z.int(),
  fate: z.enum(['passed', 'too-big', 'local', 'silent']),
  sent: z.int(), answered: z.int(),
  from: z.optional(z.string()), mtu: z.optional(z.int()), rttMs: z.optional(z.number()),
})

/** The sweep is over. `mtu` null: even the smallest size got no answer, so nothing is known. */
export const PmtuResult = z.object({
  kind: z.literal('pmtu.result'), ...of,
  /** Largest packet that passed. */
  mtu: z.nullable(z.int()),
  /** Smallest packet that did not; null if the largest tried passed. */
  failsFrom: z.nullable(z.int()),
  /** Whoever reported that a packet was too big. */
  toldBy: z.nullable(z.string()),
})

export const PmtuFatal = z.object({ kind: z.literal('pmtu.fatal'), ...of, error: FatalKind, text: z.string() })

export const PmtuEvent = z.discriminatedUnion('kind', [PmtuTry, PmtuResult, PmtuFatal])
export type PmtuEvent = z.infer<typeof PmtuEvent>
