/** Starts the product as `npm start` does, on a port of its own and in a data folder of its own, optionally inside a network namespace. */
import { spawn, type ChildProcess } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

export const ROOT = resolve(import.meta.dirname, '../..')
const NODE = join(ROOT, 'node_modules/.bin/node')

export interface Server {
  origin: string
  /** One-time link of the first start, printed a moment after the ready line; null before that and when an account exists. */
  setupLink(): string | null
  dataDir: string
  pid: number
  output(): string
  /** SIGTERM, and wait for the exit. Resolves to the exit code. */
  stop(): Promise<number | null>
  kill(signal: NodeJS.Signals): Promise<void>
}

export interface ServerOptions {
  /** `ip netns exec NAME` or nothing. */
  prefix?: readonly string[]
  port: number
  /** Reuse a folder to start again on the same data. */
  home?: string
  env?: Record<string, string>
}

/** A folder for data and sockets that the unprivileged user can be given. */
export function makeHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'hopscope-e2e-'))
  chmodSync(home, 0o755)
  return home
}
export const removeHome = (home: string): void => rmSync(home, { recursive: true, force: true })

export async function startServer({ prefix = [], port, home = makeHome(), env = {} }: ServerOptions): Promise<Server> {
  const argv = [...prefix, NODE, join(ROOT, 'server/main.ts')]
  const child = spawn(argv[0] ?? NODE, argv.slice(1), {
    cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      NODE_ENV: 'production', PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8', HOPSCOPE_PORT: String(port), HOPSCOPE_DATA_DIR: join(home, 'data'),
      HOPSCOPE_RUN_DIR: join(home, 'run'), HOPSCOPE_VANTAGE: 'lab-bastion', ...env,
    },
  })
  let text = ''
  const keep = (chunk: Buffer): void => { text += chunk.toString('utf8') }
  child.stdout?.on('data', keep)
  child.stderr?.on('data', keep)
  await ready(child, () => text)
  return {
    origin: `http://127.0.0.1:${port}`, dataDir: join(home, 'data'), pid: child.pid ?? 0,
    output: () => text,
    setupLink: () => /https?:\/\/\S+\/setup#\S+/.exec(text)?.[0] ?? null,
    stop: async () => { child.kill('SIGTERM'); return exited(child) },
    kill: async (signal) => { child.kill(signal); await exited(child) },
  }
}

/** Waits for the ready line; fails with everything that was printed. */
function ready(child: ChildProcess, text: () => string): Promise<void> {
  return new Promise((done, fail) => {
    const limit = setTimeout(() => fail(new Error(`no ready line within 60 s:\n${text()}`)), 60_000)
    const look = (): void => {
      if (!/ready at https?:/i.test(text())) return
      clearTimeout(limit)
      done()
    }
    child.stdout?.on('data', look)
    child.stderr?.on('data', look)
    child.once('exit', (code) => { clearTimeout(limit); fail(new Error(`the server ended with ${code}:\n${text()}`)) })
  })
}

function exited(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode)
  return new Promise((done) => { child.once('exit', (code) => done(code)) })
}
