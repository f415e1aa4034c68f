/** Your signed-in browsers, the one that asks marked. */
import type { SignInSummary } from '#lib/protocol/api.ts'
import { Nothing } from '#lib/protocol/requests.ts'
import { fail, ok } from '#lib/protocol/result.ts'
import { defineAction } from '../guard.ts'
import { ONLY_SIGNED_IN } from '../sign-ins.ts'

export const signInList = defineAction({
  name: 'sign-in.list', verb: 'account:self', decode: Nothing,
  async run({ web, principal }) {
    if (principal.via !== 'cookie') return fail(ONLY_SIGNED_IN)
    return ok<SignInSummary[]>(web.webSessions.list(principal.userId).map(({ id, ...rest }) => ({ signInId: id, ...rest, current: id === principal.credentialId })))
  },
})
