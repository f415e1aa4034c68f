/** Make a read-only link to a session (its owner and admins only). The secret lies behind the # and is shown once. */
import type { CreatedShare } from '#lib/protocol/api.ts'
import { CreateShareRequest } from '#lib/protocol/requests.ts'
import { fail, ok } from '#lib/protocol/result.ts'
import { auditBy } from '../audit-by.ts'
import { defineAction } from '../guard.ts'
import { ownerOrAdmin } from '../owners.ts'

export const shareCreate = defineAction({
  name: 'share.create', verb: 'share:create', decode: CreateShareRequest,
  async run({ web, caller, principal, session }, { sessionId, scope, expiresInS }) {
    const refused = ownerOrAdmin(principal, session.ownerId, 'share this session')
    if (refused !== null) return fail(refused)
    if (scope.time.mode === 'frozen' && (scope.time.untilSeq < 1 || scope.time.untilSeq > session.lastSeq)) {
      return fail({ code: 'invalid', field: 'scope.time.untilSeq', message: `A frozen link must end at an event that exists: between 1 and ${session.lastSeq}.` })
    }
    const made = web.shares.create({ sessionId, title: session.title, by: { userId: principal.userId, display: principal.display }, scope, expiresInS })
    if (!made.ok) return made
    const { share, secret } = made.value
    try {
      await web.audit.write({ by: auditBy(principal, caller), action: 'share-create', sessionId, shareId: share.shareId, scope: scopeWords(scope), expiresAtMs: share.expiresAtMs })
    } catch (error) {
      web.shares.revoke(share.shareId)
      throw error
    }
    return ok<CreatedShare>({ share, link: `${caller.origin}/s/${sessionId}#${secret}` })
  },
})

function scopeWords(scope: CreateShareRequest['scope']): string {
  const time = scope.time.mode === 'live' ? 'live' : `frozen at ${scope.time.untilSeq}`
  return [time, scope.hidePrivate ? 'private addresses hidden' : 'full', scope.transcript ? 'with raw output' : 'without raw output'].join(', ')
}
