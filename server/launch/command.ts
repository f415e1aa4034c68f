/** Runs the launcher's own few helper commands to their end: fixed paths, argument arrays, no shell. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { exactEnv } from '../exact-env.ts'

const DIRS: readonly string[] = ['/usr/bin', '/bin', '/usr/sbin', '/sbin']
const TIMEOUT_MS = 20_000

/** Absolute path of a system program, null when it is not installed. */
export function systemProgram(name: string): string | null {
  return DIRS.map((dir) => join(dir, name)).find((path) => existsSync(path)) ?? null
}

export interface CommandResult { ok: boolean; stdout: string; /** Last line of stderr, or why it could not run. */ said: string }

/** Runs an absolute path and waits for it. */
export function runCommand(file: string, args: readonly string[]): CommandResult {
  const done = spawnSync(file, [...args], { env: exactEnv({ PATH: DIRS.join(':'), LC_ALL: 'C' }), encoding: 'utf8', timeout: TIMEOUT_MS, stdio: ['ignore', 'pipe', 'pipe'] })
  const said = done.error?.message ?? done.stderr.trim().split('\n').at(-1) ?? ''
  return { ok: done.status === 0, stdout: done.stdout ?? '', said: said === '' && done.signal !== null ? `ended by ${done.signal}` : said }
}
