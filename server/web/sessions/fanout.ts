/**
 * Who watches a session, and how far each has got. The log is the only buffer: a viewer that does not read is remembered by
 * its cursor alone and is served from the log, in bounded pieces, when it reads again.
 */
import type { PackedBatch, Sink } from './types.ts'

/** Read from the log for one viewer at a time. */
const PIECE_BYTES = 64 * 1024
/** After a read that failed: the disk may answer again. */
const RETRY_MS = 1000

export interface HubParts {
  head: number
  read(after: number, maxBytes: number): Promise<readonly PackedBatch[]>
  warn(message: string, error: unknown): void
}

export class Hub {
  readonly #parts: HubParts
  readonly #viewers = new Set<Viewer>()
  #head: number

  constructor(parts: HubParts) {
    this.#parts = parts
    this.#head = parts.head
  }

  /** Last published seq. */
  get head(): number {
    return this.#head
  }

  get viewers(): number {
    return this.#viewers.size
  }

  /** Hands on what has just been committed. The same object goes to every viewer at the head. */
  publish(batches: readonly PackedBatch[]): void {
    const from = this.#head
    this.#head = batches.at(-1)?.lastSeq ?? from
    for (const viewer of this.#viewers) viewer.offer(batches, from)
  }

  /** The log is ahead of what was published here (another attempt had been stored): viewers fetch it. */
  advance(head: number): void {
    this.#head = Math.max(this.#head, head)
    for (const viewer of this.#viewers) viewer.offer([], head)
  }

  /**
   * From now on `sink` gets every event after `after`, in order; batches may begin with events it has. Nothing is sent within
   * the call, so that the caller can answer first. An `after` beyond the head starts at the head.
   */
  add(after: number, sink: Sink): Viewer {
    const viewer = new Viewer({ hub: this, log: this.#parts, sink, after: Math.min(after, this.#head), left: () => this.#viewers.delete(viewer) })
    this.#viewers.add(viewer)
    setImmediate(() => viewer.drained())
    return viewer
  }

  close(): void {
    for (const viewer of [...this.#viewers]) viewer.close()
  }
}

interface ViewerParts { hub: Hub; log: HubParts; sink: Sink; after: number; left(): void }

/** One subscription. `live`: at the head, pushed to. Otherwise it is pulling from the log, or waits for its socket to drain. */
export class Viewer {
  readonly #parts: ViewerParts
  #cursor: number
  #live = false
  #pulling = false
  #told = false
  #closed = false

  constructor(parts: ViewerParts) {
    this.#parts = parts
    this.#cursor = parts.after
  }

  get cursor(): number {
    return this.#cursor
  }

  /** Takes fresh batches if it stands where they begin, else it stays behind. */
  offer(batches: readonly PackedBatch[], from: number): void {
    if (this.#closed) return
    if (this.#live && this.#cursor === from) {
      for (const batch of batches) if (!this.#send(batch)) break
    }
    if (this.#cursor === this.#parts.hub.head) return
    this.#live = false
    if (this.#parts.sink.ready()) this.drained()
    else this.#fallBehind()
  }

  /** The socket can take more: go on from the log. */
  drained(): void {
    if (this.#closed || this.#live || this.#pulling) return
    this.#pull().catch((error: unknown) => {
      if (this.#closed) return
      this.#parts.log.warn(`A viewer could not be served from the log after event ${this.#cursor}`, error)
      setTimeout(() => this.drained(), RETRY_MS).unref()
    })
  }

  close(): void {
    this.#closed = true
    this.#parts.left()
  }

  /** `#pulling` falls in the same turn as the last check, so that no wake-up in between is lost. */
  async #pull(): Promise<void> {
    this.#pulling = true
    try {
      await this.#pullAll()
    } finally {
      this.#pulling = false
    }
  }

  async #pullAll(): Promise<void> {
    const { hub, log, sink } = this.#parts
    while (!this.#closed && this.#cursor < hub.head) {
      if (!sink.ready()) {
        this.#fallBehind()
        return
      }
      const batches = await log.read(this.#cursor, PIECE_BYTES)
      if (batches.length === 0) throw new Error(`the log has nothing after ${this.#cursor}, though it was published up to ${hub.head}`)
      for (const batch of batches) if (!this.#send(batch)) break
    }
    this.#caughtUp()
  }

  /** False when the viewer takes no more for now. */
  #send(batch: PackedBatch): boolean {
    const { sink } = this.#parts
    if (this.#closed || !sink.ready()) return false
    if (batch.lastSeq <= this.#cursor) return true
    try {
      sink.send(batch)
    } catch (error) {
      // A sink that throws is a bug of its owner; it must not cost the others their events.
      this.#parts.log.warn('A viewer was dropped because its sink failed', error)
      this.close()
      return false
    }
    this.#cursor = batch.lastSeq
    return true
  }

  #fallBehind(): void {
    if (this.#told) return
    this.#told = true
    this.#parts.sink.behind(this.#parts.hub.head - this.#cursor)
  }

  #caughtUp(): void {
    if (this.#closed) return
    this.#live = true
    if (!this.#told) return
    this.#told = false
    this.#parts.sink.behind(0)
  }
}
