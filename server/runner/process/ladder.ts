/** The stop ladder: SIGINT to the group, a wait later SIGTERM and another later SIGKILL to everything the tool started. */
import type { ProcTable } from './proc-table.ts'
import { familyOf, listProcs, signalProc, type Proc, type Tool } from './proc.mjs'
import type { LadderSignal } from './types.ts'

const RUNGS: readonly LadderSignal[] = ['SIGINT', 'SIGTERM', 'SIGKILL']
/** Between two rungs: time for a tool to print its summary. */
export const RUNG_MS = 1_000
/** Nobody reads the summary any more, and no tool may outlive its server by two seconds. */
export const HASTY_RUNG_MS = 500
/** How long we look for the dead to be gone before the end is told anyway. */
const SWEEP_ROUNDS = 25
const SWEEP_MS = 20

export interface Ladder {
  /** A second call changes nothing. */
  climb(rungMs: number): void
  /** Last signal sent, null before the first. */
  reached(): LadderSignal | null
  /** The leader ended: kills everything it left behind and resolves with how many that were. */
  sweep(): Promise<number>
}

/** A ladder for one tool that leads its own session and group. `table` is shared by all tools. */
export function createLadder(tool: Tool, table: ProcTable): Ladder {
  /** Everyone ever seen in the family: a daemonised grandchild loses its parent when the leader dies. */
  const known = new Map<number, Proc>()
  let rung = -1
  let timer: NodeJS.Timeout | undefined
  let over = false

  const look = (procs: readonly Proc[]): Proc[] => {
    for (const proc of familyOf(tool, procs, true)) known.set(proc.pid, proc)
    return procs.filter((proc) => known.get(proc.pid)?.startTime === proc.startTime)
  }
  const step = (rungMs: number): void => {
    if (over || rung >= RUNGS.length - 1) return
    rung += 1
    const signal = RUNGS[rung] ?? 'SIGKILL'
    const alive = look(listProcs())
    if (signal === 'SIGINT') signalGroup(tool.pid, signal)
    else for (const proc of alive) signalProc(proc, signal)
    timer = setTimeout(step, rungMs, rungMs)
  }
  const sweepOnce = async (): Promise<number> => {
    const left = look(await table.next()).filter((proc) => proc.pid !== tool.pid)
    for (const proc of left) signalProc(proc, 'SIGKILL')
    return left.length
  }

  return {
    climb(rungMs) { if (rung < 0) step(rungMs) },
    reached: () => (rung < 0 ? null : (RUNGS[rung] ?? null)),
    async sweep() {
      over = true
      clearTimeout(timer)
      const found = await sweepOnce()
      for (let round = 0, left = found; left > 0 && round < SWEEP_ROUNDS; round += 1) {
        await new Promise((resolve) => setTimeout(resolve, SWEEP_MS))
        left = await sweepOnce()
      }
      return found
    },
  }
}

/** The child may not have become a group leader yet: then it is alone. */
function signalGroup(pid: number, signal: LadderSignal): void {
  try { process.kill(-pid, signal) } catch {
    try { process.kill(pid, signal) } catch { return } // gone already
  }
}
