/** Cuts a batch into frames that the link carries: none above its cap, order kept, transcript bytes with the events they belong to. */
import type { Observed } from '#lib/protocol/events.ts'
import type { RunId, SessionId } from '#lib/protocol/ids.ts'
import { LINK_FRAME_MAX, type LinkReply } from '#lib/protocol/link.ts'

export type EventsFrame = Extract<LinkReply, { type: 'events' }>

/** Transcript bytes in one frame; base64 makes a third more of them. */
const TRANSCRIPT_MAX = 256 * 1024
/** Room for the envelope and the transcript beside the events. */
const EVENTS_MAX = LINK_FRAME_MAX - 4 * Math.ceil(TRANSCRIPT_MAX / 3) - 4096

/** Frames for one batch. A transcript larger than a frame goes ahead of the events. */
export function eventFrames(run: { runId: RunId; sessionId: SessionId }, events: readonly Observed[], transcript: Uint8Array): EventsFrame[] {
  const frames: EventsFrame[] = []
  const frame = (some: Observed[], bytes: Uint8Array): void => {
    frames.push({ type: 'events', runId: run.runId, sessionId: run.sessionId, events: some, transcript: Buffer.from(bytes).toString('base64') })
  }
  let rest = transcript
  while (rest.length > TRANSCRIPT_MAX) {
    frame([], rest.subarray(0, TRANSCRIPT_MAX))
    rest = rest.subarray(TRANSCRIPT_MAX)
  }
  let part: Observed[] = []
  let size = 0
  for (const event of events) {
    const bytes = Buffer.byteLength(JSON.stringify(event)) + 1
    if (size + bytes > EVENTS_MAX && part.length > 0) {
      frame(part, rest)
      rest = rest.subarray(rest.length)
      part = []
      size = 0
    }
    part.push(event)
    size += bytes
  }
  if (part.length > 0 || rest.length > 0) frame(part, rest)
  return frames
}
