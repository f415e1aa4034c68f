/** Revoke a link (its maker and admins only); its viewers are cut off at once. */
import { RevokeShareRequest } from '#lib/protocol/requests.ts'
import { fail, ok } from '#lib/protocol/result.ts'
import { auditBy, noteInAudit } from '../audit-by.ts'
import { defineAction, NOT_FOUND } from '../guard.ts'

export const shareRevoke = defineAction({
  name: 'share.revoke', verb: 'share:revoke', decode: RevokeShareRequest,
  async run({ web, caller, principal }, { shareId }) {
    const share = web.shares.get(shareId)
    if (share === null || (share.byUserId !== principal.userId && principal.role !== 'admin')) return fail(NOT_FOUND)
    web.shares.revoke(shareId)
    await noteInAudit(web, auditBy(principal, caller), { action: 'share-revoke', sessionId: share.sessionId, shareId })
    return ok(null)
  },
})
