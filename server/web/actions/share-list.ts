/** Share links: an admin sees all, others those they made and those of their own sessions. */
import type { ShareSummary } from '#lib/protocol/api.ts'
import { ListSharesRequest } from '#lib/protocol/requests.ts'
import { ok } from '#lib/protocol/result.ts'
import { defineAction } from '../guard.ts'

export const shareList = defineAction({
  name: 'share.list', verb: 'share:list', decode: ListSharesRequest,
  async run({ web, principal, session }) {
    const all = principal.role === 'admin' || session?.ownerId === principal.userId
    const shares = web.shares.list({
      ...(session !== null && { sessionId: session.sessionId }),
      ...(!all && { byUserId: principal.userId }),
    })
    return ok<ShareSummary[]>(shares)
  },
})
