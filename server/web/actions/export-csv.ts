/** Every event as one row of a CSV file; or of one run every probe, answer or handshake; streamed. */
import { ExportCsvRequest } from '#lib/protocol/requests.ts'
import { fail, ok } from '#lib/protocol/result.ts'
import { isDns, isNslookup, isPath, isReach } from '#lib/session/runs.ts'
import type { RunView } from '#lib/session/view.ts'
import { auditBy } from '../audit-by.ts'
import { csvExport } from '../exports/csv.ts'
import { dnsCsvExport } from '../exports/dns-csv.ts'
import { exportName, type Download } from '../exports/download.ts'
import { pathCsvExport } from '../exports/path-csv.ts'
import { reachCsvExport } from '../exports/reach-csv.ts'
import { defineAction } from '../guard.ts'
import { rateLimited, readerKey } from '../limits/limits.ts'
import { openReading, type Reading } from '../reading.ts'

export const exportCsv = defineAction({
  name: 'export.csv', verb: 'session:export', decode: ExportCsvRequest,
  async run({ web, caller, principal, session }, { sessionId, runId }) {
    const within = web.limits.exports.take(readerKey(principal, caller.address))
    if (!within.ok) return fail(rateLimited(within, 'You have downloaded as many files in the last minute as one person may.'))
    const reading = await openReading(web, { principal, session })
    const run = runId === undefined ? undefined : (await reading.view()).runs.find((one) => one.runId === runId)
    const body = runId === undefined ? csvExport(reading) : run === undefined ? null : ofRun(reading, run)
    if (body === null) return fail({ code: 'not-found', field: 'runId', message: 'This session has no traceroute, mtr, pathping, names, nslookup or reach run of that id. Leave the run out to get every event.' })
    await web.audit.write({ by: auditBy(principal, caller), action: 'export', sessionId, format: 'csv' })
    return ok<Download>({ fileName: exportName(sessionId, web.clock.nowMs(), 'csv'), contentType: 'text/csv; charset=utf-8; header=present', body })
  },
})

/** Its probes, answers or handshakes, one row each; null for a run whose events are such rows already. */
function ofRun(reading: Reading, run: RunView): AsyncGenerator<string> | null {
  if (isPath(run)) return pathCsvExport(reading, { runId: run.runId, timeoutMs: run.view.timeoutMs })
  if (isDns(run) || isNslookup(run)) return dnsCsvExport(reading, run.runId)
  return isReach(run) ? reachCsvExport(reading, run.runId) : null
}
