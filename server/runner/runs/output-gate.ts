/** Holds a run's output to the limits of S41: 2,000 lines a second, 8 MiB of transcript, and an end at 64 MiB. */

export interface OutputLimits { linesPerS: number; transcriptBytes: number; totalBytes: number }
export const OUTPUT_LIMITS: OutputLimits = { linesPerS: 2_000, transcriptBytes: 8 * 1024 * 1024, totalBytes: 64 * 1024 * 1024 }

/** A full transcript is reported again only after this many further bytes, and at the end. */
const REPORT_EVERY = 1024 * 1024
const NEWLINE = 0x0a
const WINDOW_MS = 1_000

export interface Truncation { what: 'transcript' | 'lines'; bytes: number; text: string }

export interface OutputGate {
  /** Takes the next bytes, read at `monoMs` of a monotonic clock. `parse` goes to the parser, `keep` (its beginning) to the transcript. */
  push(chunk: Uint8Array, monoMs: number): { parse: Uint8Array; keep: Uint8Array }
  /** Text of ours between two programs: always read, and kept where there is room. A line that was being dropped ends with its program. */
  note(text: Uint8Array): { parse: Uint8Array; keep: Uint8Array }
  /** Bytes that were read and are not kept for a reason of the caller's, who tells it: they count to the total. */
  skip(bytes: number): void
  /** The next bytes begin a second of their own, whenever they come, at the beginning of a line. */
  newWindow(): void
  /** What was not kept since the last call and is due to be told. `all`: the run is over, tell everything. */
  truncations(all: boolean): Truncation[]
  /** True once more than the total has been read: the tool is to be stopped. */
  flooded(): boolean
}

const NONE = new Uint8Array(0)

/** A gate for one run. Cost is linear in the bytes that are let through. */
export function createOutputGate(limits: OutputLimits = OUTPUT_LIMITS): OutputGate {
  let total = 0
  const keeper = createKeeper(limits.transcriptBytes)
  let windowStart = Number.NEGATIVE_INFINITY
  let lines = 0
  /** Dropping since the window's budget ran out; then, in a new window, up to the next line's beginning. */
  let midLine = false
  let dropped = { lines: 0, bytes: 0, due: false }

  const drop = (part: Uint8Array): void => {
    if (part.length === 0) return
    dropped.bytes += part.length
    for (let at = part.indexOf(NEWLINE); at >= 0; at = part.indexOf(NEWLINE, at + 1)) dropped.lines += 1
    midLine = part[part.length - 1] !== NEWLINE
  }
  const admit = (chunk: Uint8Array): Uint8Array => {
    let from = 0
    if (midLine) {
      const end = chunk.indexOf(NEWLINE)
      from = end < 0 ? chunk.length : end + 1
      drop(chunk.subarray(0, from))
    }
    let end = from
    for (let at = chunk.indexOf(NEWLINE, from); at >= 0; at = chunk.indexOf(NEWLINE, end)) {
      end = at + 1
      lines += 1
      if (lines >= limits.linesPerS) { drop(chunk.subarray(end)); return chunk.subarray(from, end) }
    }
    return chunk.subarray(from)
  }

  return {
    note(text) {
      midLine = false
      return { parse: text, keep: keeper.keep(text) }
    },
    skip(bytes) { total += bytes },
    newWindow() { windowStart = Number.NEGATIVE_INFINITY; midLine = false },
    push(chunk, monoMs) {
      total += chunk.length
      if (monoMs - windowStart >= WINDOW_MS) {
        windowStart = monoMs
        lines = 0
        dropped.due = dropped.bytes > 0
      }
      if (total > limits.totalBytes || lines >= limits.linesPerS) { drop(chunk); return { parse: NONE, keep: NONE } }
      const parse = admit(chunk)
      return { parse, keep: keeper.keep(parse) }
    },
    truncations(all) {
      const due: Truncation[] = []
      if (dropped.bytes > 0 && (all || dropped.due)) {
        due.push({ what: 'lines', bytes: dropped.bytes, text: `${dropped.lines} lines were not kept: the tool wrote more than ${limits.linesPerS} a second.` })
        dropped = { lines: 0, bytes: 0, due: false }
      }
      due.push(...keeper.truncations(all))
      return due
    },
    flooded: () => total > limits.totalBytes,
  }
}

/** The beginning of the transcript, up to a number of bytes, and how much more there was. */
function createKeeper(bytesMax: number): { keep(bytes: Uint8Array): Uint8Array; truncations(all: boolean): Truncation[] } {
  let kept = 0
  let overflow = { bytes: 0, told: false }
  return {
    keep(bytes) {
      const keep = bytes.subarray(0, Math.max(0, bytesMax - kept))
      kept += keep.length
      overflow.bytes += bytes.length - keep.length
      return keep
    },
    truncations(all) {
      if (overflow.bytes === 0 || (!all && overflow.told && overflow.bytes < REPORT_EVERY)) return []
      const { bytes } = overflow
      overflow = { bytes: 0, told: true }
      return [{ what: 'transcript', bytes, text: `The transcript is full at ${bytesMax} bytes; what the tool writes from here is still read, but its text is not kept.` }]
    },
  }
}
