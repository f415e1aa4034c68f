/** The value of every route's answer as a schema: OpenAPI is made from these, and tests hold real answers against them. */
import * as z from 'zod/mini'
import { Role, ShareScope } from '#lib/protocol/access.ts'
import { EventBody, ToolId } from '#lib/protocol/events.ts'
import { RunId, SessionId, ShareId, UserId } from '#lib/protocol/ids.ts'
import { Outcome, OutcomeKind } from '#lib/protocol/outcome.ts'
import type { RouteName } from '#lib/protocol/routes.ts'
import { PinnedTarget } from '#lib/protocol/target.ts'
import { ToolStatus, VantageFacts } from '#lib/protocol/vantage.ts'

const Ms = z.number()
const MaybeMs = z.nullable(Ms)
const Severity = z.enum(['crit', 'warn', 'info', 'ok'])
const Visibility = z.enum(['team', 'private'])
const Options = z.record(z.string(), z.unknown())

export const ProblemSchema = z.strictObject({
  code: z.enum([
    'invalid', 'target-invalid', 'target-unresolved', 'target-refused', 'setup-needed', 'not-signed-in', 'not-allowed', 'not-found', 'conflict',
    'rate-limited', 'busy', 'vantage-offline', 'tool-unavailable', 'storage-full', 'audit-unavailable', 'internal',
  ]),
  message: z.string(), field: z.optional(z.string()), rule: z.optional(z.string()), retryAfterS: z.optional(z.number()),
})

const Me = z.strictObject({ userId: UserId, name: z.string(), display: z.string(), role: Role })
const Parsed = z.strictObject({
  kind: z.enum(['name', 'ipv4', 'ipv6']), host: z.string(), unicodeHost: z.optional(z.string()), port: z.optional(z.int()), zone: z.optional(z.string()), reducedFrom: z.optional(z.string()),
})
const Inspection = z.strictObject({
  input: z.string(),
  parsed: z.nullable(Parsed),
  verdicts: z.array(z.strictObject({ address: z.string(), allowed: z.boolean(), rule: z.string(), reason: z.string() })),
  target: z.nullable(PinnedTarget),
  runs: z.array(z.strictObject({
    tool: ToolId, label: z.string(), options: Options, command: z.array(z.string()), bound: z.string(), status: ToolStatus, ticked: z.boolean(), cannot: z.nullable(z.string()),
  })),
  problem: z.nullable(ProblemSchema),
  notice: z.nullable(ProblemSchema),
  alsoProbing: z.array(z.strictObject({
    sessionId: z.nullable(SessionId), title: z.nullable(z.string()), by: z.nullable(z.string()), tool: ToolId, label: z.string(), sameOptions: z.boolean(), sinceMs: MaybeMs,
  })),
})
const Summary = z.strictObject({
  sessionId: SessionId, title: z.string(), target: z.string(), vantage: z.string(), by: z.string(), ownerId: z.nullable(UserId), visibility: Visibility,
  createdAtMs: Ms, endedAtMs: MaybeMs, live: z.boolean(), interrupted: z.boolean(), lastSeq: z.int(),
  worst: z.nullable(z.strictObject({ severity: Severity, title: z.string() })),
  spark: z.strictObject({ medianMs: z.array(z.nullable(z.number())), lost: z.array(z.number()) }),
  bytes: z.number(),
})
const Detail = z.strictObject({
  session: Summary,
  runs: z.array(z.strictObject({
    runId: RunId, tool: ToolId, target: PinnedTarget, state: z.union([z.enum(['queued', 'running']), OutcomeKind]), argv: z.array(z.string()), by: z.string(),
    queuedAtMs: Ms, endedAtMs: MaybeMs, outcome: z.nullable(Outcome),
  })),
})
const Event = z.intersection(EventBody, z.object({ atMs: Ms, seq: z.int() }))
const Action = z.union([
  z.strictObject({ kind: z.literal('copy'), label: z.string(), command: z.string() }),
  z.strictObject({ kind: z.literal('copy-ticket'), label: z.string() }),
  z.strictObject({ kind: z.literal('run'), label: z.string(), tool: ToolId, options: Options }),
])
const Finding = z.strictObject({
  id: z.string(), rule: z.string(), subject: z.string(), severity: Severity, confidence: z.enum(['low', 'medium', 'high']), title: z.string(), meaning: z.string(),
  evidence: z.array(z.strictObject({ label: z.string(), value: z.string(), detail: z.optional(z.string()), definition: z.optional(z.string()) })),
  otherwise: z.array(z.string()),
  next: z.strictObject({ text: z.string(), actions: z.optional(z.array(Action)) }),
  sinceMs: Ms, noticedMs: Ms, untilMs: MaybeMs,
  span: z.strictObject({ runId: RunId, fromMs: Ms, toMs: Ms, probes: z.optional(z.array(z.int())) }),
})
const Fine = z.strictObject({ rule: z.string(), subject: z.string(), title: z.string(), value: z.string() })
const Share = z.strictObject({
  shareId: ShareId, sessionId: SessionId, title: z.string(), by: z.string(), scope: ShareScope, createdAtMs: Ms, expiresAtMs: Ms, revokedAtMs: MaybeMs,
  opens: z.int(), openNow: z.int(), lastOpenedAtMs: MaybeMs, lastAddress: z.nullable(z.string()),
})
const User = z.strictObject({ userId: UserId, name: z.string(), display: z.string(), role: Role, disabled: z.boolean(), createdAtMs: Ms, lastSeenAtMs: MaybeMs })
const SignIn = z.strictObject({ signInId: z.string(), address: z.string(), agent: z.string(), createdAtMs: Ms, lastSeenAtMs: Ms, expiresAtMs: Ms, current: z.boolean() })
const Token = z.strictObject({ tokenId: z.string(), name: z.string(), prefix: z.string(), scopes: z.array(z.string()), createdAtMs: Ms, expiresAtMs: Ms, lastUsedAtMs: MaybeMs })
const Transcript = z.strictObject({
  fromLine: z.int(), totalLines: z.int(), totalBytes: z.number(),
  lines: z.array(z.strictObject({ line: z.int(), atMs: Ms, text: z.string(), cut: z.optional(z.literal(true)) })),
})
const Policy = z.strictObject({
  policyId: z.string(), source: z.string(),
  rules: z.array(z.strictObject({ number: z.int(), effect: z.enum(['allow', 'refuse']), what: z.string(), reason: z.string() })),
  limits: z.array(z.strictObject({ name: z.string(), value: z.string() })),
})
const By = z.looseObject({ userId: z.nullable(z.string()), name: z.nullable(z.string()), address: z.nullable(z.string()) })
const Started = z.strictObject({ sessionId: SessionId, runIds: z.array(RunId) })

/** `file`: the answer is a download, its type in `openapi/document.ts`. */
export const ANSWERS: Record<RouteName, z.ZodMiniType | 'file'> = {
  'me.read': Me,
  'me.password': z.null(),
  'sign-in.list': z.array(SignIn),
  'sign-in.revoke': z.null(),
  'setup': Me,
  'sign-in': Me,
  'sign-out': z.null(),
  'vantage.read': z.strictObject({ online: z.boolean(), facts: z.nullable(VantageFacts) }),
  'vantage.check': VantageFacts,
  'policy.read': Policy,
  'target.inspect': Inspection,
  'session.list': z.array(Summary),
  'session.start': Started,
  'session.read': Detail,
  'session.edit': Summary,
  'session.delete': z.null(),
  'run.start': Started,
  'run.stop': z.strictObject({ sessionId: SessionId, runId: RunId }),
  'event.read': z.strictObject({ events: z.array(Event), headSeq: z.int(), packed: z.optional(z.array(z.string())) }),
  'finding.read': z.strictObject({ seq: z.int(), atMs: Ms, findings: z.array(Finding), fine: z.array(Fine) }),
  'export.json': 'file',
  'export.csv': 'file',
  'transcript.read': Transcript,
  'transcript.download': 'file',
  'share.create': z.strictObject({ share: Share, link: z.string() }),
  'share.list': z.array(Share),
  'share.revoke': z.null(),
  'share.redeem': z.strictObject({ shareId: ShareId, sessionId: SessionId, scope: ShareScope, expiresAtMs: Ms, by: z.string() }),
  'user.list': z.array(User),
  'user.create': User,
  'user.edit': User,
  'token.list': z.array(Token),
  'token.create': z.strictObject({ token: Token, secret: z.string() }),
  'token.revoke': z.null(),
  'audit.read': z.array(z.looseObject({ n: z.int(), at: z.string(), action: z.string(), by: z.nullable(By) })),
}
