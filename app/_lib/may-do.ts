/** What a role may do, for showing or hiding controls. The server's guard decides; a test holds this list against its table. */
import type { Action, Role } from '#lib/protocol/access.ts'
import type { Me } from '#lib/protocol/api.ts'

const RANK: Record<Role, number> = { viewer: 0, operator: 1, admin: 2 }

/** Lowest role of the actions that the page has controls for. Not imported from the table itself: that file brings the decoders along. */
export const LOWEST_ROLE = {
  'vantage:check': 'operator', 'run:start': 'operator', 'session:edit': 'operator', 'share:list': 'operator', 'token:manage': 'operator', 'user:manage': 'admin', 'audit:read': 'admin',
} as const satisfies Partial<Record<Action, Role>>

export function mayDo({ me }: { me: Me | null }, action: keyof typeof LOWEST_ROLE): boolean {
  return me !== null && RANK[me.role] >= RANK[LOWEST_ROLE[action]]
}
