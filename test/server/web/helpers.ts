/** A real web on a free port with its data in a temporary folder, a vantage in memory, and clients that can send exactly what a test wants. */
import { mkdtemp, rm } from 'node:fs/promises'
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { io, type Socket } from 'socket.io-client'
import { DEFAULT_POLICY, type Policy } from '#lib/policy/policy.ts'
import { decodeEvents } from '#lib/protocol/codec.ts'
import type { Role } from '#lib/protocol/access.ts'
import type { SessionEvent } from '#lib/protocol/events.ts'
import type { SessionId, UserId } from '#lib/protocol/ids.ts'
import type { Problem, Result } from '#lib/protocol/result.ts'
import type { ClientToServer, ServerToClient, Subscribed } from '#lib/protocol/socket.ts'
import type { Config } from '#server/config.ts'
import type { Hasher } from '#server/web/access/types.ts'
import { setUserCookie, userCookieName } from '#server/web/access/cookies.ts'
import type { Audit } from '#server/web/audit/types.ts'
import { lineLog } from '#server/web/log.ts'
import { startWeb, type RunningWeb, type StartParts } from '#server/web/start.ts'
import type { SessionStore } from '#server/web/sessions/types.ts'
import { FakeVantage } from './fake-vantage.ts'

/** Passwords in tests cost nothing; the real hasher has its own tests. */
const plainHasher: Hasher = {
  hash: async (password) => ({ ok: true, value: `plain:${password}` }),
  verify: async (password, stored) => ({ ok: true, value: { match: stored === `plain:${password}`, weak: false } }),
}

export interface TestWebOptions {
  config?: Partial<Config>
  policy?: Policy
  /** Make an admin called root at once (default). */
  account?: boolean
  dataDir?: string
  hasher?: Hasher
  audit?: Audit
  store?: SessionStore
  pages?: StartParts['pages']
  /** Every request and socket says it comes from an address of its own, through a proxy that is believed: limits by address stay out of the way. */
  proxied?: boolean
}

export interface Answer { status: number; headers: IncomingHttpHeaders; text: string; json: unknown }
export interface Ask { method?: string; path: string; body?: unknown; raw?: string | Buffer; headers?: Record<string, string>; cookie?: string | null }
export type Client = Socket<ServerToClient, ClientToServer>

export interface TestWeb extends RunningWeb {
  port: number
  origin: string
  vantage: FakeVantage
  logLines: string[]
  announced: string[]
  dataDir: string
  /** Cookie header of a new account with this role. */
  person(role: Role, name?: string): Promise<{ userId: UserId; cookie: string; name: string }>
  /** Cookie header of the first admin. */
  admin: { userId: UserId; cookie: string }
  ask(what: Ask): Promise<Answer>
  /** Calls the API as the page does and answers the Result. */
  call<T>(method: string, path: string, options?: { body?: unknown; cookie?: string; token?: string }): Promise<Result<T>>
  connect(options: { cookie?: string; token?: string; origin?: string | null; host?: string; query?: Record<string, string> }): Client
  close(): Promise<void>
}

export async function startTestWeb(options: TestWebOptions = {}): Promise<TestWeb> {
  const dataDir = options.dataDir ?? await mkdtemp(join(tmpdir(), 'hopscope-web-'))
  const vantage = new FakeVantage()
  const logLines: string[] = []
  const announced: string[] = []
  const parts: StartParts = {
    config: testConfig(dataDir, { ...(options.proxied === true && { trustedProxies: ['127.0.0.1/32'] }), ...options.config }), version: '0.0.0-test', policy: options.policy ?? DEFAULT_POLICY, vantage,
    log: lineLog((line) => logLines.push(line)), announce: (line) => announced.push(line), pages: options.pages ?? null,
    hasher: options.hasher ?? plainHasher, ...(options.audit && { audit: options.audit }), ...(options.store && { store: options.store }),
  }
  const running = await startWeb(parts).catch(async (error: unknown) => {
    if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true })
    throw error
  })
  const clients: Client[] = []
  const port = running.web.config.port
  const origin = `http://127.0.0.1:${port}`
  const person = makePerson(running, 0)
  const admin = options.account === false ? { userId: 'nobody' as UserId, cookie: '' } : await firstAdmin(running)
  let addresses = 0
  const from = (): Record<string, string> => (options.proxied === true ? { 'x-forwarded-for': `198.51.${(addresses += 1) >> 8}.${addresses & 255}` } : {})
  const ask = (what: Ask): Promise<Answer> => send(port, origin, { ...what, headers: { ...from(), ...what.headers } })
  return {
    ...running, port, origin, vantage, logLines, announced, dataDir, person, admin, ask,
    async call<T>(method: string, path: string, { body, cookie, token }: { body?: unknown; cookie?: string; token?: string } = {}) {
      const headers: Record<string, string> = { ...(token !== undefined && { authorization: `Bearer ${token}` }) }
      const answer = await ask({ method, path, headers, ...(body !== undefined && { body }), ...(method === 'POST' && body === undefined && { body: {} }), ...(cookie !== undefined && { cookie }) })
      return answer.json as Result<T>
    },
    connect({ cookie, token, origin: page = origin, host, query = {} }) {
      const client: Client = io(origin, {
        transports: ['websocket'], reconnection: false, forceNew: true, autoConnect: true, query,
        extraHeaders: {
          ...(cookie !== undefined && { cookie }), ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...from(), ...(page !== null && { origin: page }), ...(host !== undefined && { host }),
        },
      })
      clients.push(client)
      return client
    },
    async close() {
      for (const client of clients) client.disconnect()
      await running.stop()
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true })
    },
  }
}

export function testConfig(dataDir: string, change: Partial<Config> = {}): Config {
  return {
    host: '127.0.0.1', port: 0, publicUrl: null, trustedProxies: [], dataDir, runDir: dataDir, vantageName: 'bastion-1', user: 'hopscope',
    policyFile: null, retentionDays: 90, maxBytes: 1e9, shareMaxS: 30 * 86_400, reverseDns: true, asNumbers: 'off', dev: false, ...change,
  }
}

async function firstAdmin({ web, setupToken }: RunningWeb): Promise<{ userId: UserId; cookie: string }> {
  const made = await web.accounts.createFirstAdmin({ token: setupToken() ?? '', name: 'root', display: 'Rita Root', password: 'correct horse battery' })
  if (made.ok) return { userId: made.value.userId, cookie: cookieFor(web, made.value.userId) }
  const first = web.accounts.list().find((account) => account.role === 'admin')
  if (first === undefined) throw new Error(made.error.message)
  return { userId: first.userId, cookie: cookieFor(web, first.userId) }
}

function makePerson({ web }: RunningWeb, made: number): TestWeb['person'] {
  let count = made
  return async (role, name = `${role}-${(count += 1)}`) => {
    const user = await web.accounts.create({ name, display: `Test ${name}`, role, password: 'correct horse battery' })
    if (!user.ok) throw new Error(user.error.message)
    return { userId: user.value.userId, cookie: cookieFor(web, user.value.userId), name }
  }
}

/** A fresh sign-in as a Cookie header over plain HTTP. */
export function cookieFor(web: RunningWeb['web'], userId: UserId): string {
  const { cookieValue } = web.webSessions.create(userId, { address: '127.0.0.1', agent: 'test' })
  return `${userCookieName(false)}=${cookieValue}`
}

/** Set-Cookie lines of an answer as a Cookie header. */
export function cookiesOf(answer: Answer): string {
  return (answer.headers['set-cookie'] ?? []).map((line) => line.split(';')[0] ?? '').join('; ')
}

export { setUserCookie }

function send(port: number, origin: string, { method = 'GET', path, body, raw, headers = {}, cookie }: Ask): Promise<Answer> {
  const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body))
  const changing = method !== 'GET' && method !== 'HEAD'
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      host: '127.0.0.1', port, path, method, agent: false,
      headers: {
        ...(changing && headers['authorization'] === undefined && { origin }),
        ...(payload !== undefined && { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(payload)) }),
        ...(typeof cookie === 'string' && { cookie }), ...headers,
      },
    }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8')
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json: parse(text) })
      })
    })
    request.on('error', reject)
    request.end(payload)
  })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

export function valueOf<T>(result: Result<T>): T {
  if (result.ok) return result.value
  throw new Error(`${result.error.code}: ${result.error.message}`)
}

export function errorOf(result: Result<unknown>): Problem {
  if (result.ok) throw new Error('it succeeded')
  return result.error
}

/** Resolves with the next such event, once `wanted` says so. */
export function heard<E extends keyof ServerToClient>(client: Client, event: E, wanted: (payload: Parameters<ServerToClient[E]>[0]) => boolean = () => true): Promise<Parameters<ServerToClient[E]>[0]> {
  return new Promise((resolve) => {
    const emitter = client as unknown as { on(event: string, listener: (payload: Parameters<ServerToClient[E]>[0]) => void): void; off(event: string, listener: unknown): void }
    const listener = (payload: Parameters<ServerToClient[E]>[0]): void => {
      if (!wanted(payload)) return
      emitter.off(event, listener)
      resolve(payload)
    }
    emitter.on(event, listener)
  })
}

export function connected(client: Client): Promise<void> {
  return new Promise((resolve, reject) => {
    if (client.connected) return resolve()
    client.once('connect', resolve)
    client.once('connect_error', reject)
  })
}

export function disconnected(client: Client): Promise<string> {
  return new Promise((resolve) => (client.disconnected && !client.active ? resolve('already') : client.once('disconnect', (reason) => resolve(reason))))
}

/** What a batch brings beyond `last`: viewers ignore what they have. Throws when it does not join on. */
export function fresh(last: number, batch: readonly SessionEvent[]): SessionEvent[] {
  const first = batch[0]?.seq ?? last + 1
  if (first > last + 1) throw new Error(`a gap: ${first} after ${last}`)
  return batch.filter((event) => event.seq > last)
}

/** A viewer that keeps every event in the order received and can wait for one. */
export class Recorder {
  readonly events: SessionEvent[] = []
  readonly #client: Client
  #after = 0
  readonly #waiting: { done: (events: SessionEvent[]) => boolean; resolve: () => void }[] = []

  constructor(client: Client, sessionId: SessionId) {
    this.#client = client
    const after = (): number => this.#after
    client.on('session:events', (batch) => {
      if (batch.sessionId !== sessionId) return
      this.events.push(...fresh(this.events.at(-1)?.seq ?? after(), decodeEvents(Buffer.from(batch.packed, 'base64'))))
      for (const waiter of [...this.#waiting]) if (waiter.done(this.events)) waiter.resolve()
    })
  }
  subscribe(sessionId: SessionId, after = 0): Promise<Result<Subscribed>> {
    this.#after = after
    return this.#client.emitWithAck('session:subscribe', { sessionId, after })
  }
  until(done: (events: SessionEvent[]) => boolean): Promise<void> {
    if (done(this.events)) return Promise.resolve()
    return new Promise((resolve) => this.#waiting.push({ done, resolve }))
  }
  seqs(): number[] { return this.events.map((event) => event.seq) }
}
