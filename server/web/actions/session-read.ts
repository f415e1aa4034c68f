/** One session and its runs, as far as the caller may see them. */
import type { SessionDetail } from '#lib/protocol/api.ts'
import { SessionRequest } from '#lib/protocol/requests.ts'
import { ok } from '#lib/protocol/result.ts'
import { defineAction } from '../guard.ts'
import { openReading } from '../reading.ts'

export const sessionRead = defineAction({
  name: 'session.read', verb: 'session:read', decode: SessionRequest,
  async run({ web, principal, session }) {
    const reading = await openReading(web, { principal, session })
    const { runs } = await reading.view()
    return ok<SessionDetail>({
      session: await reading.summary(),
      runs: runs.map(({ runId, tool, target, state, argv, by, queuedAtMs, endedAtMs, outcome }) => ({ runId, tool, target, state, argv, by, queuedAtMs, endedAtMs, outcome })),
    })
  },
})
