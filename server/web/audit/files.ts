/** Names and reading of the audit folder: `audit-000001.ndjson`, … and `audit-head`, which remembers where the chain stands. */
import { open, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Link } from './chain.ts'

const NAME = /^audit-([0-9]{6})\.ndjson$/
const HEAD = /^([0-9]{16}) ([0-9a-f]{64})\n$/

export const fileName = (number: number): string => `audit-${String(number).padStart(6, '0')}.ndjson`
export const headPath = (dir: string): string => join(dir, 'audit-head')

/** Numbers of the files there are, ascending. */
export async function fileNumbers(dir: string): Promise<number[]> {
  const names = await readdir(dir)
  return names.flatMap((name) => {
    const match = NAME.exec(name)
    return match === null ? [] : [Number(match[1])]
  }).sort((a, b) => a - b)
}

/** Always the same length, so that rewriting it never leaves a half of the old. */
export const headBytes = (link: Link): Buffer => Buffer.from(`${String(link.n).padStart(16, '0')} ${link.hash}\n`)

/** What `audit-head` says; null when it is missing or damaged. */
export async function readHead(dir: string): Promise<Link | null> {
  const text = await readFile(headPath(dir), 'latin1').catch(() => '')
  const match = HEAD.exec(text)
  return match === null ? null : { n: Number(match[1]), hash: match[2] ?? '' }
}

/** The last `most` bytes of a file, and how many there are in all. */
export async function readEnd(path: string, most: number): Promise<{ bytes: Buffer; size: number }> {
  const handle = await open(path, 'r')
  try {
    const { size } = await handle.stat()
    const bytes = Buffer.alloc(Math.min(size, most))
    let done = 0
    while (done < bytes.length) {
      const { bytesRead } = await handle.read(bytes, done, bytes.length - done, size - bytes.length + done)
      if (bytesRead === 0) break
      done += bytesRead
    }
    return { bytes: bytes.subarray(0, done), size }
  } finally {
    await handle.close()
  }
}

/** One line of a file: its bytes, and whether a newline ended it. */
export interface RawLine { bytes: Buffer; ended: boolean }

/** Lines of the first `size` bytes, read in pieces. A line beyond 1 MiB is given in parts, none of which will be valid. */
export async function* readLines(path: string, size: number): AsyncGenerator<RawLine> {
  const longest = 1024 * 1024
  const handle = await open(path, 'r')
  try {
    let rest = Buffer.alloc(0)
    for (let at = 0; at < size;) {
      const piece = Buffer.alloc(Math.min(64 * 1024, size - at))
      const { bytesRead } = await handle.read(piece, 0, piece.length, at)
      if (bytesRead === 0) break
      at += bytesRead
      rest = Buffer.concat([rest, piece.subarray(0, bytesRead)])
      for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
        yield { bytes: rest.subarray(0, end), ended: true }
        rest = rest.subarray(end + 1)
      }
      if (rest.length > longest) {
        yield { bytes: rest, ended: false }
        rest = Buffer.alloc(0)
      }
    }
    if (rest.length > 0) yield { bytes: rest, ended: false }
  } finally {
    await handle.close()
  }
}
