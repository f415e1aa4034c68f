/** Your own API tokens, without their secrets. */
import { Nothing } from '#lib/protocol/requests.ts'
import { ok } from '#lib/protocol/result.ts'
import { defineAction } from '../guard.ts'

export const tokenList = defineAction({
  name: 'token.list', verb: 'token:manage', decode: Nothing,
  async run({ web, principal }) {
    return ok(web.tokens.list(principal.userId))
  },
})
