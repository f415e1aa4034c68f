/**
 * What one session has to write next, in order. While nothing can be stored it is held here, within bounds; beyond them the
 * oldest measurements are dropped and counted, and a `log.gap` takes their place once writing works again.
 *
 * The choice behind it: "commit, then broadcast" holds without exception. What is not in the log is shown to nobody, because
 * it has no seq, and a seq that a crash could take back would break every viewer. So while the disk is full a live page
 * stands still under a banner; if it is over within the bounds nothing is lost, else the log says exactly what is missing.
 */
import type { Observed } from '#lib/protocol/events.ts'
import type { RunId } from '#lib/protocol/ids.ts'

/** Where an append's events ended up; `lastSeq < firstSeq`: nowhere yet. */
export interface AppendRange { firstSeq: number; lastSeq: number }

export type Entry =
  | { kind: 'events'; events: readonly Observed[]; arrivedMs: number; done(range: AppendRange): void }
  | { kind: 'output'; runId: RunId; bytes: Uint8Array; atMs: number; arrivedMs: number; done(range: AppendRange): void }

/** Without these the log could not tell what ended from what never did; they are few and never dropped. */
const KEPT_KINDS: ReadonlySet<Observed['kind']> = new Set<Observed['kind']>(['session.created', 'run.queued', 'run.started', 'run.step', 'run.overlap', 'run.ended'])
const NEWLINE = 10
/** What an append is told whose events are not in the log (yet). */
export const NOWHERE: AppendRange = { firstSeq: 0, lastSeq: -1 }

export class Pending {
  #entries: Entry[] = []
  /** Dropped so far, since the last write that worked. */
  #gap: { fromMs: number; toMs: number; events: number } | null = null
  /** What was kept of entries that were dropped; comes before the gap. */
  #kept: Entry[] = []
  /** Running estimate, brought up to date by `trim`. */
  readonly #sizes = new WeakMap<Entry, number>()

  get empty(): boolean {
    return this.#entries.length === 0 && this.#kept.length === 0 && this.#gap === null
  }

  add(entry: Entry): void {
    this.#entries.push(entry)
  }

  /** Everything, in the order in which it is to be written; the holder is empty afterwards. */
  take(): Entry[] {
    const gap = this.#gap
    const marker: Entry[] = gap ? [{ kind: 'events', events: [{ kind: 'log.gap', ...gap, atMs: gap.toMs }], arrivedMs: -Infinity, done: () => undefined }] : []
    const all = [...this.#kept, ...marker, ...this.#entries]
    this.#entries = []
    this.#kept = []
    this.#gap = null
    return all
  }

  /** Gives back what could not be written; it goes before what came since. */
  putBack(entries: readonly Entry[]): void {
    this.#entries = [...entries, ...this.#entries]
  }

  /** Nobody should wait for a disk that is full: callers are told that it is held, not stored. */
  release(): void {
    for (const entry of this.#entries) entry.done(NOWHERE)
  }

  /** The session is gone: so is everything that waits. */
  clear(): void {
    this.release()
    this.#entries = []
    this.#kept = []
    this.#gap = null
  }

  /** Drops the oldest beyond the bounds. */
  trim(bounds: { nowMs: number; holdMs: number; holdBytes: number }): void {
    let bytes = this.#entries.reduce((sum, entry) => sum + this.#size(entry), 0)
    let drop = 0
    for (const entry of this.#entries) {
      if (bytes <= bounds.holdBytes && entry.arrivedMs >= bounds.nowMs - bounds.holdMs) break
      bytes -= this.#size(entry)
      drop++
    }
    for (const entry of this.#entries.splice(0, drop)) this.#drop(entry)
  }

  #drop(entry: Entry): void {
    entry.done(NOWHERE)
    if (entry.kind === 'output') {
      // Line numbers are what the events refer to: the lines go, their ends stay.
      const ends = entry.bytes.reduce((count, byte) => (byte === NEWLINE ? count + 1 : count), 0)
      if (ends > 0) this.#kept.push({ ...entry, bytes: new Uint8Array(ends).fill(NEWLINE) })
      return
    }
    const kept = entry.events.filter((event) => KEPT_KINDS.has(event.kind))
    if (kept.length > 0) this.#kept.push({ ...entry, events: kept })
    for (const event of entry.events) if (!KEPT_KINDS.has(event.kind)) this.#count(event)
  }

  /** A gap that could not be written either goes on in the one that takes its place. */
  #count(event: Observed): void {
    const lost = event.kind === 'log.gap' ? event : { fromMs: event.atMs, toMs: event.atMs, events: 1 }
    const gap = this.#gap ?? { fromMs: lost.fromMs, toMs: lost.toMs, events: 0 }
    this.#gap = { fromMs: Math.min(gap.fromMs, lost.fromMs), toMs: Math.max(gap.toMs, lost.toMs), events: gap.events + lost.events }
  }

  #size(entry: Entry): number {
    const known = this.#sizes.get(entry)
    if (known !== undefined) return known
    const size = entry.kind === 'output' ? entry.bytes.length : JSON.stringify(entry.events).length
    this.#sizes.set(entry, size)
    return size
  }
}
