/** Change an account. What touches rights (role, password, disabling) ends the person's sign-ins and sockets. */
import { EditUserRequest } from '#lib/protocol/requests.ts'
import { fail } from '#lib/protocol/result.ts'
import { auditBy } from '../audit-by.ts'
import { defineAction, NOT_FOUND } from '../guard.ts'

export const userEdit = defineAction({
  name: 'user.edit', verb: 'user:manage', decode: EditUserRequest,
  async run({ web, caller, principal }, { userId, display, role, disabled, password }) {
    const before = web.accounts.get(userId)
    if (before === null) return fail(NOT_FOUND)
    const by = auditBy(principal, caller)
    const change = {
      ...(display !== undefined && { display }), ...(role !== undefined && { role }),
      ...(disabled !== undefined && { disabled }), ...(password !== undefined && { password }),
    }
    await web.audit.write({ by, action: 'user-edit', account: before.name, changed: Object.keys(change) })
    if (role !== undefined) await web.audit.write({ by, action: 'role', account: before.name, role })
    return web.accounts.edit({ userId, ...change })
  },
})
