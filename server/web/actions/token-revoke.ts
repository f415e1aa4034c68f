/** Revoke one of your API tokens; its sockets are closed. */
import { RevokeTokenRequest } from '#lib/protocol/requests.ts'
import { auditBy, noteInAudit } from '../audit-by.ts'
import { defineAction } from '../guard.ts'

export const tokenRevoke = defineAction({
  name: 'token.revoke', verb: 'token:manage', decode: RevokeTokenRequest,
  async run({ web, caller, principal }, { tokenId }) {
    const revoked = web.tokens.revoke(principal.userId, tokenId)
    if (revoked.ok) await noteInAudit(web, auditBy(principal, caller), { action: 'token-revoke', tokenId })
    return revoked
  },
})
