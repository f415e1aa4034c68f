/** Stop a session's runs and delete it with its output and share links (its owner and admins only). */
import { SessionRequest } from '#lib/protocol/requests.ts'
import { fail, ok } from '#lib/protocol/result.ts'
import { auditBy } from '../audit-by.ts'
import { defineAction } from '../guard.ts'
import { ownerOrAdmin } from '../owners.ts'

/** The runner's own stop ladder takes 5 s at most. */
const STOP_WITHIN_MS = 6_000

export const sessionDelete = defineAction({
  name: 'session.delete', verb: 'session:delete', decode: SessionRequest,
  async run({ web, caller, principal, session }, { sessionId }) {
    const refused = ownerOrAdmin(principal, session.ownerId, 'delete this session')
    if (refused !== null) return fail(refused)
    await web.audit.write({ by: auditBy(principal, caller), action: 'session-delete', sessionId })
    await web.runs.endSession(sessionId, principal.display, STOP_WITHIN_MS)
    await web.store.delete(sessionId)
    return ok(null)
  },
})
