/** Every finding that ever held in a session, and what was checked and is fine. */
import type { FindingsPage } from '#lib/protocol/api.ts'
import { SessionRequest } from '#lib/protocol/requests.ts'
import { ok } from '#lib/protocol/result.ts'
import { defineAction } from '../guard.ts'
import { openReading } from '../reading.ts'

export const findingRead = defineAction({
  name: 'finding.read', verb: 'session:read', decode: SessionRequest,
  async run({ web, principal, session }) {
    const { seq, atMs, findings, fine } = await (await openReading(web, { principal, session })).view()
    return ok<FindingsPage>({ seq, atMs, findings, fine })
  },
})
