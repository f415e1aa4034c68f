/** A session as one JSON document, streamed: who and what, findings, then every event, one a line. */
import type { Reading } from '../reading.ts'

/** Raise when a field changes its meaning; adding fields does not count. */
const FORMAT_VERSION = 1

/** Chunks of a document `{ format, version, exportedAtMs, session, findings, fine, events: [...] }`. */
export async function* jsonExport(reading: Reading, nowMs: number): AsyncGenerator<string> {
  const { findings, fine } = await reading.view()
  const head = { format: 'hopscope-session', version: FORMAT_VERSION, exportedAtMs: nowMs, session: await reading.summary(), findings, fine }
  yield `${JSON.stringify(head).slice(0, -1)},"events":[`
  let separator = '\n'
  for await (const events of reading.pages()) {
    if (events.length === 0) continue
    yield separator + events.map((event) => JSON.stringify(event)).join(',\n')
    separator = ',\n'
  }
  yield '\n]}\n'
}
