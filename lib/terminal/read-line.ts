/** How a line of a run's transcript reads, whichever tool printed it. Pure. */
import { isPing, isPmtu } from '#lib/session/runs.ts'
import type { RunView } from '#lib/session/view.ts'
import { readPingLine } from '#lib/tools/ping/parse.ts'
import { lineMark, readRows, type LineMark, type ReadRow } from './line-mark.ts'
import { readPathLine } from './path-line.ts'
import { visibleText } from './tokenize.ts'

/** `seq`: the number that the line calls its probe by, if it is a ping's. */
export interface LineReading { rows: readonly ReadRow[]; mark: LineMark; seq: number | null }

/** `text` as it is in the transcript, controls and all. */
export function readLine(run: RunView, text: string, atMs: number): LineReading {
  const visible = visibleText(text)
  const path = isPing(run) || (isPmtu(run) && !visible.startsWith('$ ')) ? null : readPathLine(visible)
  if (path !== null) return { ...path, seq: null }
  const line = readPingLine(visible)
  const seq = 'seq' in line ? line.seq : null
  if (isPing(run)) return { rows: readRows(line), mark: lineMark(line, atMs, run.view), seq }
  // Other tools print lines of their own, and counting what they did not understand is their parsers' matter.
  if (line.kind === 'unrecognised') return { rows: [{ name: 'says', value: 'a remark of the tool' }], mark: null, seq: null }
  return { rows: readRows(line), mark: line.kind === 'awaited' ? 'silent' : lineMark(line, atMs, null), seq }
}
