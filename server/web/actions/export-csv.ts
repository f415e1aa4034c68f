/** Every event as one row of a CSV file, or every probe of one path run; streamed. */
import { ExportCsvRequest } from '#lib/protocol/requests.ts'
import { fail, ok } from '#lib/protocol/result.ts'
import { isPath } from '#lib/session/runs.ts'
import { auditBy } from '../audit-by.ts'
import { csvExport } from '../exports/csv.ts'
import { exportName, type Download } from '../exports/download.ts'
import { pathCsvExport } from '../exports/path-csv.ts'
import { defineAction } from '../guard.ts'
import { rateLimited, readerKey } from '../limits/limits.ts'
import { openReading } from '../reading.ts'

export const exportCsv = defineAction({
  name: 'export.csv', verb: 'session:export', decode: ExportCsvRequest,
  async run({ web, caller, principal, session }, { sessionId, runId }) {
    const within = web.limits.exports.take(readerKey(principal, caller.address))
    if (!within.ok) return fail(rateLimited(within, 'You have downloaded as many files in the last minute as one person may.'))
    const reading = await openReading(web, { principal, session })
    const run = runId === undefined ? null : (await reading.view()).runs.filter(isPath).find((one) => one.runId === runId) ?? null
    if (runId !== undefined && run === null) return fail({ code: 'not-found', field: 'runId', message: 'This session has no traceroute, mtr or pathping run of that id. Leave the run out to get every event.' })
    await web.audit.write({ by: auditBy(principal, caller), action: 'export', sessionId, format: 'csv' })
    const body = run === null ? csvExport(reading) : pathCsvExport(reading, { runId: run.runId, timeoutMs: run.view.timeoutMs })
    return ok<Download>({ fileName: exportName(sessionId, web.clock.nowMs(), 'csv'), contentType: 'text/csv; charset=utf-8; header=present', body })
  },
})
