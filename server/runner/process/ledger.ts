/** The list of live tools on disk, so that the next runner finds the survivors of this one, and never kills a pid that was handed out anew. */
import { readFileSync, readdirSync, renameSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod/mini'
import { bootId, cwdOf, familyOf, listProcs, signalProc, type Proc, type Tool } from './proc.mjs'

const Ledger = z.object({
  bootId: z.string(),
  tools: z.array(z.object({ pid: z.int().check(z.gte(2)), pgid: z.int(), startTime: z.int(), cwd: z.string() })),
})

/** Folder that holds one empty folder per live run. */
export const runsFolder = (runDir: string): string => join(runDir, 'runs')
const ledgerFile = (runDir: string): string => join(runDir, 'tools.json')

/** Replaces the list. Written whole and renamed, so that a crash leaves the old one or the new one. */
export function writeLedger(runDir: string, tools: Iterable<Tool>): void {
  const text = JSON.stringify({ bootId: bootId(), tools: [...tools].map((tool) => ({ pid: tool.pid, pgid: tool.pid, startTime: tool.startTime, cwd: tool.cwd })) })
  const next = `${ledgerFile(runDir)}.next`
  writeFileSync(next, text, { mode: 0o600 })
  renameSync(next, ledgerFile(runDir))
}

/**
 * Kills what an earlier runner of this folder left alive: listed tools whose pid still has the listed start time in the same boot, and every
 * process that works in one of its run folders. Returns how many processes were killed.
 */
export function killSurvivors(runDir: string): number {
  const procs = listProcs()
  const doomed = new Set<Proc>()
  for (const tool of readLedger(runDir)) for (const proc of familyOf(tool, procs, false)) doomed.add(proc)
  for (const proc of procs) if (cwdOf(proc.pid)?.startsWith(`${runsFolder(runDir)}/`)) doomed.add(proc)
  for (const proc of doomed) signalProc(proc, 'SIGKILL')
  removeRunFolders(runDir)
  writeLedger(runDir, [])
  return doomed.size
}

function readLedger(runDir: string): Tool[] {
  try {
    const ledger = Ledger.safeParse(JSON.parse(readFileSync(ledgerFile(runDir), 'utf8')))
    return ledger.success && ledger.data.bootId === bootId() ? ledger.data.tools : []
  } catch { return [] } // no list yet, or a torn one: the run folders still tell
}

function removeRunFolders(runDir: string): void {
  for (const name of readdirSync(runsFolder(runDir))) {
    try { rmdirSync(join(runsFolder(runDir), name)) } catch { continue } // not empty or not ours: nothing of a tool lies there
  }
}
