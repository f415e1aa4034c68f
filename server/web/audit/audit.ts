/** The audit log's writer: one write(2) an entry, on disk before it is acknowledged, chained, rotated, mended after a crash (S50, S51). */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../access/types.ts'
import { openLine } from './chain.ts'
import { entryFields } from './fields.ts'
import { fileName, fileNumbers, readEnd } from './files.ts'
import { createLogFile, type LogFile, type WriteBytes } from './log-file.ts'
import { AuditUnavailable, type Audit, type AuditEntry, type AuditRecord } from './types.ts'
import { verifyAudit } from './verify.ts'

const MOST_WAITING = 1000
const MOST_TAIL = 1000
const TAIL_BYTES = 1024 * 1024
const FILE_BYTES = 32 * 1024 * 1024

export interface AuditParts {
  /** Folder of the log, made with mode 0700. */
  dir: string
  clock: Pick<Clock, 'nowMs'>
  /** A file is followed by the next beyond this size. */
  fileBytes?: number
  /** One write(2), answering how many bytes it took; tests inject faults here. */
  write?: WriteBytes
}

interface Job { entry: AuditEntry; done: () => void; failed: (error: AuditUnavailable) => void }

const because = (error: unknown): AuditUnavailable => new AuditUnavailable(
  `The audit log cannot be written (${error instanceof Error ? error.message : String(error)}). Free disk space or mend the folder; runs can start again after that.`,
)

function settle(job: Job, fault: AuditUnavailable | null): void {
  if (fault === null) job.done()
  else job.failed(fault)
}

/** Opens lazily: a folder that cannot be written shows at the first entry, and is tried anew at each one after it. */
export function createAudit(parts: AuditParts): Audit {
  const { dir, clock } = parts
  const waiting: Job[] = []
  let file: LogFile | null = null
  let good = true
  let work: Promise<void> = Promise.resolve()

  const opened = async (): Promise<LogFile> => {
    if (file?.usable() === true) return file
    await file?.close()
    file = null
    await mkdir(dir, { recursive: true, mode: 0o700 })
    file = await createLogFile({ dir, clock, fileBytes: parts.fileBytes ?? FILE_BYTES, ...(parts.write === undefined ? {} : { write: parts.write }) })
    return file
  }

  /** Writes what waits, then makes it durable with one fdatasync, then tells the callers. */
  const drain = async (): Promise<void> => {
    const batch = waiting.splice(0)
    if (batch.length === 0) return
    const written: Job[] = []
    let fault: AuditUnavailable | null = null
    try {
      const log = await opened()
      for (const job of batch) {
        await log.append(clock.nowMs(), entryFields(job.entry))
        written.push(job)
      }
    } catch (error) {
      fault = because(error)
    }
    const synced = written.length === 0 ? null : await file?.sync().then(() => null, because)
    good = fault === null && synced === null
    for (const job of written) settle(job, synced ?? null)
    for (const job of batch.slice(written.length)) settle(job, fault)
  }

  return {
    write(entry) {
      if (waiting.length >= MOST_WAITING) return Promise.reject(because('too many entries are waiting'))
      const promise = new Promise<void>((done, failed) => waiting.push({ entry, done, failed }))
      work = work.then(drain)
      return promise
    },
    available: () => good,
    async verify() {
      await work
      const standing = file?.standing()
      return verifyAudit(dir, standing)
    },
    tail: (n) => readTail(dir, Math.min(n, MOST_TAIL)),
    async close() {
      await work
      await file?.close()
      file = null
    },
  }
}

/** The newest whole entries, from the newest file backwards; at most 1 MiB of each file is looked at. */
async function readTail(dir: string, n: number): Promise<AuditRecord[]> {
  const numbers = await fileNumbers(dir).catch(() => [])
  const newestFirst: AuditRecord[] = []
  for (const number of numbers.reverse()) {
    if (newestFirst.length >= n) break
    const { bytes } = await readEnd(join(dir, fileName(number)), TAIL_BYTES)
    newestFirst.push(...linesOf(bytes).flatMap((line) => openLine(line)?.record ?? []).toReversed())
  }
  return newestFirst.slice(0, Math.max(0, n)).toReversed()
}

function linesOf(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = []
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(10, start)
    if (end < 0) break
    lines.push(bytes.subarray(start, end))
    start = end + 1
  }
  return lines
}
