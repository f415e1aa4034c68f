/** End this sign-in: its record, its cookie and its live sockets. Harmless when nobody is signed in. */
import { Nothing } from '#lib/protocol/requests.ts'
import { ok } from '#lib/protocol/result.ts'
import { clearUserCookie } from '../access/cookies.ts'
import { auditBy, noteInAudit } from '../audit-by.ts'
import { defineAction } from '../guard.ts'

export const signOut = defineAction({
  name: 'sign-out', verb: 'open', decode: Nothing,
  async run({ web, caller, principal }) {
    caller.setCookies.push(clearUserCookie(caller.credentials.https))
    if (principal.kind !== 'user' || principal.via !== 'cookie') return ok(null)
    await noteInAudit(web, auditBy(principal, caller), { action: 'sign-out', webSessionId: principal.credentialId })
    web.webSessions.revoke(principal.credentialId, 'signed-out', principal.userId)
    return ok(null)
  },
})
