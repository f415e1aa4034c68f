/** A run's raw output as a file: the bytes that the tool wrote. */
import * as z from 'zod/mini'
import { RunId, SessionId } from '#lib/protocol/ids.ts'
import { fail, ok } from '#lib/protocol/result.ts'
import { auditBy } from '../audit-by.ts'
import { exportName, type Download } from '../exports/download.ts'
import { defineAction } from '../guard.ts'
import { rateLimited, readerKey } from '../limits/limits.ts'
import { openReading } from '../reading.ts'

export const transcriptDownload = defineAction({
  name: 'transcript.download', verb: 'session:export', decode: z.strictObject({ sessionId: SessionId, runId: RunId }),
  async run({ web, caller, principal, session }, { sessionId, runId }) {
    const within = web.limits.exports.take(readerKey(principal, caller.address))
    if (!within.ok) return fail(rateLimited(within, 'You have downloaded as many files in the last minute as one person may.'))
    const bytes = await (await openReading(web, { principal, session })).transcriptBytes(runId)
    if (!bytes.ok) return bytes
    await web.audit.write({ by: auditBy(principal, caller), action: 'export', sessionId, format: 'transcript' })
    return ok<Download>({ fileName: exportName(sessionId, web.clock.nowMs(), 'txt'), contentType: 'text/plain; charset=utf-8', body: bytes.value })
  },
})
