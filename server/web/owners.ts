/** What only the person a session belongs to (or an admin) may do. The session is visible to the caller, so "not allowed" reveals nothing. */
import type { UserId } from '#lib/protocol/ids.ts'
import type { Problem } from '#lib/protocol/result.ts'
import type { Person } from './guard.ts'

/** Null when they may. `deed` completes "Only its owner or an admin can …". */
export function ownerOrAdmin(person: Person, ownerId: UserId | null, deed: string): Problem | null {
  if (person.role === 'admin' || person.userId === ownerId) return null
  return { code: 'not-allowed', message: `Only its owner or an admin can ${deed}.` }
}
