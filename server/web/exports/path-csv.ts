/** The probes of one path run as CSV (RFC 4180): one row each, with where it went, when, what came back and what became of it. */
import type { SessionEvent } from '#lib/protocol/events.ts'
import type { RunId } from '#lib/protocol/ids.ts'
import type { Reading } from '../reading.ts'
import { csvLine } from './csv.ts'

const HEADER = ['runId', 'ttl', 'probe', 'sent', 'sentAtMs', 'rttMs', 'from', 'flag', 'state']
/** A lost probe gets its row so long after its timeout: an answer that comes even later is not waited for. */
const LATE_MS = 60_000

export interface PathOfRun {
  runId: RunId
  /** A probe that is answered later than this is late, one never answered lost. */
  timeoutMs: number
}

/** `state`: `answered`, `late`, `lost`, or `awaited` while its timeout has not passed. `sent` is empty where the tool does not let us know. */
interface Row { ttl: number; probe: number; sentAtMs: number | null; rttMs: number | null; from: string | null; flag: string | null; state: 'answered' | 'late' | 'lost' | 'awaited' }

/** Chunks of whole rows, header first, in the order in which the fates of the probes became known. */
export async function* pathCsvExport(reading: Reading, run: PathOfRun): AsyncGenerator<string> {
  const lines = (rows: readonly Row[]): string => rows.map((row) => csvLine([
    run.runId, row.ttl, row.probe, row.sentAtMs === null ? null : new Date(row.sentAtMs).toISOString(), row.sentAtMs, row.rttMs, row.from, row.flag, row.state,
  ])).join('')
  const fates = new Fates(run)
  yield csvLine(HEADER)
  for await (const events of reading.pages()) yield lines([...events.flatMap((event) => fates.take(event)), ...fates.overdue(LATE_MS)])
  yield lines(fates.rest())
}

/** Follows each probe from "no answer yet" to its fate. Holds only those whose fate is open. */
class Fates {
  readonly #run: PathOfRun
  readonly #open = new Map<string, { ttl: number; probe: number; sentAtMs: number }>()
  #nowMs = 0

  constructor(run: PathOfRun) {
    this.#run = run
  }

  /** The rows that this event decides: none or one. */
  take(event: SessionEvent): Row[] {
    if (!('runId' in event) || event.runId !== this.#run.runId) return []
    this.#nowMs = event.atMs
    if (event.kind !== 'path.awaited' && event.kind !== 'path.reply' && event.kind !== 'path.unanswered') return []
    const { ttl, probe } = event
    const key = `${ttl}/${probe}`
    const known = this.#open.get(key)?.sentAtMs ?? null
    if (event.kind === 'path.awaited') {
      this.#open.set(key, { ttl, probe, sentAtMs: event.sentAtMs })
      return []
    }
    this.#open.delete(key)
    if (event.kind === 'path.unanswered') return [{ ttl, probe, sentAtMs: known, rttMs: null, from: null, flag: null, state: 'lost' }]
    const { rttMs, from, flag = null, atMs } = event
    const sentAtMs = event.sentAtMs ?? known ?? (rttMs === null ? null : atMs - rttMs)
    const tookMs = rttMs ?? (sentAtMs === null ? 0 : atMs - sentAtMs)
    return [{ ttl, probe, sentAtMs, rttMs, from, flag, state: tookMs > this.#run.timeoutMs ? 'late' : 'answered' }]
  }

  /** Those whose timeout passed more than `graceMs` ago: lost. */
  overdue(graceMs: number): Row[] {
    const lost = [...this.#open].filter(([, { sentAtMs }]) => this.#nowMs - sentAtMs > this.#run.timeoutMs + graceMs)
    for (const [key] of lost) this.#open.delete(key)
    return lost.map(([, one]) => ({ ...one, rttMs: null, from: null, flag: null, state: 'lost' }))
  }

  /** No more events: what is open is lost, or still awaited. */
  rest(): Row[] {
    return [...this.overdue(0), ...[...this.#open.values()].map((one): Row => ({ ...one, rttMs: null, from: null, flag: null, state: 'awaited' }))]
  }
}
