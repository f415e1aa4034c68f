/** Stop watching a session. */
import { UnsubscribeRequest } from '#lib/protocol/requests.ts'
import { ok } from '#lib/protocol/result.ts'
import { defineAction } from '../../guard.ts'
import { endWatch } from '../visitor.ts'
import type { MessageTools } from './tools.ts'

export const sessionUnsubscribe = (tools: MessageTools) => defineAction({
  name: 'session:unsubscribe', verb: 'session:read', decode: UnsubscribeRequest,
  async run({ caller }, { sessionId }) {
    if (caller.visitor !== null && endWatch(caller.visitor, sessionId)) tools.presenceChanged(sessionId)
    return ok(null)
  },
})
