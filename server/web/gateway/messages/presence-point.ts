/** Ask everyone who watches a session to look at a moment. */
import { PointRequest } from '#lib/protocol/requests.ts'
import { ok } from '#lib/protocol/result.ts'
import { defineAction } from '../../guard.ts'
import type { MessageTools } from './tools.ts'

export const presencePoint = (tools: MessageTools) => defineAction({
  name: 'presence:point', verb: 'presence:point', decode: PointRequest,
  async run({ principal }, { sessionId, atMs }) {
    for (const { visitor } of tools.viewersOf(sessionId)) visitor.outbox.latest(`point ${sessionId}`, 'session:point', { sessionId, atMs, by: principal.display })
    return ok(null)
  },
})
