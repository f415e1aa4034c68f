/** SQLite's errors as the store's faults, each with a sentence for the person who runs the server. */
import { DamagedBytes } from '#lib/protocol/bytes.ts'
import { StorageError } from '../options.ts'

const BUSY = 5
const LOCKED = 6
const READONLY = 8
const IOERR = 10
const CORRUPT = 11
const FULL = 13
const CANTOPEN = 14
const NOTADB = 26

/** Primary result code of a node:sqlite error; null for any other error. */
function sqliteCode(error: unknown): number | null {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return null
  return error.errcode & 255
}

/** Any error as a StorageError; what is not known stays a `bug` with its own message. */
export function asStorageError(error: unknown): StorageError {
  if (error instanceof StorageError) return error
  if (error instanceof DamagedBytes) return new StorageError('damaged', error.message)
  const said = error instanceof Error ? error.message : String(error)
  switch (sqliteCode(error)) {
    case FULL:
      return new StorageError('full', 'The disk that holds the session log is full. Free some space; storing resumes by itself.')
    case BUSY:
    case LOCKED:
      return new StorageError('busy', 'Another program holds the session log locked. Storing resumes when it lets go.')
    case READONLY:
    case CANTOPEN:
      return new StorageError('io', `The session log cannot be written (${said}). Check the owner and the mode of the data folder.`)
    case IOERR:
      return new StorageError('io', `The disk that holds the session log reports an error (${said}). Check the disk and its free space.`)
    case CORRUPT:
    case NOTADB:
      return new StorageError('damaged', `The session log is damaged (${said}). Restore sessions.db from a backup.`)
    default:
      return new StorageError('bug', said)
  }
}
