/** The event union: one immutable, typed record in a session's log. The only source of truth. */
import * as z from 'zod/mini'
import { DnsEvent } from '#lib/tools/dns/events.ts'
import { NslookupEvent } from '#lib/tools/nslookup/events.ts'
import { PathEvent } from '#lib/tools/path/events.ts'
import { PingEvent } from '#lib/tools/ping/events.ts'
import { PmtuEvent } from '#lib/tools/pmtu/events.ts'
import { ReachEvent } from '#lib/tools/reach/events.ts'
import { RunId, SessionId, type Seq } from './ids.ts'
import { Outcome } from './outcome.ts'
import { PinnedTarget } from './target.ts'

export const ToolId = z.enum(['ping', 'mtr', 'traceroute', 'pathping', 'pmtu', 'dns', 'nslookup', 'reach'])
export type ToolId = z.infer<typeof ToolId>

/** First event of every log. */
export const SessionCreated = z.object({
  kind: z.literal('session.created'),
  sessionId: SessionId, title: z.string(), target: z.string(), by: z.string(), vantage: z.string(),
})

/** A person asked for a run; it may still wait for a place. */
export const RunQueued = z.object({
  kind: z.literal('run.queued'),
  runId: RunId, tool: ToolId, target: PinnedTarget,
  /** Checked options, as the tool's decoder returned them. */
  options: z.record(z.string(), z.unknown()),
  by: z.string(),
  /** Policy snapshot the run was judged by (S32). */
  policyId: z.string(),
})

/** The process exists. */
export const RunStarted = z.object({
  kind: z.literal('run.started'),
  runId: RunId,
  /** The exact command, argv[0] an absolute path. */
  argv: z.array(z.string()),
  pid: z.int(),
  /** The account it runs as. */
  user: z.string(),
  /** The vantage's own addresses at that moment: an ICMP error from one of them is the local kernel speaking. */
  sources: z.optional(z.array(z.string())),
  /** The run is ended by us after this long, at the latest. */
  deadlineMs: z.number(),
})

/** The next program of a run that has several: its exact command, and the transcript line that shows it. */
export const RunStep = z.object({ kind: z.literal('run.step'), runId: RunId, argv: z.array(z.string()), pid: z.int(), line: z.int() })

/**
 * Another run probes the same address from this vantage at the same time: their probes share the budget of every router between (P-LOSS-SELF).
 * Written into both sessions when it begins and when it ends. A session that the reader may not see is not named.
 */
export const RunOverlap = z.object({
  kind: z.literal('run.overlap'), runId: RunId, state: z.enum(['began', 'ended']),
  with: z.object({ runId: RunId, tool: ToolId, /** `ICMP`, `UDP`, `TCP :443`. */ protocol: z.string(), sameSession: z.boolean() }),
})

export const RunEnded = z.object({ kind: z.literal('run.ended'), runId: RunId, outcome: Outcome })

/** Output was cut: what and how much was not kept. */
export const RunTruncated = z.object({
  kind: z.literal('run.truncated'), runId: RunId,
  what: z.enum(['transcript', 'line', 'lines']), bytes: z.int(), text: z.string(),
})

/** A line that the parser did not understand. Counted and shown, never dropped. */
export const Unrecognised = z.object({ kind: z.literal('unrecognised'), runId: RunId, line: z.int(), text: z.string() })

/** The vantage's wall clock moved against its monotonic clock by more than 100 ms since the last look. */
export const ClockStep = z.object({ kind: z.literal('clock.step'), deltaMs: z.number() })

/** The log could not be written between two moments; what was measured then is not in it (disk full). */
export const NotStored = z.object({ kind: z.literal('log.gap'), fromMs: z.number(), toMs: z.number(), events: z.int() })

const CoreEvent = z.discriminatedUnion('kind', [
  SessionCreated, RunQueued, RunStarted, RunStep, RunOverlap, RunEnded, RunTruncated, Unrecognised, ClockStep, NotStored,
])

/** An event before the log has given it a place. */
export const EventBody = z.union([CoreEvent, PingEvent, PathEvent, PmtuEvent, DnsEvent, NslookupEvent, ReachEvent])
export type EventBody = z.infer<typeof EventBody>

/** When it was observed, ms since the epoch on the vantage's clock (fractions to 0.001 where the tool stamps them). */
export const Observed = z.intersection(EventBody, z.object({ atMs: z.number() }))
export type Observed = EventBody & { atMs: number }

/** An event in the log. */
export type SessionEvent = Observed & { seq: Seq }
export type EventOf<K extends EventBody['kind']> = Extract<SessionEvent, { kind: K }>
