/** The part of a log that is here, as it came: packed. A batch is decoded when it is read, and few stay decoded. */
import { DamagedBytes } from '#lib/protocol/bytes.ts'
import { decodeEvents, packedRange } from '#lib/protocol/codec.ts'
import type { SessionEvent } from '#lib/protocol/events.ts'

/** Two readers (the playhead, and whoever folds ahead of it), each with the batch it reads and the one before. */
const DECODED_MAX = 4

export interface PackedLog {
  /** The log is held up to this seq, from 1 without a gap; 0 = nothing yet. */
  readonly lastSeq: number
  /** Appends a batch of consecutive events, which may begin with some that are held. Throws DamagedBytes for a gap or for what is no batch. */
  add(bytes: Uint8Array): void
  /** `seq` and the events behind it in its batch, in order; null when they are not here. Throws DamagedBytes, and forgets what it could not read. */
  from(seq: number): readonly SessionEvent[] | null
}

interface Batch { firstSeq: number; lastSeq: number; bytes: Uint8Array }

/** Holds nothing at first. Memory: the packed bytes, and at most four decoded batches. */
export function createPackedLog(): PackedLog {
  const batches: Batch[] = []
  const decoded = new Map<Batch, SessionEvent[]>()
  const lastSeq = (): number => batches.at(-1)?.lastSeq ?? 0

  const read = (index: number, batch: Batch): SessionEvent[] => {
    const known = decoded.get(batch)
    if (known) return known
    try {
      const events = decodeEvents(batch.bytes)
      decoded.set(batch, events)
      for (const oldest of decoded.keys()) {
        if (decoded.size <= DECODED_MAX) break
        decoded.delete(oldest)
      }
      return events
    } catch (cause) {
      batches.length = index // what follows is asked for again, with it
      throw cause
    }
  }
  return {
    get lastSeq() { return lastSeq() },
    add(bytes) {
      const range = packedRange(bytes)
      if (range.lastSeq <= lastSeq()) return
      if (range.firstSeq > lastSeq() + 1) throw new DamagedBytes(`A batch begins at ${range.firstSeq} where ${lastSeq() + 1} was due.`)
      batches.push({ ...range, bytes })
    },
    from(seq) {
      const index = firstReaching(batches, seq)
      const batch = batches[index]
      if (!batch) return null
      const events = read(index, batch)
      return seq <= batch.firstSeq ? events : events.slice(seq - batch.firstSeq)
    },
  }
}

/** Index of the first batch that ends at `seq` or later. */
function firstReaching(batches: readonly Batch[], seq: number): number {
  let low = 0
  let high = batches.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((batches[middle]?.lastSeq ?? Number.POSITIVE_INFINITY) < seq) low = middle + 1
    else high = middle
  }
  return low
}
