/** The typed events that every path tool (traceroute, mtr, pathping) writes to the session log. */
import * as z from 'zod/mini'
import { RunId } from '#lib/protocol/ids.ts'
import { FatalKind, IcmpErrorKind } from '../ping/events.ts'

const Ttl = z.int().check(z.gte(1), z.lte(255))
/** n-th probe sent at its TTL within its run, from 1 without gaps. A statistics stage (`path.stage`) goes on counting. */
const Probe = z.int().check(z.gte(1))
const of = { runId: RunId, /** 1-based line of the transcript that the event was read from. */ line: z.int().check(z.gte(1)) }

/** "traceroute to host (address), 30 hops max, 60 byte packets". mtr prints none. */
export const PathHeader = z.object({
  kind: z.literal('path.header'), ...of,
  target: z.nullable(z.string()), address: z.nullable(z.string()), maxTtl: z.nullable(z.int()), packetBytes: z.nullable(z.int()),
})

/**
 * One answer to one probe, from whoever sent it. `atMs` is when it was read. Sent at `sentAtMs` where the tool lets us know, else at
 * `atMs - rttMs`.
 */
export const PathReply = z.object({
  kind: z.literal('path.reply'), ...of,
  ttl: Ttl, probe: Probe,
  /** Null only where the tool printed none. */
  rttMs: z.nullable(z.number()),
  /** Address that answered. Null: the tool does not say which of several it was (mtr before 0.95); belongs to no responder. */
  from: z.nullable(z.string()),
  /** When it was sent, as observed here (mtr's `x` line). */
  sentAtMs: z.optional(z.number()),
  /** What the answer was when it was neither "time exceeded" nor the target's own: as printed, without `!` (`H`, `X`, `F-1400`, `<10>`). */
  flag: z.optional(z.string()),
  /** The same as a kind of ICMP error, where it has one. */
  error: z.optional(IcmpErrorKind),
  /** Next-hop MTU: of `!F-1400`, or of `F=1500`. */
  mtu: z.optional(z.int()),
  /** Routers back, if the tool guessed them (traceroute --back). */
  backHops: z.optional(z.int()),
  /** AS numbers that the tool printed (traceroute -A); [] = it looked and found none. */
  asns: z.optional(z.array(z.string())),
})

/** MPLS labels that a router quoted (RFC 4950), outermost first; told once per responder and set. */
export const PathLabels = z.object({
  kind: z.literal('path.labels'), ...of, ttl: Ttl, from: z.nullable(z.string()),
  labels: z.array(z.object({ label: z.int(), tc: z.int(), bottom: z.int(), ttl: z.int() })),
})

/**
 * No answer yet when the next probe to the same TTL went out, or at the end of the output: the probe is known to have left at
 * `sentAtMs`. Not a loss: lost only once the run's timeout has passed since then, late if it is answered after that.
 */
export const PathAwaited = z.object({ kind: z.literal('path.awaited'), ...of, ttl: Ttl, probe: Probe, sentAtMs: z.number() })

/** The tool itself waited for its own timeout and gave the probe up (`*`): lost. Nobody knows when it was sent. */
export const PathUnanswered = z.object({ kind: z.literal('path.unanswered'), ...of, ttl: Ttl, probe: Probe })

/** Another part of a composite run begins (pathping: `trace`, then `statistics`). Statistics count from here. */
export const PathStage = z.object({
  kind: z.literal('path.stage'), ...of,
  stage: z.enum(['trace', 'statistics']),
  /** Hops that will be probed, and probes to each; null while unknown. */
  hops: z.nullable(z.int()), probesPerHop: z.nullable(z.int()),
  /** How long this stage should take; null while unknown. */
  expectedMs: z.nullable(z.number()),
})

/** A name for an address: our own lazy reverse lookup (`dns`), or what the tool printed (`tool`). Never on a probe's way. `name` null: it has none. */
export const PathName = z.object({
  kind: z.literal('path.name'), runId: RunId,
  address: z.string(), name: z.nullable(z.string()), source: z.enum(['dns', 'tool']),
})

/** The AS that originates an address, from the local table or from DNS (off by default). `asn` null: not found. */
export const PathAs = z.object({
  kind: z.literal('path.as'), runId: RunId,
  address: z.string(), asn: z.nullable(z.int()), asName: z.nullable(z.string()), source: z.enum(['table', 'dns']),
})

/** A remark of the tool that bears on trust in the numbers, or a local refusal to send. */
export const PathNotice = z.object({
  kind: z.literal('path.notice'), ...of,
  notice: z.enum(['no-route', 'permission', 'message-too-long', 'other']), text: z.string(),
})

/** The tool gave up before or instead of probing. */
export const PathFatal = z.object({ kind: z.literal('path.fatal'), ...of, error: FatalKind, text: z.string() })

export const PathEvent = z.discriminatedUnion('kind', [
  PathHeader, PathReply, PathLabels, PathAwaited, PathUnanswered, PathStage, PathName, PathAs, PathNotice, PathFatal,
])
export type PathEvent = z.infer<typeof PathEvent>
export type PathReply = z.infer<typeof PathReply>
