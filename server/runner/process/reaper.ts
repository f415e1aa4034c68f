/** Keeps the reaper process running and its list, and the one on disk, true. */
import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { exactEnv } from '#server/exact-env.ts'
import { runsFolder, writeLedger } from './ledger.ts'
import type { Tool } from './proc.mjs'

const SCRIPT = fileURLToPath(new URL('reaper.mjs', import.meta.url))
const RESTART_FIRST_MS = 50
const RESTART_LAST_MS = 2_000
/** A reaper that lived this long was well; the next restart is quick again. */
const WELL_MS = 10_000

export interface Reaper {
  /** Pid of the reaper now, null between its death and its restart. */
  pid(): number | null
  add(tool: Tool): void
  remove(pid: number): void
  /** Ends the reaper; tools still listed are killed by it. */
  close(): void
}

/** Starts the reaper for the tools of one run folder. It is restarted whenever it dies, and told the whole list again. */
export function startReaper(options: { runDir: string; log(line: string): void }): Reaper {
  const tools = new Map<number, Tool>()
  let child: ChildProcess | null = null
  let closing = false
  let waitMs = RESTART_FIRST_MS

  const tell = (line: string): void => { child?.stdin?.write(line) }
  const addLine = (tool: Tool): string => `add ${tool.pid} ${tool.startTime} ${tool.cwd}\n`
  const launch = (): void => {
    const started = performance.now()
    // Its own session: a Ctrl-C at the terminal must not reach it. Small heap: it only holds a short list.
    const next = spawn(process.execPath, ['--max-old-space-size=32', '--max-semi-space-size=1', SCRIPT, runsFolder(options.runDir)], {
      detached: true, cwd: '/', env: exactEnv({}), stdio: ['pipe', 'ignore', 'inherit'],
    })
    child = next
    next.on('error', () => undefined)
    next.stdin.on('error', () => undefined)
    for (const tool of tools.values()) tell(addLine(tool))
    next.once('close', () => {
      child = null
      if (closing) return
      waitMs = performance.now() - started > WELL_MS ? RESTART_FIRST_MS : Math.min(waitMs * 2, RESTART_LAST_MS)
      options.log(`the reaper ended and is started again in ${waitMs} ms; runs go on`)
      setTimeout(() => { if (!closing) launch() }, waitMs)
    })
  }
  launch()

  return {
    pid: () => child?.pid ?? null,
    add(tool) {
      tools.set(tool.pid, tool)
      tell(addLine(tool))
      writeLedger(options.runDir, tools.values())
    },
    remove(pid) {
      if (!tools.delete(pid)) return
      tell(`del ${pid}\n`)
      writeLedger(options.runDir, tools.values())
    },
    close() {
      closing = true
      child?.stdin?.end()
    },
  }
}
