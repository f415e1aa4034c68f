/** Where the log stands when it is opened: its last whole entry, and what a crash left behind it. */
import { join } from 'node:path'
import { GENESIS, openLine, type Link } from './chain.ts'
import { fileName, fileNumbers, readEnd } from './files.ts'

/** How far back from the end a whole entry is looked for; a line is far shorter. */
const LOOK_BACK = 1024 * 1024

export interface Standing {
  /** File to go on writing in. */
  fileNumber: number
  size: number
  last: Link
  /** Bytes after the last whole entry, as found; empty after a clean stop. */
  torn: Buffer
  /** The last entry is whole but its newline is missing. */
  newlineMissing: boolean
}

interface End { last: Link | null; torn: Buffer; newlineMissing: boolean; size: number }

/** The last whole entry in the file's end, and what lies behind it. */
async function endOf(path: string): Promise<End> {
  const { bytes, size } = await readEnd(path, LOOK_BACK)
  let end = bytes.length
  while (end > 0) {
    const ended = bytes[end - 1] === 10
    const before = end - (ended ? 2 : 1)
    const start = before < 0 ? 0 : bytes.lastIndexOf(10, before) + 1
    const opened = openLine(bytes.subarray(start, ended ? end - 1 : end))
    if (opened !== null) return { last: opened.link, torn: bytes.subarray(end), newlineMissing: !ended, size }
    end = start
  }
  return { last: null, torn: bytes, newlineMissing: false, size }
}

/** Reads the folder. Null when it holds a file in whose last mebibyte there is no whole entry: nothing can be chained to that. */
export async function findStanding(dir: string): Promise<Standing | null> {
  const numbers = await fileNumbers(dir)
  const newest = numbers.at(-1)
  if (newest === undefined) return { fileNumber: 1, size: 0, last: GENESIS, torn: Buffer.alloc(0), newlineMissing: false }
  const end = await endOf(join(dir, fileName(newest)))
  const standing = { fileNumber: newest, size: end.size, torn: end.torn, newlineMissing: end.newlineMissing }
  if (end.last !== null) return { ...standing, last: end.last }
  if (end.size > LOOK_BACK) return null
  const before = numbers.at(-2)
  if (before === undefined) return { ...standing, last: GENESIS }
  const previous = await endOf(join(dir, fileName(before)))
  return previous.last === null ? null : { ...standing, last: previous.last }
}
