/** Rename a session, or change who sees it (its owner and admins only). */
import { EditSessionRequest } from '#lib/protocol/requests.ts'
import { fail, ok } from '#lib/protocol/result.ts'
import { defineAction, NOT_FOUND } from '../guard.ts'
import { ownerOrAdmin } from '../owners.ts'

export const sessionEdit = defineAction({
  name: 'session.edit', verb: 'session:edit', decode: EditSessionRequest,
  async run({ web, principal, session }, { sessionId, title, visibility }) {
    const refused = ownerOrAdmin(principal, session.ownerId, 'rename this session or change who sees it')
    if (refused !== null) return fail(refused)
    await web.store.edit(sessionId, { ...(title !== undefined && { title }), ...(visibility !== undefined && { visibility }) })
    if (title !== undefined) web.shares.retitle(sessionId, title)
    const changed = await web.store.summary(sessionId)
    return changed === null ? fail(NOT_FOUND) : ok(changed)
  },
})
