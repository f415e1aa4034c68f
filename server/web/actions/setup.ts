/** The first account, made once with the token that only a reader of the server's log has (S14). */
import { SetupRequest } from '#lib/protocol/requests.ts'
import { noteInAudit } from '../audit-by.ts'
import { defineAction } from '../guard.ts'
import { signIn } from '../sign-ins.ts'

export const setup = defineAction({
  name: 'setup', verb: 'open', decode: SetupRequest, beforeSetup: true,
  async run({ web, caller }, request) {
    const made = await web.accounts.createFirstAdmin(request)
    if (!made.ok) return made
    const by = { userId: made.value.userId, name: made.value.name, address: caller.address }
    await noteInAudit(web, by, { action: 'setup', account: made.value.name })
    signIn(web, caller, made.value.userId)
    return made
  },
})
