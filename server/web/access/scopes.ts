/** What an API token may do: its scopes, and never more than its owner may at this moment. */
import { RULES, type Action, type Principal, type Role } from '#lib/protocol/access.ts'
import type { TokenScope } from './types.ts'

const RANK: Record<Role, number> = { viewer: 0, operator: 1, admin: 2 }

/** Scope that an action needs from a token; null: no token may, a person has to sign in. */
const NEEDED: Record<Action, TokenScope | null> = {
  'vantage:read': 'read', 'policy:read': 'read', 'session:list': 'read', 'session:read': 'read', 'session:export': 'read',
  'account:self': 'read', 'presence:point': 'run',
  'vantage:check': 'run', 'target:inspect': 'run', 'run:start': 'run', 'run:stop': 'run', 'session:edit': 'run',
  'share:create': 'share', 'share:list': 'share', 'share:revoke': 'share',
  'session:delete': null, 'token:manage': null, 'user:manage': null, 'audit:read': null,
}

/** A token that can only read makes its owner a viewer; any other makes them an operator at most. */
export function tokenRole(role: Role, scopes: readonly TokenScope[]): Role {
  const most: Role = scopes.some((scope) => scope !== 'read') ? 'operator' : 'viewer'
  return RANK[role] < RANK[most] ? role : most
}

/** True if role, scopes and kind of this principal allow the action as such; whose session it is the guard decides. */
export function mayAct(principal: Principal, action: Action): boolean {
  if (principal.kind === 'nobody') return false
  if (principal.kind === 'share') return RULES[action].share === true
  if (RANK[principal.role] < RANK[RULES[action].role]) return false
  if (principal.scopes === undefined) return true
  const needed = NEEDED[action]
  return needed !== null && principal.scopes.includes(needed)
}
