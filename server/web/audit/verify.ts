/** Reads the whole audit log and finds any edit: of a byte, a line, a file, or entries cut off the end. */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fail, ok, type Result } from '#lib/protocol/result.ts'
import { GENESIS, openLine, sha256, type Link, type OpenedLine } from './chain.ts'
import { fileName, fileNumbers, readHead, readLines } from './files.ts'

/** What must be there: up to which byte to read, and where the chain has to pass. For a running log, its own state. */
export interface Expected { fileNumber: number; size: number; head: Link }

interface Walk { at: Link; headSeen: boolean; damaged: Buffer[]; damagedFrom: number }

const edited = (where: string, what: string): Result<never> => fail({
  code: 'invalid',
  message: `The audit log was changed: ${where}: ${what}. Compare it with a backup; entries before this place are as they were written.`,
})

/** Checks every file in `dir`. Without `expected` (from the command line) the end is where `audit-head` says. */
export async function verifyAudit(dir: string, expected?: Expected): Promise<Result<{ entries: number }>> {
  const numbers = await fileNumbers(dir).catch(() => [])
  const head = expected?.head ?? await readHead(dir)
  if (head === null) return numbers.length === 0 ? ok({ entries: 0 }) : edited('audit-head', 'it is missing or damaged')
  const walk: Walk = { at: GENESIS, headSeen: head.n === 0, damaged: [], damagedFrom: 0 }
  for (const [i, number] of numbers.entries()) {
    if (number !== i + 1) return edited(fileName(i + 1), 'the file is missing')
    if (expected !== undefined && number > expected.fileNumber) break
    const found = await walkFile(walk, { dir, number, head, ...(expected?.fileNumber === number ? { size: expected.size } : {}) })
    if (found !== null) return found
  }
  if (!walk.headSeen) return edited(`after entry ${walk.at.n}`, `entries up to ${head.n} were removed`)
  return ok({ entries: walk.at.n })
}

async function walkFile(walk: Walk, file: { dir: string; number: number; head: Link; size?: number }): Promise<Result<never> | null> {
  const path = join(file.dir, fileName(file.number))
  const size = file.size ?? (await stat(path)).size
  let number = 0
  for await (const { bytes, ended } of readLines(path, size)) {
    number++
    const opened = ended ? openLine(bytes) : null
    const follows = opened !== null && opened.prev === walk.at.hash && opened.link.n === walk.at.n + 1
    if (!follows) {
      if (walk.damaged.length === 0) walk.damagedFrom = number
      walk.damaged.push(Buffer.from(bytes), Buffer.from(ended ? '\n' : ''))
      continue
    }
    const what = judge(walk, opened, file.head)
    if (what !== null) return edited(`${fileName(file.number)} line ${walk.damaged.length > 0 ? walk.damagedFrom : number}`, what)
    walk.at = opened.link
    walk.damaged = []
  }
  if (walk.damaged.length === 0) return null
  return edited(`${fileName(file.number)} line ${walk.damagedFrom}`, 'the line does not match its hash, or does not follow the one before it')
}

/** What is wrong at a line that follows well: damage before it that no crash explains, or a head that is not passed. */
function judge(walk: Walk, opened: OpenedLine, head: Link): string | null {
  const { record, link } = opened
  const note = record.action === 'note' ? record['note'] : null
  if (note === 'cut') return `entries up to ${String(record['expected'])} had been removed before the server started at ${record.at}`
  if (walk.damaged.length > 0 || note === 'torn') {
    if (note !== 'torn' || !isTheTornPart(Buffer.concat(walk.damaged), record)) return 'the line does not match its hash, or does not follow the one before it'
  }
  if (link.n === head.n) {
    if (link.hash !== head.hash) return 'the entry is not the one that audit-head remembers'
    walk.headSeen = true
  }
  return null
}

/** True if the note describes exactly these bytes; a newline that recovery itself added may follow them. */
function isTheTornPart(damaged: Buffer, note: Record<string, unknown>): boolean {
  const length = note['tornBytes']
  if (typeof length !== 'number' || length < 1) return false
  const added = damaged.length === length + 1 && damaged.at(-1) === 10 && damaged.at(-2) !== 10
  return (damaged.length === length || added) && sha256(damaged.subarray(0, length)) === note['tornSha256']
}
