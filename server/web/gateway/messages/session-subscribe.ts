/** Watch a session from a seq on: one path for late joiners, reconnects, and sessions of last month. */
import { SubscribeRequest } from '#lib/protocol/requests.ts'
import { fail, ok } from '#lib/protocol/result.ts'
import type { Subscribed } from '#lib/protocol/socket.ts'
import { mayAct } from '../../access/scopes.ts'
import { defineAction } from '../../guard.ts'
import { rateLimited, readerKey } from '../../limits/limits.ts'
import { ownerOrAdmin } from '../../owners.ts'
import { scopeFor } from '../../share-scope.ts'
import { createViewer } from '../viewer.ts'
import { endWatch, WATCHES_MAX, type Watch } from '../visitor.ts'
import type { MessageTools } from './tools.ts'

export const sessionSubscribe = (tools: MessageTools) => defineAction({
  name: 'session:subscribe', verb: 'session:read', decode: SubscribeRequest,
  async run({ web, caller, principal, session }, { sessionId, after }) {
    const { visitor } = caller
    if (visitor === null) return fail({ code: 'invalid', message: 'Subscribing needs a socket; over HTTP read the events after a seq instead.' })
    const within = web.limits.subscribes.take(readerKey(principal, caller.address))
    if (!within.ok) return fail(rateLimited(within, 'You ask for sessions faster than is allowed.'))
    endWatch(visitor, sessionId)
    if (visitor.watches.size >= WATCHES_MAX) return fail({ code: 'busy', message: `One connection can watch ${WATCHES_MAX} sessions at a time. Leave one first.` })
    const scope = await scopeFor(web, principal)
    const viewer = createViewer({ socket: visitor.socket, outbox: visitor.outbox, sessionId, scope, cast: tools.cast })
    const watch: Watch = { sessionId, principal, viewer, subscription: null }
    visitor.watches.set(sessionId, watch)
    const whole = scope === null || scope.whole
    const subscription = await web.store.subscribe(sessionId, after, viewer, whole ? undefined : { noSnapshot: true })
    watch.subscription = subscription
    if (visitor.watches.get(sessionId) !== watch || visitor.socket.disconnected) {
      subscription.close()
      return fail({ code: 'conflict', message: 'The connection was closed, or asked for the session again, while this was under way.' })
    }
    tools.presenceChanged(sessionId)
    return ok<Subscribed>({
      sessionId,
      headSeq: Math.min(subscription.headSeq, scope?.untilSeq ?? Number.MAX_SAFE_INTEGER),
      snapshot: whole ? subscription.snapshot : null,
      canRun: mayAct(principal, 'run:start'),
      canShare: principal.kind === 'user' && mayAct(principal, 'share:create') && ownerOrAdmin(principal, session.ownerId, 'share this session') === null,
      nowMs: web.clock.nowMs(),
    })
  },
})
