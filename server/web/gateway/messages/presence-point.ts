/** Ask everyone who watches a session to look at a moment. */
import { PointRequest } from '#lib/protocol/requests.ts'
import { ok } from '#lib/protocol/result.ts'
import { defineAction } from '../../guard.ts'
import type { MessageTools } from './tools.ts'

export const presencePoint = (tools: MessageTools) => defineAction({
  name: 'presence:point', verb: 'presence:point', decode: PointRequest,
  async run({ principal }, { sessionId, atMs }) {
    for (const { visitor, watch } of tools.viewersOf(sessionId)) {
      const by = watch.principal.kind === 'share' ? 'Somebody on the team' : principal.display
      visitor.outbox.latest(`point ${sessionId}`, 'session:point', { sessionId, atMs, by })
    }
    return ok(null)
  },
})
