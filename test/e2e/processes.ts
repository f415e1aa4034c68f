/** Who lives in a network namespace: the server's own processes by their parent, tools by the file they execute. Never by a name's pattern. */
import { spawnSync } from 'node:child_process'
import { readFileSync, readlinkSync } from 'node:fs'
import { basename } from 'node:path'

const read = (path: string): string => {
  try { return readFileSync(path, 'utf8') } catch { return '' } // it ended in the meantime
}

/** Every process of the namespace, as the kernel lists them. */
function pidsOf(namespace: string): number[] {
  const { stdout } = spawnSync('ip', ['netns', 'pids', namespace], { encoding: 'utf8' })
  return stdout.split('\n').filter((line) => line !== '').map(Number)
}

function executes(pid: number): string {
  try { return basename(readlinkSync(`/proc/${pid}/exe`)) } catch { return '' }
}

/** Tools that run in the namespace, by their program. */
export const toolsIn = (namespace: string, program = 'ping'): number[] => pidsOf(namespace).filter((pid) => executes(pid) === program)

/** The launcher's child that runs `script`, e.g. `server/web/main.ts`. */
export function childOf(launcher: number, script: string): number {
  const children = read(`/proc/${launcher}/task/${launcher}/children`).trim().split(' ').map(Number)
  const found = children.find((pid) => read(`/proc/${pid}/cmdline`).split('\0').some((word) => word.endsWith(script)))
  if (found === undefined) throw new Error(`the launcher ${launcher} has no child ${script}`)
  return found
}

export const isAlive = (pid: number): boolean => {
  const state = /^State:\s+(\S)/m.exec(read(`/proc/${pid}/status`))?.[1]
  return state !== undefined && state !== 'Z'
}
