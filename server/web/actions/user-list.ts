/** All accounts. */
import { Nothing } from '#lib/protocol/requests.ts'
import { ok } from '#lib/protocol/result.ts'
import { defineAction } from '../guard.ts'

export const userList = defineAction({
  name: 'user.list', verb: 'user:manage', decode: Nothing,
  async run({ web }) {
    return ok(web.accounts.list())
  },
})
