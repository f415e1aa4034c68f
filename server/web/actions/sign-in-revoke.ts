/** End one of your sign-ins: its cookie is dead and its sockets are closed. Ending the one that asks is signing out. */
import { RevokeSignInRequest } from '#lib/protocol/requests.ts'
import { fail, ok } from '#lib/protocol/result.ts'
import { clearUserCookie } from '../access/cookies.ts'
import { auditBy, noteInAudit } from '../audit-by.ts'
import { defineAction, NOT_FOUND } from '../guard.ts'
import { ONLY_SIGNED_IN } from '../sign-ins.ts'

export const signInRevoke = defineAction({
  name: 'sign-in.revoke', verb: 'account:self', decode: RevokeSignInRequest,
  async run({ web, caller, principal }, { signInId }) {
    if (principal.via !== 'cookie') return fail(ONLY_SIGNED_IN)
    const current = signInId === principal.credentialId
    if (!web.webSessions.revoke(signInId, current ? 'signed-out' : 'revoked', principal.userId)) return fail(NOT_FOUND)
    if (current) caller.setCookies.push(clearUserCookie(caller.credentials.https))
    await noteInAudit(web, auditBy(principal, caller), { action: 'sign-out', webSessionId: signInId })
    return ok(null)
  },
})
