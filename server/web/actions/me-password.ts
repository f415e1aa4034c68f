/** Change your own password. Every other sign-in and token of yours ends; this browser stays, with a new cookie. */
import { ChangePasswordRequest } from '#lib/protocol/requests.ts'
import { fail, ok } from '#lib/protocol/result.ts'
import { auditBy } from '../audit-by.ts'
import { defineAction } from '../guard.ts'
import { rotateSignIn } from '../sign-ins.ts'

export const mePassword = defineAction({
  name: 'me.password', verb: 'account:self', decode: ChangePasswordRequest,
  async run({ web, caller, principal }, { current, next }) {
    if (principal.via !== 'cookie') return fail({ code: 'not-allowed', message: 'A password is changed by a signed-in person, not with an API token.' })
    await web.audit.write({ by: auditBy(principal, caller), action: 'password', account: principal.name })
    const changed = await web.accounts.changePassword({ userId: principal.userId, current, next, keepWebSessionId: principal.credentialId })
    if (!changed.ok) return changed
    rotateSignIn(web, caller)
    return ok(null)
  },
})
