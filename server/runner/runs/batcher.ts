/** Gathers a run's events for at most 20 ms, so that a burst costs one frame; the first after a quiet spell goes at once. */
import type { Observed } from '#lib/protocol/events.ts'

const DELAY_MS = 20
/** A batch this large is sent without waiting. */
const BYTES_MAX = 128 * 1024
const EVENTS_MAX = 500

export interface Batcher {
  add(events: readonly Observed[], transcript: Uint8Array): void
  /** Sends what is held now. */
  flush(): void
}

/** Batches for one run; `send` gets events in order with the transcript bytes they came from. */
export function createBatcher(send: (events: Observed[], transcript: Uint8Array) => void): Batcher {
  let events: Observed[] = []
  let parts: Uint8Array[] = []
  let bytes = 0
  let timer: NodeJS.Timeout | null = null
  let sentAt = Number.NEGATIVE_INFINITY

  const flush = (): void => {
    if (timer !== null) { clearTimeout(timer); timer = null }
    if (events.length === 0 && bytes === 0) return
    const batch = events
    const transcript = Buffer.concat(parts)
    events = []
    parts = []
    bytes = 0
    sentAt = performance.now()
    send(batch, transcript)
  }
  return {
    flush,
    add(more, transcript) {
      events.push(...more)
      if (transcript.length > 0) { parts.push(transcript); bytes += transcript.length }
      if (events.length === 0 && bytes === 0) return
      const quietMs = performance.now() - sentAt
      if (quietMs >= DELAY_MS || bytes >= BYTES_MAX || events.length >= EVENTS_MAX) flush()
      else timer ??= setTimeout(flush, DELAY_MS - quietMs)
    },
  }
}
