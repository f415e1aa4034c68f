/** Reads the target policy from its file, and refuses a file that somebody else could have changed. */
import { fstatSync, openSync, closeSync, readFileSync, constants } from 'node:fs'
import { fail, ok, type Result } from '#lib/protocol/result.ts'

const SIZE_MAX = 1024 * 1024
const FIELD = 'HOPSCOPE_POLICY'

/** Parsed JSON of the file. It must belong to root or to this account, and be writable by its owner only. */
export function readPolicyFile(path: string, uid: number = process.getuid?.() ?? -1): Result<unknown> {
  let fd: number
  try { fd = openSync(path, constants.O_RDONLY) } catch (error) {
    return refuse(`cannot be read (${error instanceof Error ? error.message : String(error)}). Check the path and that the account Hopscope runs as may read it.`)
  }
  try {
    // The file that was opened is the one that is judged: no second look at the path.
    const stats = fstatSync(fd)
    if (!stats.isFile()) return refuse(`${path} is not a file.`)
    if (stats.uid !== 0 && stats.uid !== uid) return refuse(`${path} belongs to uid ${stats.uid}. It must belong to root: sudo chown root ${path}`)
    if ((stats.mode & 0o022) !== 0) return refuse(`${path} may be written by others than its owner. Change that: sudo chmod go-w ${path}`)
    if (stats.size > SIZE_MAX) return refuse(`${path} is larger than ${SIZE_MAX} bytes.`)
    return ok(JSON.parse(readFileSync(fd, 'utf8')))
  } catch (error) {
    return refuse(`${path} is not JSON: ${error instanceof Error ? error.message : String(error)}`)
  } finally { closeSync(fd) }
}

function refuse(message: string): Result<never> { return fail({ code: 'invalid', field: FIELD, message: `${FIELD}: ${message}` }) }
