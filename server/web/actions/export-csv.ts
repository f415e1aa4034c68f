/** Every event as one row of a CSV file, streamed. */
import { SessionRequest } from '#lib/protocol/requests.ts'
import { fail, ok } from '#lib/protocol/result.ts'
import { auditBy } from '../audit-by.ts'
import { csvExport } from '../exports/csv.ts'
import { exportName, type Download } from '../exports/download.ts'
import { defineAction } from '../guard.ts'
import { rateLimited, readerKey } from '../limits/limits.ts'
import { openReading } from '../reading.ts'

export const exportCsv = defineAction({
  name: 'export.csv', verb: 'session:export', decode: SessionRequest,
  async run({ web, caller, principal, session }, { sessionId }) {
    const within = web.limits.exports.take(readerKey(principal, caller.address))
    if (!within.ok) return fail(rateLimited(within, 'You have downloaded as many files in the last minute as one person may.'))
    await web.audit.write({ by: auditBy(principal, caller), action: 'export', sessionId, format: 'csv' })
    const reading = await openReading(web, { principal, session })
    return ok<Download>({ fileName: exportName(sessionId, web.clock.nowMs(), 'csv'), contentType: 'text/csv; charset=utf-8; header=present', body: csvExport(reading) })
  },
})
