/** The only place that starts programs for users: absolute path, argument array, exact environment, limits, its own empty folder, one end. */
import { accessSync, constants, mkdirSync, mkdtempSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fail, ok, type Result } from '#lib/protocol/result.ts'
import { attach } from './attach.ts'
import { createLadder, HASTY_RUNG_MS, RUNG_MS } from './ladder.ts'
import { killSurvivors, runsFolder } from './ledger.ts'
import { createProcTable, type ProcTable } from './proc-table.ts'
import { readProc, type Tool } from './proc.mjs'
import { startReaper, type Reaper } from './reaper.ts'
import type { ProcessEnd, ProcessSpec, RunningProcess, StopCause } from './types.ts'

const ENTER = fileURLToPath(new URL('enter.mjs', import.meta.url))
const PRLIMIT = '/usr/bin/prlimit'
const ENV = '/usr/bin/env'
/** S36. Address space, bytes. */
const ADDRESS_SPACE = 512 * 1024 * 1024
/** mtr keeps a socket for every TCP or UDP probe that is under way: ten seconds of up to 64 hops. With 64 it ended on a silent path. */
const DESCRIPTORS = 1024
const CPU_GRACE_S = 10

export interface Processes {
  /** Starts a program. Fails with `tool-unavailable` when a wrapper is missing or the system cannot start anything. */
  start(spec: ProcessSpec): Result<RunningProcess>
  /** Stops everything and resolves when nothing is left. */
  stopAll(cause: StopCause): Promise<void>
  count(): number
  reaper: Reaper
  close(): void
}

/** Kills what an earlier life left in `runDir`, starts the reaper, and is ready to start programs. `runDir` must exist and be this account's alone. */
export function createProcesses(options: { runDir: string; log(line: string): void }): Processes {
  mkdirSync(runsFolder(options.runDir), { recursive: true, mode: 0o700 })
  const killed = killSurvivors(options.runDir)
  if (killed > 0) options.log(`killed ${killed} tool process${killed === 1 ? '' : 'es'} that an earlier runner left behind`)
  const reaper = startReaper(options)
  const table = createProcTable()
  const live = new Map<RunningProcess, Promise<void>>()

  return {
    reaper,
    count: () => live.size,
    start(spec) {
      const ready = canStart(spec.file)
      if (!ready.ok) return ready
      let settle: () => void = () => undefined
      const over = new Promise<void>((resolve) => { settle = resolve })
      const started = startOne({ runDir: options.runDir, reaper, table, spec, onOver: (running) => { live.delete(running); settle() } })
      if (started.ok) live.set(started.value, over)
      return started
    },
    async stopAll(cause) {
      for (const running of live.keys()) running.stop(cause)
      await Promise.all(live.values())
    },
    close: () => reaper.close(),
  }
}

interface OneOptions { runDir: string; reaper: Reaper; table: ProcTable; spec: ProcessSpec; onOver(running: RunningProcess): void }

function startOne({ runDir, reaper, table, spec, onOver }: OneOptions): Result<RunningProcess> {
  let cwd: string
  let pid: number
  // Output and exit arrive in later turns of the event loop, when `running` is set.
  let finish: (exit: ProcessEnd['exit']) => void = () => undefined
  try {
    cwd = mkdtempSync(join(runsFolder(runDir), 'run-'))
    const args = [ENTER, PRLIMIT, ...limitArgs(spec), '--', ENV, '--default-signal', spec.file, ...spec.args]
    pid = attach({ transport: spec.transport, file: process.execPath, args, cwd, onData: (bytes) => spec.onData(bytes), onExit: (exit) => finish(exit) })
  } catch (error) {
    return fail({ code: 'tool-unavailable', message: `The vantage cannot start a program now: ${error instanceof Error ? error.message : String(error)}. Check its memory, its process limit and its disk.` })
  }
  const tool: Tool = { pid, startTime: readProc(pid)?.startTime ?? 0, cwd }
  reaper.add(tool)
  const ladder = createLadder(tool, table)
  let cause: StopCause | null = null
  let ended = false

  const running: RunningProcess = {
    pid,
    stop(why) {
      if (ended || cause !== null) return
      cause = why
      ladder.climb(why.kind === 'link-lost' || why.kind === 'shutdown' ? HASTY_RUNG_MS : RUNG_MS)
    },
  }
  const deadline = setTimeout(() => running.stop({ kind: 'deadline' }), spec.deadlineMs)
  finish = (exit) => {
    ended = true
    clearTimeout(deadline)
    void close(exit)
  }
  const close = async (exit: ProcessEnd['exit']): Promise<void> => {
    const stragglers = await ladder.sweep()
    reaper.remove(pid)
    try { rmdirSync(cwd) } catch { /* the next start removes it */ }
    spec.onExit({ exit, stopped: cause === null ? null : { cause, endedBy: ladder.reached() ?? 'SIGINT' }, stragglers })
    onOver(running)
  }
  return ok(running)
}

function limitArgs({ deadlineMs, addressSpace = ADDRESS_SPACE }: ProcessSpec): string[] {
  return ['--core=0', '--fsize=0', `--nofile=${DESCRIPTORS}`, `--as=${addressSpace}`, `--cpu=${Math.ceil(deadlineMs / 1000) + CPU_GRACE_S}`]
}

/** node-pty tells a missing program only as text on the terminal, so everything on the way is looked at before. */
function canStart(file: string): Result<null> {
  for (const path of [PRLIMIT, ENV, file]) {
    try { accessSync(path, constants.X_OK) } catch {
      const wrapper = path === PRLIMIT ? ' Install it: sudo apt-get install util-linux.' : ''
      return fail({ code: 'tool-unavailable', message: `${path} is missing or may not be executed.${wrapper}` })
    }
  }
  return ok(null)
}
