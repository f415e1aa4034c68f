/** The sessions that the caller may see, newest first. */
import { ListSessionsRequest } from '#lib/protocol/requests.ts'
import { ok } from '#lib/protocol/result.ts'
import { defineAction } from '../guard.ts'

const PAGE = 50

export const sessionList = defineAction({
  name: 'session.list', verb: 'session:list', decode: ListSessionsRequest,
  async run({ web, principal }, { who, live, text, before, limit }) {
    const sessions = await web.store.list({
      visibleTo: principal.userId,
      ...(who === 'mine' && { ownerId: principal.userId }),
      ...(live !== undefined && { live }),
      ...(text !== undefined && { text }),
      ...(before !== undefined && { beforeMs: before }),
      limit: limit ?? PAGE,
    })
    return ok(sessions)
  },
})
