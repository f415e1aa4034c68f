/** A vantage in memory: answers look-ups from a table and plays the runs that a test dictates. No process, no packet. */
import { EventEmitter } from 'node:events'
import type { Observed } from '#lib/protocol/events.ts'
import type { RunId } from '#lib/protocol/ids.ts'
import type { Outcome } from '#lib/protocol/outcome.ts'
import { fail, ok, type Problem, type Result } from '#lib/protocol/result.ts'
import type { Resolution } from '#lib/protocol/link.ts'
import type { VantageFacts } from '#lib/protocol/vantage.ts'
import type { RunOutput, RunRequest, Vantage } from '#server/link/vantage.ts'

export const FACTS: VantageFacts = {
  name: 'bastion-1', hostname: 'bastion-1.example.internal', addresses: ['10.1.2.3'], kernel: '6.18', node: '24', user: 'hopscope', uid: 999,
  capabilities: ['cap_net_raw'], noNewPrivileges: true, checkedAtMs: 1,
  tools: [
    { tool: 'ping', state: 'ready', path: '/usr/bin/ping', version: 'iputils 20221126', message: 'Works.' },
    { tool: 'mtr', state: 'ready', path: '/usr/bin/mtr', version: '0.95', message: 'Works.' },
    { tool: 'pmtu', state: 'ready', path: '/usr/bin/ping', version: 'iputils 20221126', message: 'Works.' },
    { tool: 'traceroute', state: 'ready', path: '/usr/bin/traceroute', version: '2.1.2', message: 'Works.' },
    { tool: 'pathping', state: 'ready', path: '/usr/bin/traceroute', version: '2.1.2', message: 'Works.' },
    { tool: 'dns', state: 'ready', path: '/usr/bin/dig', version: '9.18.41', message: 'Works.' },
    { tool: 'nslookup', state: 'ready', path: '/usr/bin/nslookup', version: '9.18.41', message: 'Works.' },
    { tool: 'reach', state: 'ready', path: '/usr/bin/node', version: '1', message: 'Works.' },
  ],
}

const FINISHED: Outcome = { kind: 'finished', code: 'exit', message: 'ping ran to its end.', exitCode: 0 }

export class FakeVantage implements Vantage {
  readonly started: RunRequest[] = []
  readonly stopped: { runId: RunId; by: string }[] = []
  readonly resolved: string[] = []
  readonly names = new Map<string, string[]>([['db-1.example.internal', ['10.0.0.5']], ['dual.example.com', ['192.0.2.7', '2001:db8::7']], ['meta.example.com', ['192.0.2.8', '169.254.169.254']]])
  /** What `start` answers; null: accepted. */
  refusal: Problem | null = null
  /** End a run at once when it is asked to stop. */
  obedient = true
  #facts: VantageFacts | null = FACTS
  #online = true
  #line = new Map<RunId, number>()
  readonly #events = new EventEmitter()

  online(): boolean { return this.#online }
  facts(): VantageFacts | null { return this.#facts }
  async resolve(host: string): Promise<Result<Resolution>> {
    this.resolved.push(host)
    if (!this.#online) return fail({ code: 'vantage-offline', message: 'The vantage is not connected.' })
    const addresses = this.names.get(host)
    if (addresses === undefined) return fail({ code: 'target-unresolved', field: 'target', message: `${host} does not exist.` })
    return ok({ host, addresses: addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })), by: 'hosts file', ms: 1 })
  }
  async check(): Promise<Result<VantageFacts>> { return ok(FACTS) }
  async start(run: RunRequest): Promise<Result<null>> {
    if (this.refusal !== null) return fail(this.refusal)
    this.started.push(run)
    this.say(run.runId, [{ kind: 'run.started', runId: run.runId, argv: ['/usr/bin/ping', '--', run.target.address], pid: 4242, user: 'hopscope', deadlineMs: 86_400_000, atMs: Date.now() }])
    return ok(null)
  }
  stop(runId: RunId, by: string): void {
    this.stopped.push({ runId, by })
    if (this.obedient) this.end(runId, { kind: 'stopped', code: 'signal', message: `${by} stopped it.`, by })
  }
  on(event: string, listener: (...args: never[]) => void): void {
    this.#events.on(event, listener as (...args: unknown[]) => void)
  }
  async close(): Promise<void> { this.#events.removeAllListeners() }

  /** Reports events of a run, with output if given. */
  say(runId: RunId, events: Observed[], text = ''): void {
    const run = this.started.find((one) => one.runId === runId)
    if (run === undefined) throw new Error('no such run was started')
    const output: RunOutput = { runId, sessionId: run.sessionId, events, transcript: Buffer.from(text) }
    this.#events.emit('output', output)
  }
  /** One reply of ping, numbered on. */
  reply(runId: RunId, rttMs = 1): void {
    const line = (this.#line.get(runId) ?? 1) + 1
    this.#line.set(runId, line)
    const run = this.started.find((one) => one.runId === runId)
    const text = `64 bytes from ${run?.target.address ?? ''}: icmp_seq=${line - 1} ttl=64 time=${rttMs} ms\r\n`
    this.say(runId, [{ kind: 'ping.reply', runId, line, probe: line - 1, rttMs, ttl: 64, bytes: 64, atMs: Date.now() }], text)
  }
  end(runId: RunId, outcome: Outcome = FINISHED): void {
    this.say(runId, [{ kind: 'run.ended', runId, outcome, atMs: Date.now() }])
  }
  setOnline(online: boolean): void {
    this.#online = online
    this.#events.emit('state')
  }
  setFacts(facts: VantageFacts | null): void {
    this.#facts = facts
    this.#events.emit('state')
  }
  pulse(): void { this.#events.emit('pulse', { atMs: Date.now(), loopLagMs: 2, runs: 0 }) }
  clock(deltaMs: number): void { this.#events.emit('clock', { deltaMs, atMs: Date.now() }) }
}
