/** The session, its findings and every event as one JSON file, streamed. */
import { SessionRequest } from '#lib/protocol/requests.ts'
import { fail, ok } from '#lib/protocol/result.ts'
import { auditBy } from '../audit-by.ts'
import { exportName, type Download } from '../exports/download.ts'
import { jsonExport } from '../exports/json.ts'
import { defineAction } from '../guard.ts'
import { rateLimited, readerKey } from '../limits/limits.ts'
import { openReading } from '../reading.ts'

export const exportJson = defineAction({
  name: 'export.json', verb: 'session:export', decode: SessionRequest,
  async run({ web, caller, principal, session }, { sessionId }) {
    const within = web.limits.exports.take(readerKey(principal, caller.address))
    if (!within.ok) return fail(rateLimited(within, 'You have downloaded as many files in the last minute as one person may.'))
    await web.audit.write({ by: auditBy(principal, caller), action: 'export', sessionId, format: 'json' })
    const reading = await openReading(web, { principal, session })
    const nowMs = web.clock.nowMs()
    return ok<Download>({ fileName: exportName(sessionId, nowMs, 'json'), contentType: 'application/json; charset=utf-8', body: jsonExport(reading, nowMs) })
  },
})
