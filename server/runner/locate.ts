/** Finds a tool's program in the fixed folders, and refuses one that somebody else than root could have put there (S33). */
import { realpathSync, statSync, type Stats } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Not PATH: an earlier entry of it could be anybody's. */
export const TOOL_DIRS: readonly string[] = ['/usr/bin', '/bin', '/usr/sbin', '/sbin']

export interface Program {
  kind: 'found'
  /** Absolute path of what is executed. */
  path: string
  /** Arguments that come before those of the tool: a script of our own. */
  before?: readonly string[]
  /** Bytes of address space that it needs; absent: as every tool. */
  addressSpace?: number
}

export type Located =
  | Program
  | { kind: 'missing'; message: string }
  | { kind: 'untrusted'; path: string; message: string; remedy: string }

/**
 * Programs of our own, run by the very Node and from the very files that the runner itself runs from: nobody who could write there needs to.
 * Node reserves 1.5 GiB of addresses at its start, whatever it uses; its heap is bounded by itself.
 */
const OWN: ReadonlyMap<string, Program> = new Map([
  ['hopscope-reach', { kind: 'found', path: process.execPath, before: ['--max-old-space-size=128', fileURLToPath(new URL('reach/probe.mjs', import.meta.url))], addressSpace: 4 * 1024 ** 3 }],
])

/** Is it a program of our own, which no package brings? */
export const isOwn = (binary: string): boolean => OWN.has(binary)

/** Looks for `binary` in `dirs`, in order. The file behind links must belong to uid 0 (or one of `owners`) and be writable by its owner only. */
export function locateTool(binary: string, dirs: readonly string[] = TOOL_DIRS, owners: readonly number[] = [0]): Located {
  const own = OWN.get(binary)
  if (own !== undefined) return ownProgram(binary, own)
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

function ownProgram(binary: string, own: Program): Located {
  const script = own.before?.at(-1) ?? ''
  return statOf(script)?.isFile() === true ? own : { kind: 'missing', message: `${binary} is part of Hopscope, and its file ${script} is not there.` }
}

function statOf(path: string): Stats | null {
  try { return statSync(realpathSync(path)) } catch { return null }
}

function untrusted(path: string, why: string, remedy: string): Located {
  return { kind: 'untrusted', path, message: `${path} is not run: ${why}.`, remedy }
}
