/** The product as `npm start` runs it, in a mount namespace of its own, with a stand-in for ping; and everything a test does to it or learns from it. */
import { spawn, type ChildProcess } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Started } from '#lib/protocol/api.ts'
import type { SessionEvent } from '#lib/protocol/events.ts'
import type { RunId, SessionId } from '#lib/protocol/ids.ts'
import type { Result } from '#lib/protocol/result.ts'
import { cwdOf, listProcs, type Proc } from '#server/runner/process/proc.mjs'
import type { Surroundings } from './inside.ts'
import { freePort, ROOT } from './fit.ts'
import { commandOf, pause, until } from './watch.ts'

const NODE = join(ROOT, 'node_modules/.bin/node')
const INSIDE = fileURLToPath(new URL('./inside.ts', import.meta.url))
const PASSWORD = 'correct horse battery 7'

export interface Answer { status: number; headers: IncomingHttpHeaders; text: string; json: unknown; ms: number }
export interface Ask { method?: string; path: string; body?: unknown; raw?: string | Buffer; headers?: Record<string, string>; cookie?: string | null; from?: string }
export interface Pids { launcher: number; web: number; runner: number; reaper: number }
export interface StartOptions { diskBytes?: number; nameserver?: string; realPing?: boolean; account?: boolean; env?: Record<string, string>; /** Instead of the launcher. */ script?: string }

/** Room for whole corpora; S39 has its own tests. */
const POLICY = { limits: { runsPerHost: 256, runsPerUser: 64, startsPerUserPerHour: 3600, newTargetsPerMinute: 120 } }

export class Product {
  readonly home = mkdtempSync(join(tmpdir(), 'hopscope-rel-'))
  readonly port: number
  readonly origin: string
  readonly dataDir = join(this.home, 'data')
  readonly runDir = join(this.home, 'run')
  /** Arguments of every start of the stand-in, in order. */
  readonly calls: string[][] = []
  /** Words that must not be found in any log, file or command line (S52). */
  readonly secrets = new Set<string>()
  cookie = ''
  #child: ChildProcess | null = null
  #said = ''
  #sockets: Server | null = null
  #options: StartOptions = {}
  #addresses = 0

  private constructor(port: number) {
    this.port = port
    this.origin = `http://127.0.0.1:${port}`
  }

  /** Starts it in a fresh folder; unless told otherwise with an admin signed in. */
  static async start(options: StartOptions = {}): Promise<Product> {
    const product = new Product(await freePort())
    await product.#prepare(options)
    await product.launch()
    if (options.account !== false) await product.#setUp()
    return product
  }

  async #prepare(options: StartOptions): Promise<void> {
    this.#options = options
    chmodSync(this.home, 0o755)
    mkdirSync(this.dataDir)
    mkdirSync(join(this.home, 'bin'), { mode: 0o755 })
    copyFileSync('/usr/bin/ping', join(this.home, 'bin/real-ping'))
    copyFileSync(fileURLToPath(new URL('./fake-ping.py', import.meta.url)), join(this.home, 'bin/ping'))
    chmodSync(join(this.home, 'bin/ping'), 0o755)
    chmodSync(join(this.home, 'bin/real-ping'), 0o755)
    this.mode('real')
    writeFileSync(join(this.home, 'policy.json'), JSON.stringify(POLICY), { mode: 0o644 })
    const server = createServer((socket) => {
      let text = ''
      socket.on('data', (data) => { text += data.toString('utf8') })
      socket.on('error', () => undefined)
      socket.on('end', () => this.calls.push(JSON.parse(text) as string[]))
    })
    await new Promise<void>((done) => server.listen(join(this.home, 'bin/calls'), done))
    chmodSync(join(this.home, 'bin/calls'), 0o666)
    this.#sockets = server
  }

  /** How the stand-in answers to addresses that name no behaviour: see fake-ping.py. */
  mode(mode: 'real' | 'denied' | 'broken' | 'mute'): void {
    writeFileSync(join(this.home, 'bin/mode'), mode, { mode: 0o644 })
  }

  /** Starts the launcher (again); resolves with the ms until it was ready. */
  async launch(): Promise<number> {
    const startedMs = performance.now()
    const surroundings: Surroundings = {
      home: this.home, root: ROOT, ping: this.#options.realPing === true ? null : join(this.home, 'bin/ping'), diskBytes: this.#options.diskBytes ?? null,
      nameserver: this.#options.nameserver ?? null, build: process.env['RELIABILITY_BUILD'] ?? null, argv: [NODE, this.#options.script ?? join(ROOT, 'server/main.ts')],
    }
    const child = spawn('unshare', ['--mount', '--propagation', 'private', '--', NODE, INSIDE, JSON.stringify(surroundings)], {
      cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        NODE_ENV: 'production', PATH: '/usr/bin:/bin:/usr/sbin:/sbin', LANG: 'C.UTF-8', HOPSCOPE_PORT: String(this.port), HOPSCOPE_DATA_DIR: this.dataDir,
        HOPSCOPE_RUN_DIR: this.runDir, HOPSCOPE_VANTAGE: 'bastion-9', HOPSCOPE_POLICY: join(this.home, 'policy.json'), ...this.#options.env,
      },
    })
    this.#child = child
    // A test that fails before its end must not leave a server behind.
    const orphaned = (): void => void child.kill('SIGTERM')
    process.once('exit', orphaned)
    child.once('exit', () => process.off('exit', orphaned))
    const from = this.#said.length
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => { this.#said += chunk.toString('utf8') })
    await this.until('the server is ready', () => {
      if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}:\n${this.#said.slice(from)}`)
      return this.#said.indexOf('ready at http', from) >= 0
    }, 60_000)
    await this.healthy()
    return performance.now() - startedMs
  }

  /** Resolves once web answers and its vantage is connected. */
  async healthy(limitMs = 30_000): Promise<void> {
    const end = performance.now() + limitMs
    for (;;) {
      const health = await this.ask({ path: '/healthz' }).catch(() => null)
      if ((health?.json as { vantage?: { online: boolean } } | null)?.vantage?.online === true) return
      if (performance.now() > end) throw new Error(`not healthy within ${limitMs} ms: ${health?.text ?? 'no answer'}\n${this.#said}`)
      await pause(25)
    }
  }

  async #setUp(): Promise<void> {
    const token = this.setupToken()
    this.secrets.add(PASSWORD)
    const made = await this.ask({ method: 'POST', path: '/api/v1/setup', body: { token, name: 'root', display: 'Rita Root', password: PASSWORD } })
    if (made.status !== 200 && made.status !== 201) throw new Error(`setup: ${made.status} ${made.text}`)
    this.cookie = this.keep(cookiesOf(made))
  }

  setupToken(): string { return /\/setup#(\S+)/.exec(this.#said)?.[1] ?? '' }
  /** Notes the values of a Cookie header as secrets. */
  keep(cookie: string): string {
    for (const pair of cookie.split('; ')) this.secrets.add(pair.slice(pair.indexOf('=') + 1))
    return cookie
  }
  output(): string { return this.#said }

  /** A new account, signed in: its Cookie header. */
  async person(role: 'viewer' | 'operator' | 'admin', name = `${role}-${(this.#addresses += 1)}`): Promise<{ cookie: string; userId: string; name: string; password: string }> {
    const password = `${name} has a long password`
    this.secrets.add(password)
    const { userId } = this.value(await this.call<{ userId: string }>('POST', '/api/v1/users', { name, display: `Test ${name}`, role, password }))
    const signedIn = await this.ask({ method: 'POST', path: '/api/v1/sign-in', body: { name, password }, from: this.address() })
    return { cookie: this.keep(cookiesOf(signedIn)), userId, name, password }
  }

  /** A loopback address that nobody has come from yet: limits by address stay out of the way. */
  address(): string {
    this.#addresses += 1
    return `127.77.${(this.#addresses >> 8) & 255}.${(this.#addresses & 255) || 1}`
  }

  ask({ method = 'GET', path, body, raw, headers = {}, cookie, from }: Ask): Promise<Answer> {
    const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body))
    const startedMs = performance.now()
    return new Promise((done, fail) => {
      const request = httpRequest({
        host: '127.0.0.1', port: this.port, path, method, agent: false, localAddress: from ?? '127.0.0.1',
        headers: {
          ...(method !== 'GET' && method !== 'HEAD' && { origin: this.origin }),
          ...(payload !== undefined && { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(payload)) }),
          ...(typeof cookie === 'string' && { cookie }), ...headers,
        },
      }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', fail)
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8')
          done({ status: response.statusCode ?? 0, headers: response.headers, text, json: jsonOf(text), ms: performance.now() - startedMs })
        })
      })
      request.on('error', fail)
      request.end(payload)
    })
  }

  /** As the admin, or as `cookie`; each call from an address of its own. */
  async call<T>(method: string, path: string, body?: unknown, cookie = this.cookie): Promise<Result<T>> {
    const answer = await this.ask({ method, path, cookie, from: this.address(), ...(body !== undefined && { body }), ...(method === 'POST' && body === undefined && { body: {} }) })
    if (answer.json === null) throw new Error(`${method} ${path}: ${answer.status} ${answer.text.slice(0, 200)}`)
    return answer.json as Result<T>
  }

  value<T>(result: Result<T>): T {
    if (result.ok) return result.value
    throw new Error(`${result.error.code}: ${result.error.message}`)
  }

  /** Starts one ping in a session of its own, or in `sessionId`. */
  async ping(target: string, more: { options?: Record<string, unknown>; sessionId?: SessionId; cookie?: string } = {}): Promise<{ sessionId: SessionId; runId: RunId }> {
    const path = more.sessionId === undefined ? '/api/v1/sessions' : `/api/v1/sessions/${more.sessionId}/runs`
    const started = this.value(await this.call<Started>('POST', path, { target, runs: [{ tool: 'ping', options: { intervalMs: 200, ...more.options } }] }, more.cookie))
    const [runId] = started.runIds
    if (runId === undefined) throw new Error('no run was started')
    return { sessionId: started.sessionId, runId }
  }

  /** The whole committed log. */
  async log(sessionId: SessionId): Promise<SessionEvent[]> {
    const events: SessionEvent[] = []
    for (;;) {
      const page = this.value(await this.call<{ events: SessionEvent[]; headSeq: number }>('GET', `/api/v1/sessions/${sessionId}/events?after=${events.at(-1)?.seq ?? 0}&limit=10000`))
      events.push(...page.events)
      if (page.events.length === 0 || (events.at(-1)?.seq ?? 0) >= page.headSeq) return events
    }
  }

  /** The end of a run, waited for. */
  async ended(run: { sessionId: SessionId; runId: RunId }, limitMs = 30_000): Promise<Extract<SessionEvent, { kind: 'run.ended' }>> {
    const end = performance.now() + limitMs
    for (;;) {
      const detail = this.value(await this.call<{ runs: { runId: RunId; outcome: unknown }[] }>('GET', `/api/v1/sessions/${run.sessionId}`))
      if (detail.runs.some((one) => one.runId === run.runId && one.outcome !== null)) break
      if (performance.now() > end) throw new Error(`run ${run.runId} has not ended within ${limitMs} ms`)
      await pause(50)
    }
    const found = (await this.log(run.sessionId)).find((event) => event.kind === 'run.ended' && event.runId === run.runId)
    if (found?.kind !== 'run.ended') throw new Error('the end is not in the log')
    return found
  }

  /** Throws while a part is not there. */
  pids(): Pids {
    const procs = listProcs()
    const launcher = this.#child?.pid ?? 0
    const find = (parent: number, script: string): number => {
      const found = procs.find((proc) => proc.ppid === parent && commandOf(proc.pid).includes(script))
      if (found === undefined) throw new Error(`no ${script} under ${parent}`)
      return found.pid
    }
    const runner = find(launcher, 'server/runner/main.ts')
    return { launcher, web: find(launcher, 'server/web/main.ts'), runner, reaper: find(runner, 'reaper.mjs') }
  }

  /** Living processes that work in a run folder of this product: tools and whatever they started. */
  tools(): Proc[] { return listProcs().filter((proc) => cwdOf(proc.pid)?.startsWith(join(this.runDir, 'runs')) === true) }

  /** Where this path lies as the product sees it. */
  inside(path: string): string { return `/proc/${this.#child?.pid ?? 0}/root${path}` }

  until<T>(what: string, look: () => T | null | undefined | false, limitMs = 15_000): Promise<T> { return until(what, look, limitMs) }

  /** SIGTERM; resolves with exit code and the ms it took. */
  async stop(): Promise<{ code: number | null; ms: number }> {
    const child = this.#child
    const startedMs = performance.now()
    if (child === null) return { code: null, ms: 0 }
    child.kill('SIGTERM')
    await this.gone()
    return { code: child.exitCode, ms: performance.now() - startedMs }
  }

  /** Resolves when the launcher has ended. */
  async gone(): Promise<void> {
    const child = this.#child
    if (child === null || child.exitCode !== null || child.signalCode !== null) return
    await new Promise<void>((done) => child.once('exit', () => done()))
  }

  /** Stops it, removes its folder, and answers which secrets it left in logs, files or command lines. */
  async end(): Promise<string[]> {
    const arguments_ = listProcs().map((proc) => commandOf(proc.pid)).filter((line) => line.includes(this.home) || line.includes('server/'))
    await this.stop()
    const found = this.leaks(arguments_.join('\n'))
    this.#sockets?.close()
    rmSync(this.home, { recursive: true, force: true })
    return found
  }

  /** Secrets found in what was printed, in files of the data folder, or in `more`. The setup link alone may be printed, once. */
  leaks(more = ''): string[] {
    const texts = [['printed', this.#said], ['command line', more], ...filesUnder(this.dataDir).map((path) => [path, readFileSync(path, 'latin1')] as const)] as const
    return texts.flatMap(([where, text]) => [...this.secrets].filter((secret) => secret.length > 8 && text.includes(secret)).map((secret) => `${secret} in ${where}`))
  }
}

export const cookiesOf = (answer: Answer): string => (answer.headers['set-cookie'] ?? []).map((line) => line.split(';')[0] ?? '').join('; ')

function jsonOf(text: string): unknown {
  try { return JSON.parse(text) } catch { return null }
}

function filesUnder(dir: string): string[] {
  if (!existsSync(dir)) return []
  return readdirSync(dir, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}
