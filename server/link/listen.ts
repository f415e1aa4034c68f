/** Web's end of the link: listens on the Unix socket that the runner dials, and is the `Vantage` the rest of web talks to. */
import { EventEmitter } from 'node:events'
import { chmod, unlink } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { LINK_VERSION, LinkReply, type LinkRequest } from '#lib/protocol/link.ts'
import { fail, ok, type Result } from '#lib/protocol/result.ts'
import type { VantageFacts } from '#lib/protocol/vantage.ts'
import { createCalls, OFFLINE } from './calls.ts'
import { openChannel, type Channel } from './channel.ts'
import { clearStaleSocket } from './socket-path.ts'
import type { RunOutput, RunRequest, Vantage } from './vantage.ts'

/** How long web waits for each kind of answer, ms. `silence`: nothing at all from a runner that should pulse every 5 s. */
export interface LinkTimeouts { hello: number; resolve: number; check: number; start: number; silence: number }
const TIMEOUTS: LinkTimeouts = { hello: 5_000, resolve: 3_500, check: 20_000, start: 5_000, silence: 20_000 }

interface Events {
  output: [RunOutput]
  state: []
  clock: [{ deltaMs: number; atMs: number }]
  pulse: [{ atMs: number; loopLagMs: number; runs: number }]
}

export interface ListenOptions {
  /** Unix socket, in a folder only this account can enter. A stale file is replaced. */
  path: string
  /** One line for the server's log. */
  log(line: string): void
  timeouts?: Partial<LinkTimeouts>
}

/** Listens for the runner. Fails with `conflict` when another server already listens there, `internal` when the socket cannot be made. */
export async function listenForRunner(options: ListenOptions): Promise<Result<Vantage>> {
  const cleared = await clearStaleSocket(options.path)
  if (!cleared.ok) return cleared
  const vantage = new LocalVantage(options)
  const server = createServer((socket) => vantage.accept(socket))
  server.maxConnections = 4
  const listening = await new Promise<Error | null>((resolve) => {
    server.once('error', resolve)
    server.listen(options.path, () => resolve(null))
  })
  if (listening !== null) return fail({ code: 'internal', message: `The link's socket ${options.path} cannot be made: ${listening.message}. Check the owner and mode of its folder.` })
  await chmod(options.path, 0o600)
  vantage.attach(server)
  return ok(vantage)
}

class LocalVantage implements Vantage {
  readonly #events = new EventEmitter<Events>()
  readonly #calls = createCalls()
  readonly #options: ListenOptions
  readonly #timeouts: LinkTimeouts
  readonly #sockets = new Set<Socket>()
  #server: Server | null = null
  #current: { channel: Channel<LinkRequest>; facts: VantageFacts } | null = null
  /** The last facts known; kept while offline so that the page can still say what the vantage was. */
  #facts: VantageFacts | null = null

  constructor(options: ListenOptions) {
    this.#options = options
    this.#timeouts = { ...TIMEOUTS, ...options.timeouts }
  }

  attach(server: Server): void { this.#server = server }
  online(): boolean { return this.#current !== null }
  facts(): VantageFacts | null { return this.#facts }

  on(event: keyof Events, listener: (...args: never[]) => void): void {
    this.#events.on(event, asListener(listener))
  }

  async resolve(host: string): ReturnType<Vantage['resolve']> {
    const answer = await this.#calls.ask({ timeoutMs: this.#timeouts.resolve, what: 'looking a name up', send: (call) => this.#send({ type: 'resolve', call, host }) })
    if (!answer.ok) return answer
    return answer.value.type === 'resolved' ? ok(answer.value.resolution) : wrongAnswer()
  }

  async check(): ReturnType<Vantage['check']> {
    const answer = await this.#calls.ask({ timeoutMs: this.#timeouts.check, what: 'self-test', send: (call) => this.#send({ type: 'check', call }) })
    if (!answer.ok) return answer
    return answer.value.type === 'facts' ? ok(answer.value.facts) : wrongAnswer()
  }

  async start(run: RunRequest): Promise<Result<null>> {
    const answer = await this.#calls.ask({ timeoutMs: this.#timeouts.start, what: 'starting a run', send: (call) => this.#send({ type: 'start', call, ...run }) })
    if (answer.ok) return answer.value.type === 'accepted' && answer.value.runId === run.runId ? ok(null) : wrongAnswer()
    // No answer in time: the runner may start it yet, and a run that nobody records must not go on.
    if (answer.error.code === 'vantage-offline') this.#send({ type: 'stop', runId: run.runId, by: 'hopscope' })
    return answer
  }

  stop(runId: RunRequest['runId'], by: string): void { this.#send({ type: 'stop', runId, by: by.slice(0, 64) }) }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.end()
    this.#current?.channel.close('Hopscope is stopping.')
    await new Promise<void>((resolve) => (this.#server === null ? resolve() : this.#server.close(() => resolve())))
    await unlink(this.#options.path).catch(() => undefined)
  }

  /** A connection is nobody's until it has said hello in our version; then it replaces the one before. */
  accept(socket: Socket): void {
    this.#sockets.add(socket)
    let greeted = false
    const silence = setTimeout(() => {
      this.#options.log(greeted ? `link: nothing from the runner for ${this.#timeouts.silence / 1000} s, closing` : 'link: a connection said nothing, closing')
      socket.destroy()
    }, this.#timeouts.hello)
    const channel: Channel<LinkRequest> = openChannel<LinkReply, LinkRequest>({
      socket,
      decoder: LinkReply,
      onFrame: (frame) => {
        if (!greeted) {
          greeted = this.#greet(channel, frame)
          if (greeted) { clearTimeout(silence); socket.setTimeout(this.#timeouts.silence, () => socket.destroy()) }
        } else if (this.#current?.channel === channel) this.#receive(frame)
      },
      onClose: (reason) => {
        clearTimeout(silence)
        this.#sockets.delete(socket)
        this.#lost(channel, reason)
      },
    })
    channel.send({ type: 'hello', version: LINK_VERSION })
  }

  #greet(channel: Channel<LinkRequest>, frame: LinkReply): boolean {
    if (frame.type !== 'hello') { channel.close('The runner did not say hello first.'); return false }
    if (frame.version !== LINK_VERSION) {
      this.#options.log(`link: the runner speaks version ${frame.version} and this server version ${LINK_VERSION}; restart both from the same release`)
      channel.close(`It speaks link version ${frame.version}, we speak ${LINK_VERSION}.`)
      return false
    }
    const before = this.#current
    if (before !== null) { this.#lost(before.channel, 'A newer runner took its place.'); before.channel.close('A newer runner took your place.') }
    this.#current = { channel, facts: frame.facts }
    this.#facts = frame.facts
    this.#events.emit('state')
    return true
  }

  #receive(frame: LinkReply): void {
    switch (frame.type) {
      case 'events':
        this.#events.emit('output', { runId: frame.runId, sessionId: frame.sessionId, events: frame.events, transcript: Buffer.from(frame.transcript, 'base64') })
        return
      case 'facts':
        this.#facts = frame.facts
        this.#events.emit('state')
        if (frame.call !== null) this.#calls.settle({ ...frame, call: frame.call })
        return
      case 'clock': this.#events.emit('clock', { deltaMs: frame.deltaMs, atMs: frame.atMs }); return
      case 'pulse': this.#events.emit('pulse', { atMs: frame.atMs, loopLagMs: frame.loopLagMs, runs: frame.runs }); return
      case 'hello': return
      default: this.#calls.settle(frame)
    }
  }

  #lost(channel: Channel<LinkRequest>, reason: string): void {
    if (this.#current?.channel !== channel) return
    this.#current = null
    this.#options.log(`link: the runner is offline. ${reason}`)
    this.#calls.failAll()
    this.#events.emit('state')
  }

  #send(frame: LinkRequest): boolean { return this.#current?.channel.send(frame) ?? false }
}

/** `Vantage.on` types each listener for its event; the emitter's generic signature cannot express the overloads. */
function asListener(listener: (...args: never[]) => void): (...args: unknown[]) => void {
  return listener as (...args: unknown[]) => void
}

function wrongAnswer(): Result<never> {
  return fail({ code: 'internal', message: 'The vantage gave an answer of another kind than asked. This is a bug in Hopscope; its log has the details.' })
}

export { OFFLINE }
