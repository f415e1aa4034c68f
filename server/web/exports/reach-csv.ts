/** The TCP handshakes of one reach run as CSV (RFC 4180): one row each, and one for each look at TLS and HTTP between them. */
import type { SessionEvent } from '#lib/protocol/events.ts'
import type { RunId } from '#lib/protocol/ids.ts'
import type { Reading } from '../reading.ts'
import { csvLine } from './csv.ts'

/** `state`: of a handshake its end; of TLS `shaken` or the reason why a client would refuse it; of HTTP the status. `ms`: of HTTP to the first byte. */
const HEADER = ['runId', 'what', 'n', 'sent', 'sentAtMs', 'address', 'port', 'state', 'ms', 'code', 'url', 'text']

/** Chunks of whole rows, header first, in the order in which they ended. */
export async function* reachCsvExport(reading: Pick<Reading, 'pages'>, runId: RunId): AsyncGenerator<string> {
  yield csvLine(HEADER)
  for await (const events of reading.pages()) yield events.flatMap((event) => cellsOf(event, runId)).map((cells) => csvLine([runId, ...cells])).join('')
}

/** The cells of a row behind the run's id; none for any other event. */
function cellsOf(event: SessionEvent, runId: RunId): unknown[][] {
  if (!('runId' in event) || event.runId !== runId) return []
  switch (event.kind) {
    case 'reach.connect': return [['tcp', event.n, ...when(event.sentAtMs), event.address, event.port, event.state, event.ms, event.code, null, null]]
    case 'reach.tls': return [['tls', null, ...when(event.atMs), event.address, event.port, event.reason ?? (event.shaken ? 'shaken' : 'failed'), event.ms, event.version, null, event.reasonText]]
    case 'reach.http': return [['http', event.hop, ...when(event.atMs), event.address, event.port, event.status, event.phases.firstByteMs, null, event.url, event.problem ?? event.location]]
    case 'reach.redirect': return [['redirect', event.hop, ...when(event.atMs), event.address, null, event.verdict, null, null, event.url, event.reason]]
    default: return []
  }
}

const when = (atMs: number): [string, number] => [new Date(atMs).toISOString(), atMs]
