/** One server per run folder: a file names the launcher that uses it, and a dead launcher's file is taken over. */
import { closeSync, constants, openSync, readSync, unlinkSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { fail, ok, type Result } from '#lib/protocol/result.ts'
import { readProc } from '../runner/process/proc.mjs'

const TRIES = 3

/** Claims the folder. The value gives it back. Fails with `conflict` naming the pid that has it. */
export function claimFolder(runDir: string): Result<() => void> {
  const path = join(runDir, 'launcher.pid')
  for (let turn = 0; turn < TRIES; turn += 1) {
    if (writeClaim(path)) return ok(() => { try { unlinkSync(path) } catch { return } })
    const holder = livingHolder(path)
    if (holder !== null) {
      return fail({ code: 'conflict', field: 'HOPSCOPE_RUN_DIR', message: `Another Hopscope (pid ${holder}) uses ${runDir}. Stop it, or give this one its own HOPSCOPE_DATA_DIR and HOPSCOPE_PORT.` })
    }
    try { unlinkSync(path) } catch { continue }
  }
  return fail({ code: 'internal', field: 'HOPSCOPE_RUN_DIR', message: `${path} cannot be written. Check the folder's owner and free space.` })
}

/** O_EXCL and no following of links: the folder belongs to the unprivileged account, and root writes here. */
function writeClaim(path: string): boolean {
  try {
    const fd = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o644)
    writeSync(fd, `${process.pid} ${readProc(process.pid)?.startTime ?? 0}\n`)
    closeSync(fd)
    return true
  } catch { return false }
}

function livingHolder(path: string): number | null {
  let fd: number
  try { fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK) } catch { return null }
  try {
    const buffer = Buffer.alloc(64)
    const [pid = 0, startTime = -1] = buffer.toString('latin1', 0, readSync(fd, buffer, 0, 64, 0)).split(' ').map(Number)
    // The process that was replaced by execve keeps pid and start time: that is this launcher itself.
    return pid !== process.pid && readProc(pid)?.startTime === startTime ? pid : null
  } catch { return null } finally { closeSync(fd) }
}
