/**
 * The reaper: a small process that outlives the runner by a moment. The runner writes `add PID START CWD` and `del PID` to its stdin; when
 * that ends, however the runner died, every tool still listed is killed with all its processes, and so is whoever works in a run's folder.
 * Argument: the folder that holds the run folders.
 */
// @ts-check
import { cwdOf, familyOf, listProcs, signalProc } from './proc.mjs'

/** @typedef {import('./proc.mjs').Tool} Tool */

const ROUNDS = 8
const ROUND_MS = 100

const runsDir = process.argv[2] ?? ''
/** @type {Map<number, Tool>} */
const tools = new Map()
let rest = ''

/** @param {string} line */
function take(line) {
  const [verb, pid, startTime, ...cwd] = line.split(' ')
  if (verb === 'add') tools.set(Number(pid), { pid: Number(pid), startTime: Number(startTime), cwd: cwd.join(' ') })
  else if (verb === 'del') tools.delete(Number(pid))
}

/** Kills what is left once. Returns how many processes were found. */
function sweep() {
  const procs = listProcs()
  const doomed = new Set([...tools.values()].flatMap((tool) => familyOf(tool, procs, false)))
  // The runner may have died between starting a tool and telling of it.
  if (runsDir !== '') for (const proc of procs) if (proc.pid !== process.pid && cwdOf(proc.pid)?.startsWith(`${runsDir}/`)) doomed.add(proc)
  for (const proc of doomed) signalProc(proc, 'SIGKILL')
  return doomed.size
}

/** @param {number} round */
function finish(round) {
  if (sweep() === 0 || round >= ROUNDS) process.exit(0)
  setTimeout(finish, ROUND_MS, round + 1)
}

// Whoever asks the whole group to stop does not mean the one that cleans up after it.
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, () => undefined)

process.stdin.setEncoding('utf8')
process.stdin.on('data', (/** @type {string} */ text) => {
  const lines = (rest + text).split('\n')
  rest = lines.pop() ?? ''
  for (const line of lines) take(line)
})
process.stdin.on('error', () => finish(0))
process.stdin.on('close', () => finish(0))
