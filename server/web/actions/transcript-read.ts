/** Lines of a run's raw output. Share links show them only if their maker ticked it, and never where addresses are hidden. */
import { TranscriptRequest } from '#lib/protocol/requests.ts'
import { defineAction } from '../guard.ts'
import { openReading } from '../reading.ts'

export const transcriptRead = defineAction({
  name: 'transcript.read', verb: 'session:read', decode: TranscriptRequest,
  async run({ web, principal, session }, { runId, fromLine, count }) {
    return (await openReading(web, { principal, session })).transcript({ runId, fromLine, count })
  },
})
