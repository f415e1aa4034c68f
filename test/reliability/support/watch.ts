/** Looks at processes from outside, ends them, and waits for what must become true. */
import { readdirSync, readFileSync } from 'node:fs'
import { readProc } from '#server/runner/process/proc.mjs'

/** kill -9, by the pid of the moment. */
export function kill9(pid: number): void {
  if (readProc(pid) !== null) process.kill(pid, 'SIGKILL')
}

export function commandOf(pid: number): string {
  try { return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ') } catch { return '' }
}

/** Resident memory, MiB. */
export function rssMb(pid: number): number {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+)/m.exec(text)?.[1] ?? 0) / 1024
}

export const fdsOf = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length
/** Processor time used so far, seconds. */
export function cpuS(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

export const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms))

export async function until<T>(what: string, look: () => T | null | undefined | false, limitMs = 15_000): Promise<T> {
  const end = performance.now() + limitMs
  for (;;) {
    const found = look()
    if (found !== null && found !== undefined && found !== false) return found
    if (performance.now() > end) throw new Error(`not within ${limitMs} ms: ${what}`)
    await pause(10)
  }
}
