/**
 * The product around a lab: web in this process, reached over HTTP, and the real runner inside the lab's namespace, as the unprivileged account and with
 * the privileges that the launcher gives it. Pages are left out: the API needs none.
 */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodePolicy } from '#lib/policy/policy.ts'
import type { Result } from '#lib/protocol/result.ts'
import type { VantageFacts } from '#lib/protocol/vantage.ts'
import { configEnv, type Config } from '#server/config.ts'
import { findAccount, type Account } from '#server/launch/account.ts'
import { dropFromRoot } from '#server/launch/drop.ts'
import { plainView, unreachable } from '#server/launch/program-view.ts'
import { listenForRunner } from '#server/link/listen.ts'
import { linkSocketPath } from '#server/link/socket-path.ts'
import { lineLog } from '#server/web/log.ts'
import { startWeb, type RunningWeb } from '#server/web/start.ts'
import type { Lab } from './lab.ts'

const ROOT = new URL('../..', import.meta.url).pathname.replace(/\/$/, '')
/** Room for every scenario at once; the limits have tests of their own. */
const POLICY = { limits: { runsPerHost: 256, runsPerUser: 64, startsPerUserPerHour: 3600, newTargetsPerMinute: 120 } }
const ONLINE_WITHIN_MS = 20_000

export interface LabServer {
  /** Calls the API as its first account. Resolves with the Result that every answer is. */
  call<T>(method: string, path: string, body?: unknown): Promise<Result<T>>
  /** What web and runner logged. */
  log(): string
  /** Ends runs, runner and web, and removes their folder. */
  close(): Promise<void>
}

/** `value(await call(...))`: fails with the problem's own words. */
export function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`)
  return result.value
}

/** Starts both. Leaves nothing behind if it fails. */
export async function startInLab(lab: Lab): Promise<LabServer> {
  const home = mkdtempSync(join(tmpdir(), 'hopscope-api-'))
  const lines: string[] = []
  const undo: (() => Promise<void> | void)[] = [() => rmSync(home, { recursive: true, force: true })]
  const close = async (): Promise<void> => { for (const step of undo.splice(0).toReversed()) await step() }
  try {
    const account = accountHere()
    const config = configIn(home, account)
    const path = value(linkSocketPath(config.runDir))
    const vantage = value(await listenForRunner({ path, log: (line) => lines.push(line) }))
    chownSync(path, account.uid, account.gid)
    const web = await startWeb({
      config, version: '0.0.0-lab', policy: value(decodePolicy(POLICY, 'the lab')), vantage, log: lineLog((line) => lines.push(line)), announce: (line) => lines.push(line), pages: null,
    })
    undo.push(() => web.stop())
    const runner = startRunner(lab, { config, account, say: (line) => lines.push(line) })
    undo.push(() => endChild(runner))
    await online(web, lines)
    const call = caller(web.web.config.port, await signIn(web))
    await everyToolReady(call)
    return { call, log: () => lines.join('\n'), close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Whom the launcher would take, if it is there already: a test makes no account. */
function accountHere(): Account {
  const account = findAccount('hopscope') ?? findAccount('nobody')
  if (account === null) throw new Error('There is neither an account hopscope nor nobody to run the tools as.')
  return account
}

/** Two folders: the data is ours (web runs in this process), the run folder the runner's. */
function configIn(home: string, account: Account): Config {
  chmodSync(home, 0o755)
  const [dataDir, runDir] = [join(home, 'data'), join(home, 'run')]
  mkdirSync(dataDir, { mode: 0o700 })
  mkdirSync(runDir, { mode: 0o700 })
  chownSync(runDir, account.uid, account.gid)
  // The runner judges by the policy on its own.
  const policyFile = join(home, 'policy.json')
  writeFileSync(policyFile, JSON.stringify(POLICY), { mode: 0o644 })
  return {
    host: '127.0.0.1', port: 0, publicUrl: null, trustedProxies: ['127.0.0.1/32'], dataDir, runDir, vantageName: 'lab', user: account.name,
    policyFile, retentionDays: 90, maxBytes: 1e9, shareMaxS: 86_400, reverseDns: false, asNumbers: 'off', dev: false,
  }
}

function startRunner(lab: Lab, { config, account, say }: { config: Config; account: Account; say: (line: string) => void }): ChildProcess {
  const drop = value(dropFromRoot(account))
  const stumbles = unreachable(plainView(ROOT), drop.runner)
  if (stumbles !== null) throw new Error(`The account ${account.name} cannot read ${stumbles}. The API tests of the lab need a checkout that others may read.`)
  const { HOPSCOPE_PORT: _, ...env } = configEnv(config)
  const child = lab.spawn([...drop.runner, process.execPath, '--disable-proto=delete', join(ROOT, 'server/runner/main.ts'), '--supervised'], {
    cwd: ROOT, stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...env, PATH: '/usr/bin:/bin:/usr/sbin:/sbin', HOME: config.dataDir, LANG: 'C.UTF-8', NODE_ENV: 'production' },
  })
  child.stdin?.on('error', () => undefined)
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => say(chunk.toString('utf8').trimEnd()))
  child.once('exit', (code, signal) => say(`the runner ended with ${String(code ?? signal)}`))
  return child
}

async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  // Whoever holds the runner's stdin is its launcher; with it gone it ends its tools and itself.
  child.stdin?.end()
  await gone
}

/** Runs the self-tests once more and waits for them; fails with the words of the first tool that does not work. */
async function everyToolReady(call: LabServer['call']): Promise<void> {
  const { tools } = value(await call<VantageFacts>('POST', '/api/v1/vantage/check'))
  const broken = tools.find((tool) => tool.state !== 'ready')
  if (broken !== undefined) throw new Error(`${broken.tool}: ${broken.message}`)
}

/** Resolves once the runner has dialled. */
async function online({ web }: RunningWeb, lines: readonly string[]): Promise<void> {
  if (web.vantage.online()) return
  await new Promise<void>((done, failed) => {
    const limit = setTimeout(() => failed(new Error(`The runner did not come online within ${ONLINE_WITHIN_MS / 1000} s:\n${lines.join('\n')}`)), ONLINE_WITHIN_MS)
    web.vantage.on('state', () => {
      if (!web.vantage.online()) return
      clearTimeout(limit)
      done()
    })
  })
}

/** The first account, signed in: its Cookie header. */
async function signIn(web: RunningWeb): Promise<string> {
  const { origin, ask } = at(web.web.config.port)
  const made = await ask('/api/v1/setup', { method: 'POST', headers: { origin, 'content-type': 'application/json' }, body: JSON.stringify({ token: web.setupToken(), name: 'root', display: 'Rita Root', password: 'correct horse battery 7' }) })
  if (!made.ok) throw new Error(`setup: ${made.status} ${await made.text()}`)
  return made.headers.getSetCookie().map((line) => line.split(';')[0] ?? '').join('; ')
}

const at = (port: number) => ({ origin: `http://127.0.0.1:${port}`, ask: (path: string, init: RequestInit) => fetch(`http://127.0.0.1:${port}${path}`, init) })

/** Each call comes from an address of its own, so that limits by address stay out of the way. */
function caller(port: number, cookie: string): LabServer['call'] {
  const { origin, ask } = at(port)
  let calls = 0
  return async <T>(method: string, path: string, body?: unknown) => {
    calls += 1
    const headers = { cookie, origin, 'x-forwarded-for': `127.${1 + (calls >> 16)}.${(calls >> 8) & 255}.${calls & 255}`, ...(method !== 'GET' && { 'content-type': 'application/json' }) }
    const answer = await ask(path, { method, headers, ...(method !== 'GET' && { body: JSON.stringify(body ?? {}) }) })
    return await answer.json() as Result<T>
  }
}
