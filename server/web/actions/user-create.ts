/** Make an account. */
import { CreateUserRequest } from '#lib/protocol/requests.ts'
import { auditBy } from '../audit-by.ts'
import { defineAction } from '../guard.ts'

export const userCreate = defineAction({
  name: 'user.create', verb: 'user:manage', decode: CreateUserRequest,
  async run({ web, caller, principal }, account) {
    await web.audit.write({ by: auditBy(principal, caller), action: 'user-create', account: account.name, role: account.role })
    return web.accounts.create(account)
  },
})
