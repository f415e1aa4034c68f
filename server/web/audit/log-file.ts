/** The open file of the audit log: appends chained lines, rotates, and keeps `audit-head` in step. */
import { open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../access/types.ts'
import { sealLine, sha256, type Link } from './chain.ts'
import { fileName, headBytes, headPath, readHead } from './files.ts'
import { findStanding, type Standing } from './recover.ts'
import type { Expected } from './verify.ts'

/** One write(2) at the end of the file; answers how many bytes were taken. */
export type WriteBytes = (handle: FileHandle, bytes: Uint8Array) => Promise<number>

export interface LogFile {
  /** Appends one entry, or throws and leaves the file as it was (if even that fails, `usable` turns false). */
  append(atMs: number, fields: Record<string, unknown>): Promise<void>
  /** fdatasync, then the head. */
  sync(): Promise<void>
  usable(): boolean
  standing(): Expected
  close(): Promise<void>
}

export interface LogFileParts { dir: string; clock: Pick<Clock, 'nowMs'>; fileBytes: number; write?: WriteBytes }

const writeOnce: WriteBytes = async (handle, bytes) => (await handle.write(bytes)).bytesWritten

/** Finds where the log stands, closes a torn end with a note that describes it, and notes entries that are missing at the end. */
export async function createLogFile(parts: LogFileParts): Promise<LogFile> {
  const { dir, clock } = parts
  const standing = await findStanding(dir)
  if (standing === null) throw new Error(`${dir} holds no whole entry at its end; move the folder aside to begin a new log`)
  const remembered = await readHead(dir)
  const files = await openFiles(dir, standing.fileNumber)
  const log = new AppendingFile(parts, standing, files)
  try {
    if (standing.newlineMissing) await log.mend('\n')
    if (standing.torn.length > 0) {
      if (standing.torn.at(-1) !== 10) await log.mend('\n')
      await log.append(clock.nowMs(), { action: 'note', by: null, note: 'torn', tornBytes: standing.torn.length, tornSha256: sha256(standing.torn) })
    }
    if (remembered !== null && isCut(remembered, standing.last)) {
      await log.append(clock.nowMs(), { action: 'note', by: null, note: 'cut', expected: remembered.n })
    }
    await log.sync()
    return log
  } catch (error) {
    await log.close()
    throw error
  }
}

/** The head is written after the entries are on disk, so it is never ahead of an honest log. */
const isCut = (head: Link, last: Link): boolean => head.n > last.n || (head.n === last.n && head.hash !== last.hash)

interface Files { log: FileHandle; head: FileHandle }

async function openFiles(dir: string, fileNumber: number): Promise<Files> {
  const log = await open(join(dir, fileName(fileNumber)), 'a', 0o600)
  try {
    const head = await open(headPath(dir), 'r+').catch(() => open(headPath(dir), 'w+', 0o600))
    await syncFolder(dir)
    return { log, head }
  } catch (error) {
    await log.close()
    throw error
  }
}

/** Makes a new file's name durable. */
async function syncFolder(dir: string): Promise<void> {
  const folder = await open(dir, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

class AppendingFile implements LogFile {
  readonly #parts: LogFileParts
  readonly #files: Files
  #fileNumber: number
  #size: number
  #last: Link
  #usable = true

  constructor(parts: LogFileParts, standing: Standing, files: Files) {
    this.#parts = parts
    this.#files = files
    this.#fileNumber = standing.fileNumber
    this.#size = standing.size
    this.#last = standing.last
  }

  async append(atMs: number, fields: Record<string, unknown>): Promise<void> {
    const { bytes, link } = sealLine(this.#last, atMs, fields)
    // The note about a torn part must lie right behind it, in the same file.
    if (fields['action'] !== 'note' && this.#size > 0 && this.#size + bytes.length > this.#parts.fileBytes) await this.#rotate()
    await this.#put(bytes)
    this.#last = link
  }

  /** Closes a line that a crash cut off. */
  async mend(text: '\n'): Promise<void> {
    await this.#put(Buffer.from(text))
  }

  async #put(bytes: Uint8Array): Promise<void> {
    const { write = writeOnce } = this.#parts
    try {
      const taken = await write(this.#files.log, bytes)
      if (taken !== bytes.length) throw new Error(`only ${taken} of ${bytes.length} bytes were taken, the disk may be full`)
      this.#size += bytes.length
    } catch (error) {
      await this.#files.log.truncate(this.#size).catch(() => { this.#usable = false })
      throw error
    }
  }

  async #rotate(): Promise<void> {
    await this.sync()
    const next = this.#fileNumber + 1
    const log = await open(join(this.#parts.dir, fileName(next)), 'ax', 0o600)
    await syncFolder(this.#parts.dir)
    await this.#files.log.close()
    this.#files.log = log
    this.#fileNumber = next
    this.#size = 0
  }

  async sync(): Promise<void> {
    await this.#files.log.datasync()
    const head = headBytes(this.#last)
    await this.#files.head.write(head, 0, head.length, 0)
  }

  usable(): boolean {
    return this.#usable
  }

  standing(): Expected {
    return { fileNumber: this.#fileNumber, size: this.#size, head: this.#last }
  }

  async close(): Promise<void> {
    this.#usable = false
    await Promise.all([this.#files.log.close(), this.#files.head.close()])
  }
}
