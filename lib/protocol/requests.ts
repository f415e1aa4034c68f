/** Decoders of everything a client may send, over socket or HTTP. Strict: an unknown key is refused. */
import * as z from 'zod/mini'
import { Role, ShareScope } from './access.ts'
import { ToolId } from './events.ts'
import { RunId, Seq, SessionId, ShareId, UserId } from './ids.ts'

/** Options are decoded again by the tool; here only the envelope is held: at most 20 plain keys. */
const RawOptions = z.record(z.string().check(z.maxLength(32)), z.unknown())

export const SubscribeRequest = z.strictObject({ sessionId: SessionId, after: Seq })
export type SubscribeRequest = z.infer<typeof SubscribeRequest>
export const UnsubscribeRequest = z.strictObject({ sessionId: SessionId })
export type UnsubscribeRequest = z.infer<typeof UnsubscribeRequest>
export const StopRequest = z.strictObject({ sessionId: SessionId, runId: RunId })
export type StopRequest = z.infer<typeof StopRequest>
export const TranscriptRequest = z.strictObject({
  sessionId: SessionId, runId: RunId,
  fromLine: z.int().check(z.gte(1)), count: z.int().check(z.gte(1), z.lte(1000)),
})
export type TranscriptRequest = z.infer<typeof TranscriptRequest>
export const PointRequest = z.strictObject({ sessionId: SessionId, atMs: z.number().check(z.gte(0)) })
export type PointRequest = z.infer<typeof PointRequest>

/** The longest thing anybody may paste into the target field (a curl command line). */
export const TARGET_TEXT_MAX = 2048
const TargetText = z.string().check(z.minLength(1), z.maxLength(TARGET_TEXT_MAX))

const WantedRun = z.strictObject({ tool: ToolId, options: RawOptions })
const Pins = {
  /** Which family to probe when the name has both; absent = the first address of the resolver's order, IPv4 first. */
  family: z.optional(z.union([z.literal(4), z.literal(6)])),
}

export const InspectRequest = z.strictObject({ target: TargetText, ...Pins, runs: z.optional(z.array(WantedRun).check(z.maxLength(8))) })
export type InspectRequest = z.infer<typeof InspectRequest>

/** Start a new session, or add runs to one that exists. */
export const StartRequest = z.strictObject({
  target: TargetText, ...Pins,
  sessionId: z.optional(SessionId),
  title: z.optional(z.string().check(z.maxLength(120))),
  visibility: z.optional(z.enum(['team', 'private'])),
  runs: z.array(WantedRun).check(z.minLength(1), z.maxLength(8)),
})
export type StartRequest = z.infer<typeof StartRequest>

export const ListSessionsRequest = z.strictObject({
  who: z.optional(z.enum(['everyone', 'mine'])), live: z.optional(z.boolean()),
  text: z.optional(z.string().check(z.maxLength(200))),
  before: z.optional(z.number()), limit: z.optional(z.int().check(z.gte(1), z.lte(200))),
})
export type ListSessionsRequest = z.infer<typeof ListSessionsRequest>

export const SessionRequest = z.strictObject({ sessionId: SessionId })
/** With the id of a path, names, nslookup or reach run: its probes, answers or handshakes, one row each, in place of the events. */
export const ExportCsvRequest = z.strictObject({ sessionId: SessionId, runId: z.optional(RunId) })
export const EditSessionRequest = z.strictObject({
  sessionId: SessionId, title: z.optional(z.string().check(z.minLength(1), z.maxLength(120))), visibility: z.optional(z.enum(['team', 'private'])),
})
export const EventsRequest = z.strictObject({
  sessionId: SessionId, after: Seq, limit: z.int().check(z.gte(1), z.lte(10_000)),
  /** In the packed form of `codec.ts`, a fortieth of the JSON; a page may then hold more than `limit`. */
  packed: z.optional(z.boolean()),
})

export const CreateShareRequest = z.strictObject({
  sessionId: SessionId, scope: ShareScope,
  /** Seconds from now; the admin's maximum applies. */
  expiresInS: z.int().check(z.gte(60), z.lte(31_536_000)),
})
export type CreateShareRequest = z.infer<typeof CreateShareRequest>
export const ListSharesRequest = z.strictObject({ sessionId: z.optional(SessionId) })
export const RevokeShareRequest = z.strictObject({ shareId: ShareId })
export const RedeemShareRequest = z.strictObject({ sessionId: SessionId, secret: z.string().check(z.regex(/^hss_[A-Za-z0-9_-]{32}$/)) })

export const UserName = z.string().check(z.regex(/^[a-z0-9][a-z0-9._-]{0,31}$/, 'lower-case letters, digits, dot, dash and underscore, 32 at most'))
export const Password = z.string().check(z.minLength(12, 'at least 12 characters'), z.maxLength(200))
const Display = z.string().check(z.minLength(1), z.maxLength(64))

export const SetupRequest = z.strictObject({ token: z.string().check(z.maxLength(100)), name: UserName, display: Display, password: Password })
export const SignInRequest = z.strictObject({ name: z.string().check(z.maxLength(64)), password: z.string().check(z.maxLength(200)) })
export const ChangePasswordRequest = z.strictObject({ current: z.string().check(z.maxLength(200)), next: Password })
export const CreateUserRequest = z.strictObject({ name: UserName, display: Display, role: Role, password: Password })
export const EditUserRequest = z.strictObject({
  userId: UserId, display: z.optional(Display), role: z.optional(Role), disabled: z.optional(z.boolean()), password: z.optional(Password),
})
export const CreateTokenRequest = z.strictObject({
  name: z.string().check(z.minLength(1), z.maxLength(64)),
  scopes: z.array(z.enum(['read', 'run', 'share'])).check(z.minLength(1), z.maxLength(3)),
  expiresInS: z.int().check(z.gte(300), z.lte(31_536_000)),
})
export const RevokeSignInRequest = z.strictObject({ signInId: z.string().check(z.maxLength(64)) })
export const RevokeTokenRequest = z.strictObject({ tokenId: z.string().check(z.maxLength(32)) })
export const Nothing = z.strictObject({})
