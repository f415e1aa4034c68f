/**
 * Stands between the runner and a tool for some milliseconds: closes every descriptor that leaked in, lowers the priority, then becomes
 * `prlimit … env … tool` under the same pid. It exists because node-pty leaves the terminals of other runs open in a new child, and adds
 * PWD to its environment. Arguments: prlimit's path and all that follows it.
 */
// @ts-check
import { closeSync, readFileSync, readdirSync } from 'node:fs'
import { setPriority } from 'node:os'

const CLOSE_ON_EXEC = 0o2000000
const NICE = 5

/** The whole environment of a tool. Locale C keeps the output the parsers know. */
const ENVIRONMENT = { PATH: '/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C', TZ: 'UTC', HOME: '/nonexistent', TERM: 'dumb' }

/** @param {number} fd */
function closesOnExec(fd) {
  const flags = /^flags:\s*(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))
  return flags !== null && (Number.parseInt(flags[1] ?? '0', 8) & CLOSE_ON_EXEC) !== 0
}

for (const name of readdirSync('/proc/self/fd')) {
  const fd = Number(name)
  // Descriptors of Node's own close by themselves; the one readdir used is gone already.
  try { if (fd > 2 && !closesOnExec(fd)) closeSync(fd) } catch { continue }
}
setPriority(NICE)
const [file = '/usr/bin/false', ...args] = process.argv.slice(2)
process.execve?.(file, [file, ...args], ENVIRONMENT)
