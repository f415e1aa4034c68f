/** What every line parser does with a raw line. */
import type { Observed } from '#lib/protocol/events.ts'
import type { RunId } from '#lib/protocol/ids.ts'
import { LINE_CAP_BYTES, type RawLine } from '#lib/text/lines.ts'
import { decodeUtf8, incompleteTail } from '#lib/text/utf8.ts'

/** The line as text. Of one that was cut, a last letter of which only some bytes were kept is left out. */
export function lineText(raw: RawLine): string {
  const kept = raw.bytes.subarray(raw.start, raw.end)
  return decodeUtf8(raw.cutBytes > 0 ? kept.subarray(0, kept.length - incompleteTail(kept)) : kept)
}

/** Tells that a line was cut (S41). `line` is its number in the transcript of the run. */
export function lineCut({ runId, line, cutBytes, atMs }: { runId: RunId; line: number; cutBytes: number; atMs: number }): Observed {
  const text = `Line ${line} was longer than ${LINE_CAP_BYTES.toLocaleString('en-US')} bytes; the last ${cutBytes} bytes of it were cut.`
  return { kind: 'run.truncated', runId, what: 'line', bytes: cutBytes, text, atMs }
}
