/** Committed events after a seq, in order: the log as JSON for scripts, or packed for a page that replays it. */
import type { EventsPage } from '#lib/protocol/api.ts'
import { EventsRequest } from '#lib/protocol/requests.ts'
import { ok } from '#lib/protocol/result.ts'
import { defineAction } from '../guard.ts'
import { openReading } from '../reading.ts'

export const eventRead = defineAction({
  name: 'event.read', verb: 'session:read', decode: EventsRequest,
  async run({ web, principal, session }, { after, limit, packed }) {
    const reading = await openReading(web, { principal, session })
    if (packed === true) return ok<EventsPage>({ events: [], headSeq: reading.headSeq, packed: await reading.packed(after, limit) })
    return ok<EventsPage>({ events: await reading.events(after, limit), headSeq: reading.headSeq })
  },
})
