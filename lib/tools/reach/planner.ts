/** What a reach run does next: a look at TLS and HTTP, its redirects, who stands in the way, then connection after connection until the next look. */
import type { EventOf, Observed } from '#lib/protocol/events.ts'
import type { News, ParserContext, Planned, Step, StepEnd } from '../tool.ts'
import { LOCAL, readBlame, UNKNOWN, type Blamed } from './blame.ts'
import { reachAddresses, reachDepth, reachPort, type Depth } from './depth.ts'
import type { ConnectState } from './events.ts'
import type { ReachOptions } from './options.ts'
import { RecordReader, type HttpRecord, type TlsRecord } from './records.ts'
import { Redirects, type Follow } from './redirects.ts'
import { blameStep, checkArgs, probeStep, tcpArgs } from './steps.ts'
import type { TcpLine } from './lines.ts'
import { urlText, type HttpUrl } from './url.ts'

/** What is known of one address. */
export interface Known {
  address: string
  sent: number
  open: number
  last: (Pick<TcpLine, 'n' | 'state' | 'ms'> & { line: number }) | null
  blame: Blamed | null
  /** The trouble that was asked about last. */
  asked: ConnectState | null
}

type Own<T> = T extends unknown ? Omit<T, 'kind' | 'runId' | 'seq' | 'atMs'> : never
type HttpTold = Own<EventOf<'reach.http'>>

/** A chunk without looks in between. */
const CHUNK_MS = 3_600_000

export class ReachPlanner {
  readonly #context: ParserContext<ReachOptions>
  readonly #port: number
  readonly #depth: Depth
  readonly #known: Map<string, Known>
  readonly #redirects: Redirects
  #stage: 'look' | 'follow' | 'blame' | 'tcp' = 'look'
  #lookedAtMs: number | null = null
  #sentAtMs = 0
  /** Highest number of a connection, and what it was before the current step. */
  #n = 0
  #before = 0
  #step: Step | null = null
  #reader = new RecordReader()
  #follows: Follow[] = []
  /** By address, of the current step: why its TLS would be refused; and whose answer came. */
  #tlsReasons = new Map<string, string | null>()
  #answered = new Set<string>()
  #line = 1
  #remark: string | null = null
  #fatal: string | null = null

  constructor(context: ParserContext<ReachOptions>) {
    const { options, target } = context
    this.#context = context
    this.#port = reachPort(options, target)
    this.#depth = reachDepth(options, this.#port)
    this.#known = new Map(reachAddresses(target).map((address) => [address, { address, sent: 0, open: 0, last: null, blame: null, asked: null }]))
    this.#redirects = new Redirects(context)
  }

  /** For the verdict. */
  get told(): { port: number; addresses: Known[]; fatal: string | null; remark: string | null } {
    return { port: this.#port, addresses: [...this.#known.values()], fatal: this.#fatal, remark: this.#remark }
  }

  next(news: News, nowMs: number): Planned {
    switch (news.kind) {
      case 'begin':
      case 'waited': return this.#round(nowMs)
      case 'pinned': return this.#follow(news.answers, nowMs)
      case 'ran': return this.#stage === 'look' || this.#stage === 'follow' ? this.#redirected(nowMs) : this.#stage === 'tcp' ? this.#blame(nowMs, []) : this.#pause(nowMs, [])
    }
  }

  began(step: Step): void {
    this.#step = step
    this.#reader = new RecordReader()
    this.#tlsReasons.clear()
    this.#answered.clear()
  }

  ended(step: Step, how: StepEnd, nowMs: number): Observed[] {
    this.#step = null
    if (how.kind === 'stopped') return []
    if (step.binary === 'traceroute') return this.#blameEnded(step, nowMs)
    const said = how.kind === 'absent' ? how.message : null
    const follow = this.#follows.find((one) => one.step === step)
    if (follow) return this.#unanswered(follow, said ?? 'The probe said nothing of it.', nowMs)
    if (said === null && this.#n > this.#before) return []
    return this.#gaveUp(said ?? `The probe ended without a word${this.#remark === null ? '.' : `: ${this.#remark}`}`, how, nowMs)
  }

  /** One line of the current step's output. */
  line(text: string, line: number, nowMs: number): { understood: boolean; events: Observed[] } {
    this.#line = line
    if (this.#step?.binary === 'traceroute') return this.#blameLine(this.#step, text, nowMs)
    const record = this.#reader.read(text)
    if (record === null) this.#remark = text.slice(0, 200)
    if (record === null || record.kind === 'part') return { understood: record !== null, events: [] }
    if (record.kind === 'tcp') return { understood: true, events: this.#connected(record) }
    return { understood: true, events: record.kind === 'tls' ? this.#shaken(record, nowMs) : this.#answer(record, nowMs) }
  }

  #round(nowMs: number): Planned {
    if (this.#isOver()) return { move: { kind: 'done' }, events: [] }
    const { options, target } = this.#context
    const addresses = [...this.#known.keys()]
    const place = { port: this.#port, addresses, first: this.#n + 1 }
    const isLook = this.#depth !== 'tcp' && (this.#lookedAtMs === null || nowMs >= this.#lookedAtMs + options.checkS * 1000)
    this.#before = this.#n
    if (this.#depth !== 'tcp' && isLook) {
      this.#stage = 'look'
      this.#lookedAtMs = nowMs
      this.#redirects.reset()
      return run([probeStep(checkArgs(options, { ...place, depth: this.#depth, name: target.host, path: '/', hop: 0 }), addresses)], [])
    }
    this.#stage = 'tcp'
    return run([probeStep(tcpArgs(options, { ...place, count: this.#chunk(nowMs) }), addresses)], [])
  }

  #isOver(): boolean {
    const { count } = this.#context.options
    return this.#fatal !== null || this.#known.size === 0 || (count !== null && this.#n >= count)
  }

  /** Connections until the next look, or until there are enough. */
  #chunk(nowMs: number): number {
    const { count, intervalMs, checkS } = this.#context.options
    // A clock that was set back must not put the next look off.
    const spanMs = this.#lookedAtMs === null ? CHUNK_MS : Math.min(checkS * 1000, this.#lookedAtMs + checkS * 1000 - nowMs)
    const most = Math.max(1, Math.ceil(spanMs / intervalMs))
    return count === null ? most : Math.min(most, count - this.#n)
  }

  #redirected(nowMs: number): Planned {
    const { events, hosts, done } = this.#redirects.decide(nowMs)
    if (done) return this.#blame(nowMs, events)
    if (hosts.length > 0) return { move: { kind: 'pin', hosts }, events }
    const planned = this.#follow(new Map(), nowMs)
    return { ...planned, events: [...events, ...planned.events] }
  }

  #follow(answers: Extract<News, { kind: 'pinned' }>['answers'], nowMs: number): Planned {
    const { events, follows } = this.#redirects.follow(answers, nowMs)
    this.#follows = follows
    if (follows.length === 0) return this.#blame(nowMs, events)
    this.#stage = 'follow'
    return run(follows.map(({ step }) => step), events)
  }

  /** Asks once per change who stands in the way of an address. */
  #blame(nowMs: number, events: Observed[]): Planned {
    this.#follows = []
    if (this.#fatal !== null) return { move: { kind: 'done' }, events }
    const steps: Step[] = []
    const told = [...events]
    for (const known of this.#known.values()) {
      const { last, asked, address } = known
      if (last === null || last.state === asked) continue
      known.asked = last.state
      known.blame = null
      if (last.state === 'open' || last.state === 'error') continue
      if (last.ms === null) told.push(this.#blamed(known, LOCAL, last.line, nowMs))
      else steps.push(blameStep(address, this.#port))
    }
    if (steps.length === 0) return this.#pause(nowMs, told)
    this.#stage = 'blame'
    return run(steps, told)
  }

  #pause(nowMs: number, events: Observed[]): Planned {
    if (this.#isOver()) return { move: { kind: 'done' }, events }
    const { intervalMs } = this.#context.options
    const ms = Math.min(intervalMs, this.#sentAtMs + intervalMs - nowMs)
    if (ms > 0) return { move: { kind: 'wait', ms }, events }
    const planned = this.#round(nowMs)
    return { ...planned, events: [...events, ...planned.events] }
  }

  #connected(record: TcpLine): Observed[] {
    const { sentAtMs, address, port, n, state, ms, code } = record
    const known = this.#known.get(address)
    // The connection of a redirect is a phase of its request.
    if (!known || this.#stage === 'follow' || port !== this.#port) return []
    known.sent++
    if (state === 'open') known.open++
    if (known.last === null || n > known.last.n) known.last = { n, state, ms, line: this.#line }
    this.#n = Math.max(this.#n, n)
    this.#sentAtMs = Math.max(this.#sentAtMs, sentAtMs)
    return [{ kind: 'reach.connect', runId: this.#context.runId, line: this.#line, address, port, n, sentAtMs, state, ms, code, atMs: toMicro(sentAtMs + (ms ?? 0)) }]
  }

  #shaken({ hop, chain, ...record }: TlsRecord, nowMs: number): Observed[] {
    this.#tlsReasons.set(record.address, record.reason)
    const { address, port, serverName, shaken, ms, version, cipher, alpn, reason, reasonText } = record
    return [{ kind: 'reach.tls', runId: this.#context.runId, line: this.#line, address, port, ...(hop === 0 ? {} : { hop }), serverName, shaken, ms, version, cipher, alpn, reason, reasonText, chain, atMs: nowMs }]
  }

  #answer(record: HttpRecord, nowMs: number): Observed[] {
    const follow = this.#follows.find(({ step }) => step === this.#step)
    const { address, hop } = record
    if (hop !== (follow?.hop ?? 0)) return []
    this.#answered.add(address)
    const begins = follow?.begins(address) ?? [address]
    this.#redirects.saw(record, { begins, url: follow?.url ?? this.#ownUrl(), line: this.#line })
    const { port, url, status, location, server, connectMs, tlsMs, firstByteMs, problem } = record
    const dnsMs = follow ? follow.dnsMs : this.#context.target.resolveMs ?? null
    const tlsReason = this.#tlsReasons.get(address)
    return [this.#http({ line: this.#line, address, port, hop, ...(follow ? { begins } : {}), url, status, location, server, phases: { dnsMs, connectMs, tlsMs, firstByteMs }, problem, ...(tlsReason === undefined ? {} : { tlsReason }) }, nowMs)]
  }

  #http(told: HttpTold, nowMs: number): Observed {
    return { kind: 'reach.http', runId: this.#context.runId, ...told, atMs: nowMs }
  }

  #ownUrl(): HttpUrl {
    return { scheme: this.#depth === 'http' ? 'http' : 'https', host: this.#context.target.host, port: this.#port, path: '/' }
  }

  #unanswered({ url, hop, addresses, dnsMs, begins }: Follow, problem: string, nowMs: number): Observed[] {
    const nothing = { status: null, location: null, server: null, phases: { dnsMs, connectMs: null, tlsMs: null, firstByteMs: null }, problem }
    return addresses.filter((address) => !this.#answered.has(address)).map((address) =>
      this.#http({ line: this.#line, address, port: url.port, hop, begins: begins(address), url: urlText(url), ...nothing }, nowMs))
  }

  #gaveUp(text: string, how: StepEnd, nowMs: number): Observed[] {
    this.#fatal = text
    return [{ kind: 'reach.fatal', runId: this.#context.runId, line: this.#line, error: how.kind === 'absent' ? 'absent' : 'probe', text, atMs: nowMs }]
  }

  #blameLine(step: Step, text: string, nowMs: number): { understood: boolean; events: Observed[] } {
    const known = this.#known.get(step.to?.[0] ?? '')
    const blamed = known?.last ? readBlame(text, known.last.state) : null
    if (known && blamed) return { understood: true, events: [this.#blamed(known, blamed, this.#line, nowMs)] }
    return { understood: text.trim() === '' || /^traceroute6? to /.test(text), events: [] }
  }

  #blameEnded({ to }: Step, nowMs: number): Observed[] {
    const known = this.#known.get(to?.[0] ?? '')
    return known && known.blame === null ? [this.#blamed(known, UNKNOWN, this.#line, nowMs)] : []
  }

  #blamed(known: Known, blamed: Blamed, line: number, nowMs: number): Observed {
    known.blame = blamed
    return { kind: 'reach.blame', runId: this.#context.runId, line, address: known.address, port: this.#port, ...blamed, atMs: nowMs }
  }
}

const run = (steps: readonly Step[], events: Observed[]): Planned => ({ move: { kind: 'run', steps }, events })

/** Sums of doubles would not be decimals again. */
const toMicro = (ms: number): number => Math.round(ms * 1000) / 1000
