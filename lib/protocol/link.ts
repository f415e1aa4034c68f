/**
 * The protocol between web and a runner: one JSON object a frame over a mode-0600 Unix socket here, over one outgoing
 * WebSocket for a remote vantage later. Both ends decode every frame; the runner repeats every validation and the policy.
 */
import * as z from 'zod/mini'
import { EventBody, ToolId } from './events.ts'
import { RunId, SessionId } from './ids.ts'
import { PinnedTarget } from './target.ts'
import { VantageFacts } from './vantage.ts'

/** Refuse a peer that speaks another version: raise on every incompatible change. */
export const LINK_VERSION = 1

/** Highest size of one frame in bytes; a longer one closes the link. */
export const LINK_FRAME_MAX = 1024 * 1024

const CallId = z.int().check(z.gte(1))

/** One answer of the resolver, before policy: what the runner's one look-up found. */
export const Resolution = z.object({
  host: z.string(),
  addresses: z.array(z.object({ address: z.string(), family: z.union([z.literal(4), z.literal(6)]) })),
  /** `hosts file` or the resolver's address. */
  by: z.string(),
  ms: z.number(),
  /** The full name that was found through the search list, where it is not `host`. */
  foundAs: z.optional(z.string()),
  /** Families whose look-up failed while the other one answered: not known, which is not the same as "has none". */
  unanswered: z.optional(z.array(z.object({ family: z.union([z.literal(4), z.literal(6)]), why: z.string() }))),
})
export type Resolution = z.infer<typeof Resolution>

/** web -> runner */
export const LinkRequest = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello'), version: z.int() }),
  /** Look a canonical name up once: hosts file, then DNS A and AAAA, 3 s at most. */
  z.object({ type: z.literal('resolve'), call: CallId, host: z.string().check(z.maxLength(253)) }),
  /** Run the self-tests again. */
  z.object({ type: z.literal('check'), call: CallId }),
  z.object({
    type: z.literal('start'), call: CallId,
    runId: RunId, sessionId: SessionId, tool: ToolId, target: PinnedTarget, options: z.record(z.string(), z.unknown()),
  }),
  z.object({ type: z.literal('stop'), runId: RunId, by: z.string().check(z.maxLength(64)) }),
])
export type LinkRequest = z.infer<typeof LinkRequest>

/** runner -> web. `problem` answers a call that failed; the other answers carry the same `call`. */
export const LinkReply = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello'), version: z.int(), facts: VantageFacts }),
  z.object({ type: z.literal('facts'), call: z.nullable(CallId), facts: VantageFacts }),
  z.object({ type: z.literal('resolved'), call: CallId, resolution: Resolution }),
  /** The process was spawned; `run.started` follows as an event. */
  z.object({ type: z.literal('accepted'), call: CallId, runId: RunId }),
  z.object({ type: z.literal('problem'), call: CallId, code: z.string(), message: z.string(), field: z.optional(z.string()), rule: z.optional(z.string()) }),
  /** Typed events of one run in order, with the bytes of the transcript they were read from (base64, may be empty). `run.ended` is the last event of a run. */
  z.object({
    type: z.literal('events'), runId: RunId, sessionId: SessionId,
    events: z.array(z.intersection(EventBody, z.object({ atMs: z.number() }))),
    transcript: z.string(),
  }),
  /** Not of one run: the vantage's clock stepped. */
  z.object({ type: z.literal('clock'), deltaMs: z.number(), atMs: z.number() }),
  /** Every 5 s: the runner's clock and event-loop lag. */
  z.object({ type: z.literal('pulse'), atMs: z.number(), loopLagMs: z.number(), runs: z.int() }),
])
export type LinkReply = z.infer<typeof LinkReply>
