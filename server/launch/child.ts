/** One child of the launcher: started, watched, started again after it died, given up after too many deaths. */
import { spawn, type ChildProcess } from 'node:child_process'
import { exactEnv } from '../exact-env.ts'
import { EXIT_SETTING } from './exit-codes.ts'

const FIRST_WAIT_MS = 250
const LAST_WAIT_MS = 4_000
/** This many deaths within the window are a loop that will not mend itself. */
const DEATHS_MAX = 5
const WINDOW_MS = 60_000

export interface ChildSpec {
  name: string
  /** Command line, argv[0] an absolute path. */
  command: readonly string[]
  cwd: string
  env: Readonly<Record<string, string>>
  log(line: string): void
  /** It keeps dying, or said that starting it again cannot help. */
  onGivenUp(why: string): void
}

export interface Child {
  pid(): number | null
  /** SIGTERM, and SIGKILL after `patienceMs`. Resolves when it is gone; it is not started again. */
  stop(patienceMs: number): Promise<void>
}

/** Starts the child. Its stdin is a pipe that only we hold, so that it notices our death; it leads its own session. */
export function superviseChild(spec: ChildSpec): Child {
  const deaths: number[] = []
  let child: ChildProcess | null = null
  let timer: NodeJS.Timeout | undefined
  let stopping = false
  let onGone: (() => void) | null = null

  const died = (code: number | null, signal: string | null): void => {
    child = null
    if (stopping) { onGone?.(); return }
    const how = signal === null ? `exit code ${code}` : signal
    const now = performance.now()
    deaths.push(now)
    while ((deaths[0] ?? now) < now - WINDOW_MS) deaths.shift()
    if (code === EXIT_SETTING) { spec.onGivenUp(`${spec.name} cannot run: see the line above`); return }
    if (deaths.length >= DEATHS_MAX) { spec.onGivenUp(`${spec.name} died ${deaths.length} times within a minute (last: ${how}); see its lines above`); return }
    const waitMs = Math.min(FIRST_WAIT_MS * 2 ** (deaths.length - 1), LAST_WAIT_MS)
    spec.log(`${spec.name} died (${how}), starting it again in ${waitMs} ms`)
    timer = setTimeout(start, waitMs)
  }
  function start(): void {
    const [file = '', ...args] = spec.command
    const next = spawn(file, args, { cwd: spec.cwd, env: exactEnv(spec.env), detached: true, stdio: ['pipe', 'inherit', 'inherit'] })
    child = next
    next.stdin.on('error', () => undefined)
    // Only a failed start has no exit event.
    next.once('error', (error) => { if (next.pid === undefined) { spec.log(`${spec.name}: ${error.message}`); died(127, null) } })
    next.once('exit', died)
  }
  start()

  return {
    pid: () => child?.pid ?? null,
    stop(patienceMs) {
      stopping = true
      clearTimeout(timer)
      const running = child
      if (running === null) return Promise.resolve()
      return new Promise((resolve) => {
        const kill = setTimeout(() => { spec.log(`${spec.name} did not stop within ${patienceMs / 1000} s and is killed`); running.kill('SIGKILL') }, patienceMs)
        onGone = () => { clearTimeout(kill); resolve() }
        running.kill('SIGTERM')
      })
    },
  }
}
