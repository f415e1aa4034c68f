/** Sign in with name and password; sets the cookie. Limits and timing are the accounts' own (S15, S16). */
import { SignInRequest } from '#lib/protocol/requests.ts'
import { noteAttempt, noteInAudit } from '../audit-by.ts'
import { defineAction } from '../guard.ts'
import { signIn } from '../sign-ins.ts'

export const signInAction = defineAction({
  name: 'sign-in', verb: 'open', decode: SignInRequest,
  async run({ web, caller }, { name, password }) {
    const answer = await web.accounts.verify(name, password, caller.address)
    if (!answer.ok) {
      await noteAttempt(web, { by: { userId: null, name: null, address: caller.address }, turnedAway: answer.error.code === 'rate-limited' }, { action: 'sign-in-failed', account: name, reason: answer.error.code })
      return answer
    }
    await noteInAudit(web, { userId: answer.value.userId, name: answer.value.name, address: caller.address }, { action: 'sign-in' })
    signIn(web, caller, answer.value.userId)
    return answer
  },
})
