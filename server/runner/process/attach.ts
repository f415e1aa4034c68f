/** Starts one program on a pty or on pipes, in its own session, and tells when it ended with its output drained. */
import { spawn as spawnPipe } from 'node:child_process'
import { constants } from 'node:os'
import { spawn as spawnPty } from 'node-pty'
import { exactEnv } from '#server/exact-env.ts'
import type { Exit } from '#lib/tools/tool.ts'

/** A grandchild may hold the pipe open after its parent ended; its output is not waited for longer than this. */
const DRAIN_MS = 500
const COLUMNS = 300
const ROWS = 50

export interface Attachment {
  transport: 'pty' | 'pipe'
  file: string
  args: readonly string[]
  cwd: string
  onData(bytes: Uint8Array): void
  onExit(exit: Exit): void
}

/** Starts the program and returns its pid, which is also its group and session. Throws when the system cannot start anything (no pty, no memory). */
export function attach(what: Attachment): number {
  return what.transport === 'pty' ? attachPty(what) : attachPipe(what)
}

/** The pty is never paused: node-pty destroys what is unread 200 ms after the end. */
function attachPty(what: Attachment): number {
  const pty = spawnPty(what.file, [...what.args], { cols: COLUMNS, rows: ROWS, cwd: what.cwd, env: {}, encoding: null, name: 'dumb' })
  pty.onData((data) => what.onData(asBytes(data)))
  // Signal first: node-pty reports a killed process as exit code 0.
  pty.onExit(({ exitCode, signal }) => what.onExit(signal ? { code: null, signal: signalName(signal) } : { code: exitCode, signal: null }))
  return pty.pid
}

function attachPipe(what: Attachment): number {
  const child = spawnPipe(what.file, [...what.args], { cwd: what.cwd, env: exactEnv({}), detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  if (child.pid === undefined) {
    child.once('error', () => undefined)
    throw new Error(`${what.file} could not be started`)
  }
  child.on('error', () => undefined)
  child.stdout.on('data', (chunk: Buffer) => what.onData(chunk))
  child.stderr.on('data', (chunk: Buffer) => what.onData(chunk))
  let drain: NodeJS.Timeout | undefined
  child.once('exit', () => {
    drain = setTimeout(() => { child.stdout.destroy(); child.stderr.destroy() }, DRAIN_MS)
  })
  child.once('close', (code, signal) => {
    clearTimeout(drain)
    what.onExit({ code, signal })
  })
  return child.pid
}

/** node-pty types its data as text; with `encoding: null` it hands out Buffers. */
function asBytes(data: unknown): Uint8Array {
  return data instanceof Uint8Array ? data : Buffer.from(String(data))
}

function signalName(number: number): string {
  return Object.entries(constants.signals).find(([, value]) => value === number)?.[0] ?? `signal ${number}`
}
