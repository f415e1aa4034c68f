/** Finds a tool's program in the fixed folders, and refuses one that somebody else than root could have put there (S33). */
import { realpathSync, statSync, type Stats } from 'node:fs'
import { join } from 'node:path'

/** Not PATH: an earlier entry of it could be anybody's. */
export const TOOL_DIRS: readonly string[] = ['/usr/bin', '/bin', '/usr/sbin', '/sbin']

export type Located =
  | { kind: 'found'; path: string }
  | { kind: 'missing'; message: string }
  | { kind: 'untrusted'; path: string; message: string; remedy: string }

/** Looks for `binary` in `dirs`, in order. The file behind links must belong to uid 0 (or one of `owners`) and be writable by its owner only. */
export function locateTool(binary: string, dirs: readonly string[] = TOOL_DIRS, owners: readonly number[] = [0]): Located {
  for (const dir of dirs) {
    const path = join(dir, binary)
    const stats = statOf(path)
    if (stats === null || !stats.isFile()) continue
    if (!owners.includes(stats.uid)) return untrusted(path, `it belongs to uid ${stats.uid}, not to root`, `sudo chown root:root ${path}`)
    if ((stats.mode & 0o022) !== 0) return untrusted(path, 'others than root may write to it', `sudo chmod go-w ${path}`)
    return { kind: 'found', path }
  }
  return { kind: 'missing', message: `${binary} is not installed (looked in ${dirs.join(', ')}).` }
}

function statOf(path: string): Stats | null {
  try { return statSync(realpathSync(path)) } catch { return null }
}

function untrusted(path: string, why: string, remedy: string): Located {
  return { kind: 'untrusted', path, message: `${path} is not run: ${why}.`, remedy }
}
