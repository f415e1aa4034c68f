/** Who did it, in the words of the audit log; and entries that must not stand in the way of what they note. */
import type { Principal } from '#lib/protocol/access.ts'
import type { AuditBy, AuditFact } from './audit/types.ts'
import type { Web } from './context.ts'
import type { Caller } from './guard.ts'
import { addressKey } from './limits/limits.ts'

export function auditBy(principal: Principal, caller: Caller): AuditBy {
  const address = caller.address
  switch (principal.kind) {
    case 'user': return { userId: principal.userId, name: principal.name, address, via: principal.via }
    case 'share': return { userId: null, name: null, address, via: 'share' }
    case 'nobody': return { userId: null, name: null, address }
  }
}

/**
 * For signing in and out, and for refusals: an admin must be able to get in to mend a full disk, so a lost entry is logged and
 * counted by the audit itself, and the deed goes on. Runs, shares, exports and accounts use `audit.write`, which stops them.
 */
export async function noteInAudit(web: Web, by: AuditBy, fact: AuditFact): Promise<void> {
  try {
    await web.audit.write({ by, ...fact })
  } catch (error) {
    web.log.error('an audit entry could not be written', error, { action: fact.action })
  }
}

/** As `noteInAudit`, for an attempt that anybody may make: one that a limit turned away leaves five entries a minute and address, not thousands. */
export async function noteAttempt(web: Web, attempt: { by: AuditBy; turnedAway: boolean }, fact: AuditFact): Promise<void> {
  if (attempt.turnedAway && !web.limits.throttledNotes.take(addressKey(attempt.by.address ?? '')).ok) return
  await noteInAudit(web, attempt.by, fact)
}
