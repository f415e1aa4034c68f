/** Where the link's Unix socket lies, and how a stale file of it is removed. */
import { unlink } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { fail, ok, type Result } from '#lib/protocol/result.ts'

/** Linux holds a socket path in 108 bytes with its closing zero. */
const SOCKET_PATH_MAX = 107

/** Path of the link's socket in a run folder, or a problem that names the setting when Linux could not bind it. */
export function linkSocketPath(runDir: string): Result<string> {
  const path = join(runDir, 'link.sock')
  if (Buffer.byteLength(path) <= SOCKET_PATH_MAX) return ok(path)
  return fail({
    code: 'invalid', field: 'HOPSCOPE_RUN_DIR',
    message: `HOPSCOPE_RUN_DIR is too long: ${path} has ${Buffer.byteLength(path)} bytes and Linux allows ${SOCKET_PATH_MAX} for a socket. Choose a shorter folder, for example /run/hopscope.`,
  })
}

/** Removes a socket file nobody listens on. Fails with `conflict` when somebody does. */
export async function clearStaleSocket(path: string): Promise<Result<null>> {
  const state = await new Promise<'live' | 'stale' | 'absent'>((resolve) => {
    const probe = connect(path)
    probe.once('connect', () => { probe.destroy(); resolve('live') })
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ENOENT' ? 'absent' : 'stale'))
  })
  if (state === 'live') return fail({ code: 'conflict', message: `Another Hopscope already listens on ${path}. Stop it, or give this one another HOPSCOPE_RUN_DIR.` })
  if (state === 'stale') await unlink(path).catch(() => undefined)
  return ok(null)
}
