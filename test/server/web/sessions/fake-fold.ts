/** A small fold for tests of the store: a checksum over all events in order, so that a lost, doubled or swapped one shows. */
import { crc32 } from 'node:zlib'
import type { SessionView } from '#lib/session/view.ts'
import type { SessionFold } from '#server/web/sessions/options.ts'

export const fold: SessionFold = {
  emptySession: () => ({
    seq: 0, atMs: 0, sessionId: null, title: '', target: '', by: '', vantage: '', createdAtMs: 0,
    runs: [], findings: [], fine: [], clockSteps: [], gaps: [], diagnosedAtS: 0, diagnosedRevision: -1,
  }),
  applyEvent(view, event) {
    if (event.seq !== view.seq + 1) throw new Error(`event ${event.seq} after ${view.seq}`)
    view.seq = event.seq
    view.atMs = event.atMs
    if (event.kind === 'session.created') Object.assign(view, { sessionId: event.sessionId, title: event.title, createdAtMs: event.atMs })
    if (event.kind === 'log.gap') view.gaps.push({ fromMs: event.fromMs, toMs: event.toMs, events: event.events })
    view.diagnosedAtS = crc32(JSON.stringify(event), view.diagnosedAtS)
  },
  encodeSession: (view) => ({ form: 1, view }),
  decodeSession: (snapshot) => (isFake(snapshot) ? structuredClone(snapshot.view) : null),
}

const isFake = (value: unknown): value is { form: 1; view: SessionView } => typeof value === 'object' && value !== null && 'form' in value && value.form === 1
