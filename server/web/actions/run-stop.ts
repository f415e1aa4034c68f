/** Stop a run. Any operator who sees the session may: in an incident the person who started it may be asleep. */
import type { RunRef } from '#lib/protocol/api.ts'
import { StopRequest } from '#lib/protocol/requests.ts'
import { fail, ok } from '#lib/protocol/result.ts'
import { auditBy, noteInAudit } from '../audit-by.ts'
import { defineAction } from '../guard.ts'

export const runStop = defineAction({
  name: 'run.stop', verb: 'run:stop', decode: StopRequest,
  async run({ web, caller, principal }, { sessionId, runId }) {
    const live = web.runs.live.get(runId)
    if (live === null || live.sessionId !== sessionId) return fail({ code: 'conflict', message: 'This run is not live: it has already ended.' })
    await noteInAudit(web, auditBy(principal, caller), { action: 'run-stop', sessionId, runId })
    web.runs.stop(runId, principal.display)
    return ok<RunRef>({ sessionId, runId })
  },
})
