/** Drives a names run through a make-believe world as the runner does: pins, programs, waiting, a stop. */
import type { EventBody, Observed } from '#lib/protocol/events.ts'
import { RunId } from '#lib/protocol/ids.ts'
import type { Outcome } from '#lib/protocol/outcome.ts'
import { fail, ok } from '#lib/protocol/result.ts'
import type { PinnedTarget } from '#lib/protocol/target.ts'
import { dns } from '#lib/tools/dns/index.ts'
import { DNS, type DnsOptions } from '#lib/tools/dns/options.ts'
import type { Move, NameSetup, News, Parser, ParserContext, Planner, Step, StepEnd } from '#lib/tools/tool.ts'
import { digSays, queriesOf, type Answer, type Query } from './dig-says.ts'

export const RUN = RunId.parse('AAAAAAAAAAAAAAAA')
export const NOW = 1_795_346_700_000

export function contextOf(some: Record<string, unknown> = {}, target: Partial<PinnedTarget> = {}): ParserContext<DnsOptions> {
  const options = DNS.decode({ rounds: 1, ...some })
  if (!options.ok) throw new Error(options.error.message)
  return { runId: RUN, target: { host: 'www.corp.example', address: '192.0.2.10', family: 4, addresses: ['192.0.2.10'], ...target }, options: options.value }
}

export const SETUP: NameSetup = {
  servers: [{ address: '10.0.0.53', file: '/etc/resolv.conf', line: 2 }], upstream: [], search: [], ndots: 1,
  services: ['files', 'dns'], servicesFrom: { file: '/etc/nsswitch.conf', line: 12 }, hosts: [],
}

export type Absent = { absent: string }

export interface World {
  setup?: Partial<NameSetup>
  dns?(query: Query, round: number): Answer | Absent
  /** Lines of getent; a number: its exit code and no line. */
  getent?(name: string, round: number): readonly string[] | number | Absent
  /** Word of the probe behind the address: `open 1.2 -`. */
  reach?(address: string): string | Absent
  /** Why policy refuses this address; null: it does not. */
  refuses?(address: string): string | null
  /** What a step takes, ms. */
  takesMs?: number
  /** The run is stopped when the n-th step has written this share of its output. */
  stop?: { step: number; share: number }
}

export interface Driven {
  context: ParserContext<DnsOptions>
  events: Observed[]
  moves: Move[]
  steps: Step[]
  /** What dig was asked, in order. */
  queries: Query[]
  outcome: Outcome
  transcript: string
  parser: Parser
}

interface Drive extends Driven { world: World; plan: Planner; nowMs: number; round: number; stopped: boolean; cut: (bytes: Uint8Array) => Uint8Array[] }

/** At most this many moves: a course that does not end is a bug. */
const MOVES_MAX = 3000

export function drive(world: World, context = contextOf(), cut: Drive['cut'] = (bytes) => [bytes]): Driven {
  const parser = dns.parser(context)
  if (parser.plan === undefined) throw new Error('no plan')
  const state: Drive = {
    context, events: [], moves: [], steps: [], queries: [], outcome: { kind: 'stopped', code: 'stopped', message: '' }, transcript: '', parser,
    world, plan: parser.plan, nowMs: NOW, round: 1, stopped: false, cut,
  }
  let news: News | null = { kind: 'begin', names: { ...SETUP, ...world.setup } }
  while (news !== null && !state.stopped) {
    const { move, events } = state.plan.next(news, state.nowMs)
    state.events.push(...events)
    state.moves.push(move)
    if (state.moves.length > MOVES_MAX) throw new Error('the course does not end')
    news = move.kind === 'done' ? null : make(state, move)
  }
  state.events.push(...parser.end(state.nowMs))
  if (!state.stopped) state.outcome = parser.verdict({ code: 0, signal: null })
  return state
}

function make(state: Drive, move: Exclude<Move, { kind: 'done' }>): News {
  switch (move.kind) {
    case 'pin': return { kind: 'pinned', answers: new Map(move.hosts.map((host) => [host, pin(state.world, host)])) }
    case 'wait': {
      state.nowMs += move.ms
      state.round++
      return { kind: 'waited' }
    }
    case 'run': {
      for (const step of move.steps) if (!state.stopped) runStep(state, step)
      return { kind: 'ran' }
    }
  }
}

function pin({ refuses }: World, host: string): ReturnType<typeof ok<PinnedTarget>> | ReturnType<typeof fail> {
  const why = refuses?.(host) ?? null
  return why === null ? ok({ host, address: host, family: host.includes(':') ? 6 : 4, addresses: [host] }) : fail({ code: 'target-refused', message: why })
}

function runStep(state: Drive, step: Step): void {
  const { world: { stop }, plan } = state
  state.steps.push(step)
  const said = says(state, step)
  state.nowMs += state.world.takesMs ?? 5
  if ('absent' in said) {
    plan.began(step, state.nowMs)
    state.events.push(...plan.ended(step, { kind: 'absent', message: said.absent }, state.nowMs))
    return
  }
  state.stopped = stop?.step === state.steps.length
  const text = stop && state.stopped ? said.text.slice(0, Math.floor(said.text.length * stop.share)) : said.text
  const how: StepEnd = state.stopped ? { kind: 'stopped' } : { kind: 'ended', exit: { code: said.code, signal: null } }
  plan.began(step, state.nowMs)
  push(state, `$ /usr/bin/${step.binary} ${step.args.join(' ')}\n`)
  push(state, text)
  if (text !== '' && !text.endsWith('\n')) push(state, '\n')
  state.events.push(...plan.ended(step, how, state.nowMs))
}

function push(state: Drive, text: string): void {
  state.transcript += text
  for (const piece of state.cut(new TextEncoder().encode(text))) state.events.push(...state.parser.push(piece, state.nowMs))
}

function says(state: Drive, { binary, args }: Step): { text: string; code: number } | Absent {
  const { world, round } = state
  if (binary === 'getent') {
    const lines = world.getent?.(args[1] ?? '', round) ?? 2
    if (typeof lines === 'number') return { text: '', code: lines }
    return 'absent' in lines ? lines : { text: lines.map((line) => `${line}\n`).join(''), code: 0 }
  }
  if (binary === 'hopscope-reach') {
    const words = args.slice(args.indexOf('--') + 1).map((address) => [address, world.reach?.(address) ?? 'open 1.5 -'] as const)
    const gone = words.map(([, word]) => word).find((word) => typeof word !== 'string')
    return gone ?? { text: words.map(([address, word]) => (typeof word === 'string' ? `1795346700.125000 tcp ${address} ${args[2]} 1 ${word}\n` : '')).join(''), code: 0 }
  }
  const queries = queriesOf(args)
  state.queries.push(...queries)
  const answers = queries.map((query) => world.dns?.(query, round) ?? {})
  const gone = answers.find((answer): answer is Absent => typeof answer === 'object' && 'absent' in answer)
  if (gone) return gone
  const text = queries.map((query, at) => digSays(query, asAnswer(answers[at]))).join('')
  return { text, code: answers.some((answer) => typeof answer === 'string') ? 9 : 0 }
}

/** None of them is absent. */
const asAnswer = (answer: Answer | Absent | undefined): Answer => (answer === undefined || (typeof answer === 'object' && 'absent' in answer) ? {} : answer)

export const eventsOf = <K extends EventBody['kind']>(driven: Pick<Driven, 'events'>, kind: K): Extract<Observed, { kind: K }>[] =>
  driven.events.filter((event): event is Extract<Observed, { kind: K }> => event.kind === kind)

/** `PURPOSE SERVER NAME TYPE STATUS` of every answer. */
export const answersOf = (driven: Pick<Driven, 'events'>): string[] =>
  eventsOf(driven, 'dns.answer').map(({ purpose, server, name, type, reply }) => `${purpose} ${server} ${name} ${type} ${reply.status}`)
