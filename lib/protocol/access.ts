/** Who may do what. The table below is the only place that says so; the guard reads it for HTTP and socket alike. */
import * as z from 'zod/mini'
import type { ShareId, UserId } from './ids.ts'

export const Role = z.enum(['viewer', 'operator', 'admin'])
export type Role = z.infer<typeof Role>

/** Who is calling: a signed-in person, an API token of theirs, the holder of a share link, or nobody. */
export type Principal =
  | { kind: 'user'; userId: UserId; name: string; display: string; role: Role; via: 'cookie' | 'token'; credentialId: string; scopes?: readonly string[] }
  | { kind: 'share'; shareId: ShareId; sessionId: string; display: string; scope: ShareScope }
  | { kind: 'nobody' }

/** What a share link shows. Hiding happens on the server. */
export const ShareScope = z.object({
  /** Typed results and findings are always included; raw output only if ticked. */
  transcript: z.boolean(),
  /** Hide private addresses and internal host names behind stable pseudonyms. */
  hidePrivate: z.boolean(),
  /** `live`: the whole session as it grows. `frozen`: nothing after `untilSeq`. */
  time: z.union([
    z.object({ mode: z.literal('live') }),
    z.object({ mode: z.literal('frozen'), untilSeq: z.int() }),
  ]),
})
export type ShareScope = z.infer<typeof ShareScope>

/** The verbs of the product. */
export type Action =
  | 'vantage:read' | 'vantage:check' | 'policy:read'
  | 'target:inspect' | 'run:start' | 'run:stop'
  | 'session:list' | 'session:read' | 'session:edit' | 'session:delete' | 'session:export'
  | 'share:create' | 'share:list' | 'share:revoke' | 'presence:point'
  | 'account:self' | 'token:manage' | 'user:manage' | 'audit:read'

/** Lowest role for each action. `share`: also the holder of a link to that session. */
export const RULES: Record<Action, { role: Role; share?: true }> = {
  'vantage:read': { role: 'viewer' },
  'vantage:check': { role: 'operator' },
  'policy:read': { role: 'viewer' },
  'target:inspect': { role: 'operator' },
  'run:start': { role: 'operator' },
  'run:stop': { role: 'operator' },
  'session:list': { role: 'viewer' },
  'session:read': { role: 'viewer', share: true },
  'session:edit': { role: 'operator' },
  'session:delete': { role: 'operator' },
  'session:export': { role: 'viewer', share: true },
  'share:create': { role: 'operator' },
  'share:list': { role: 'operator' },
  'share:revoke': { role: 'operator' },
  'presence:point': { role: 'viewer' },
  'account:self': { role: 'viewer' },
  'token:manage': { role: 'operator' },
  'user:manage': { role: 'admin' },
  'audit:read': { role: 'admin' },
}
