/** What a names run knows while it goes on: whom it may ask, what it heard in this round, and the events that nobody has taken yet. */
import type { EventBody, Observed } from '#lib/protocol/events.ts'
import type { NameSetup, News, ParserContext, Step, StepEnd, Move } from '../../tool.ts'
import type { DnsPurpose, DnsRole } from '../events.ts'
import type { DnsOptions } from '../options.ts'
import { questionOf, type Question } from '../question.ts'
import type { DnsReply } from '../reply.ts'
import { isNoReply } from '../status.ts'

/** A server that policy lets us ask. */
export interface Server {
  id: string
  address: string
  port: number
  role: DnsRole
  name: string | null
  from: string
  /** A name server of the zone, whatever else it is. */
  ofZone: boolean
}

export interface Heard { server: Server; purpose: DnsPurpose; name: string; type: string; reply: DnsReply }

/** One program at work: takes its lines, and tells what they mean. */
export interface Task {
  step: Step
  /** False: the line is not understood. */
  line(text: string, line: number): boolean
  ended(how: StepEnd, line: number): void
}

/** Part of the course of a run: gives moves, is given what became of them. */
export type Course<T> = Generator<Move, T, News>

/** Own servers, upstreams, chosen and public ones, and those of the zone, all together. */
export const SERVERS_MAX = 24

export class RunState {
  readonly context: ParserContext<DnsOptions>
  readonly question: Question
  readonly setup: NameSetup
  /** In the order of the matrix. Refused ones are not here. */
  readonly servers: Server[] = []
  /** Ids of all that were told, refused ones too. */
  readonly told = new Set<string>()
  readonly tasks = new Map<Step, Task>()
  round = 0
  nowMs = 0
  line = 1
  /** Apex of the zone, once its servers have been looked for. */
  apex: string | null = null
  zoneTries = 0
  /** Answers of this round, in the order of the servers as far as one group goes. */
  heard: Heard[] = []
  /** Addresses that getent gave in this round. */
  osAddresses: readonly string[] = []
  asked = 0
  answered = 0
  osFound = false
  /** A dig has been started at least once. */
  digRan = false
  /** Why no dig can be started. */
  digMissing: string | null = null
  /** What dig said in place of asking. */
  remark: string | null = null
  /** Other programs that are not there, and why. */
  readonly absent = new Map<string, string>()
  #events: Observed[] = []

  constructor(context: ParserContext<DnsOptions>, setup: NameSetup) {
    this.context = context
    this.setup = setup
    this.question = questionOf(context.options, context.target)
  }

  tell(event: EventBody): void {
    this.#events.push({ ...event, atMs: this.nowMs })
  }

  drain(): Observed[] {
    const events = this.#events
    this.#events = []
    return events
  }

  hear(heard: Heard, line: number): void {
    this.count(heard.reply)
    this.heard.push(heard)
    const { server, purpose, name, type, reply } = heard
    this.tell({ kind: 'dns.answer', runId: this.context.runId, line, round: this.round, server: server.id, purpose, name, type, reply })
  }

  count({ status }: DnsReply): void {
    this.asked++
    if (!isNoReply(status)) this.answered++
  }

  /** A dig was not started: there is none, or policy changed its mind about this server meanwhile, which is then asked no more. */
  notStarted(address: string, port: number, why: string): void {
    if (!this.digRan) this.digMissing ??= why
    const at = this.servers.findIndex((server) => server.address === address && server.port === port)
    const [gone] = at < 0 || !this.digRan ? [] : this.servers.splice(at, 1)
    if (gone === undefined) return
    const { id: server, role, name, from } = gone
    this.tell({ kind: 'dns.server', runId: this.context.runId, server, address, port, role, name, from, refused: why })
  }

  /** Answers of the matrix in this round, in the order of the servers. */
  matrix(): Heard[] {
    const place = new Map(this.servers.map((server, at) => [server, at]))
    return this.heard.filter(({ purpose }) => purpose === 'matrix').sort((a, b) => (place.get(a.server) ?? 0) - (place.get(b.server) ?? 0))
  }

  /** The first that answers questions of anybody (be it that the answer was cut, and the rest did not come): what comes up on the way is asked there. Null: none in this round. */
  resolver(): Server | null {
    const answers = this.matrix().filter(({ server, reply }) => server.role !== 'authority' && (!isNoReply(reply.status) || reply.truncated))
    return (answers.find(({ reply }) => reply.status === 'NOERROR' || reply.status === 'NXDOMAIN') ?? answers[0])?.server ?? null
  }
}
