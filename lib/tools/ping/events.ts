/** The typed events a ping run writes to the session log. */
import * as z from 'zod/mini'
import { RunId } from '#lib/protocol/ids.ts'
import { ICMP_ERROR_KINDS } from './icmp-kinds.ts'

/**
 * Number of a probe within its run: the tool's icmp_seq with the 16-bit wrap undone, so it only grows.
 * iputils numbers from 1, busybox and BSD from 0; it is kept as the tool counts.
 */
const Probe = z.int().check(z.gte(0))
/** 1-based line of the transcript that the event was read from. */
const Line = z.int().check(z.gte(1))
const Ttl = z.int().check(z.gte(0), z.lte(255))
const of = { runId: RunId, line: Line }

export const IcmpErrorKind = z.enum(ICMP_ERROR_KINDS)
export type IcmpErrorKind = z.infer<typeof IcmpErrorKind>

export const FatalKind = z.enum([
  'unknown-host', 'dns-temporary', 'no-address', 'address-family', 'network-unreachable', 'host-unreachable', 'broadcast',
  'permission', 'usage', 'invalid-argument', 'bad-server', 'no-interface', 'other',
])
export type FatalKind = z.infer<typeof FatalKind>

/** "PING host (address) 56(84) bytes of data." */
export const PingHeader = z.object({
  kind: z.literal('ping.header'), ...of,
  target: z.nullable(z.string()), address: z.nullable(z.string()), payloadBytes: z.nullable(z.int()),
})

/** One echo reply. `atMs` of the event is the tool's own stamp (-D): the moment the reply was read. Sent at `atMs - rttMs`. */
export const PingReply = z.object({
  kind: z.literal('ping.reply'), ...of,
  probe: Probe,
  /** Round trip as the tool printed it, ms; null where it printed none (payload under 16 bytes, truncated reply). */
  rttMs: z.nullable(z.number()),
  ttl: z.nullable(Ttl),
  bytes: z.int(),
  /** Who answered, where it is not the pinned target. */
  from: z.optional(z.string()),
  /** Marked (DUP!), or a second answer to a probe already answered. */
  dup: z.optional(z.literal(true)),
  /** "(truncated)". */
  truncated: z.optional(z.literal(true)),
  /** "(DIFFERENT ADDRESS!)". */
  differentAddress: z.optional(z.literal(true)),
  /** "(BAD CHECKSUM!)": the contents were damaged. A wrong data byte is told one line later, by a `wrong-data` notice. */
  corrupt: z.optional(z.literal(true)),
  /** The clock went back during the probe: the printed time means nothing. */
  clockStep: z.optional(z.literal(true)),
})

/** "no answer yet for icmp_seq=N" (-O): printed when the next probe goes out. Not a loss. */
export const PingAwaited = z.object({ kind: z.literal('ping.awaited'), ...of, probe: Probe })

/** An ICMP error (or redirect, source quench) that quotes one of our probes. */
export const PingIcmpError = z.object({
  kind: z.literal('ping.icmp-error'), ...of,
  probe: z.nullable(Probe), from: z.string(), error: IcmpErrorKind, text: z.string(),
  mtu: z.optional(z.int()), nexthop: z.optional(z.string()), pointer: z.optional(z.int()), code: z.optional(z.int()),
})

/** The vantage's own kernel refused to send: "local error: message too long, mtu=1400", "sendmsg: Operation not permitted". */
export const PingLocalError = z.object({
  kind: z.literal('ping.local-error'), ...of,
  error: z.enum(['message-too-long', 'no-route', 'permission', 'no-buffer', 'send-failed']), text: z.string(), mtu: z.optional(z.int()),
})

/** A remark of the tool that bears on trust in the numbers. */
export const PingNotice = z.object({
  kind: z.literal('ping.notice'), ...of,
  notice: z.enum(['clock-back', 'wrong-data', 'other']), text: z.string(),
  /** `wrong-data`: the probe whose reply was damaged, the one of the line before. */
  probe: z.optional(Probe),
})

/** The tool's own totals, kept to be compared with ours. */
export const PingSummary = z.object({
  kind: z.literal('ping.summary'), ...of,
  transmitted: z.int(), received: z.int(), duplicates: z.int(), errors: z.int(), corrupted: z.int(),
  lossPct: z.nullable(z.number()), timeMs: z.nullable(z.number()),
  rtt: z.nullable(z.object({ min: z.number(), avg: z.number(), max: z.number(), mdev: z.nullable(z.number()) })),
})

/** The tool gave up before or instead of probing: unknown name, no permission, no route. */
export const PingFatal = z.object({ kind: z.literal('ping.fatal'), ...of, error: FatalKind, text: z.string() })

export const PingEvent = z.discriminatedUnion('kind', [
  PingHeader, PingReply, PingAwaited, PingIcmpError, PingLocalError, PingNotice, PingSummary, PingFatal,
])
export type PingEvent = z.infer<typeof PingEvent>
export type PingReply = z.infer<typeof PingReply>
export type PingSummary = z.infer<typeof PingSummary>
