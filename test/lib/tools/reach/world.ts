/** A scripted world: does what a plan says next, as the runner would, and writes what the programs would have written. */
import type { Observed } from '#lib/protocol/events.ts'
import { fail, ok, type Result } from '#lib/protocol/result.ts'
import type { PinnedTarget } from '#lib/protocol/target.ts'
import type { ReachOptions } from '#lib/tools/reach/options.ts'
import { reachParser } from '#lib/tools/reach/parse.ts'
import type { Move, NameSetup, News, Parser, ParserContext, Planner, Step, StepEnd } from '#lib/tools/tool.ts'

const NAMES: NameSetup = { servers: [], upstream: [], search: [], ndots: 1, services: [], servicesFrom: null, hosts: [] }
const OK: StepEnd = { kind: 'ended', exit: { code: 0, signal: null } }

/** What a step prints. `end`: how it ends, if not well. */
export interface Said { lines: readonly string[]; end?: StepEnd }
export interface WorldScript {
  /** Called for each step in turn. */
  step(step: Step, nowMs: number): Said
  pin?(host: string): Result<PinnedTarget>
  /** Gives up after this many moves. */
  moves?: number
}
export interface Played { events: Observed[]; steps: Step[]; moves: Move[]; hosts: string[]; parser: Parser; nowMs: number; isDone: boolean }

export const START_MS = 1_790_000_000_000

export function play(context: ParserContext<ReachOptions>, script: WorldScript): Played {
  const parser = reachParser(context)
  const plan: Planner = parser.plan ?? raise()
  const played: Played = { events: [], steps: [], moves: [], hosts: [], parser, nowMs: START_MS, isDone: false }
  let news: News = { kind: 'begin', names: NAMES }
  for (let left = script.moves ?? 200; left > 0; left--) {
    const { move, events } = plan.next(news, played.nowMs)
    played.events.push(...events)
    played.moves.push(move)
    if (move.kind === 'done') {
      played.events.push(...parser.end(played.nowMs))
      return { ...played, isDone: true }
    }
    news = make(move, { script, played, plan })
  }
  return played
}

interface Going { script: WorldScript; played: Played; plan: Planner }

function make(move: Exclude<Move, { kind: 'done' }>, going: Going): News {
  const { script, played } = going
  if (move.kind === 'wait') {
    played.nowMs += move.ms
    return { kind: 'waited' }
  }
  if (move.kind === 'pin') {
    played.hosts.push(...move.hosts)
    return { kind: 'pinned', answers: new Map(move.hosts.map((host) => [host, script.pin?.(host) ?? refused(host)])) }
  }
  for (const step of move.steps) one(step, going)
  return { kind: 'ran' }
}

function one(step: Step, { script, played, plan }: Going): void {
  played.steps.push(step)
  const { lines, end = OK } = script.step(step, played.nowMs)
  plan.began(step, played.nowMs)
  const command = end.kind === 'absent' ? [] : [`$ /usr/bin/${step.binary} ${step.args.join(' ')}`]
  // A tenth of a second, so that no two steps are at the same moment; lines may tell of more.
  played.nowMs = Math.max(played.nowMs + 100, ...lines.map((line) => Math.ceil(Number(/^(\d+\.\d{6}) /.exec(line)?.[1] ?? 0) * 1000)))
  for (const line of [...command, ...lines]) played.events.push(...played.parser.push(Uint8Array.from(`${line}\n`, (letter) => letter.charCodeAt(0)), played.nowMs))
  played.events.push(...plan.ended(step, end, played.nowMs))
}

const raise = (): never => { throw new Error('this parser plans nothing') }

export const refused = (host: string): Result<PinnedTarget> => fail({ code: 'target-refused', message: `The policy refuses ${host}.`, field: 'target' })
export const pinned = (host: string, address: string, more: Partial<PinnedTarget> = {}): Result<PinnedTarget> =>
  ok({ host, address, family: address.includes(':') ? 6 : 4, addresses: [address], resolveMs: 3, ...more })

/** Value of a flag of a step. */
export const flag = (step: Step, name: string): string | undefined => (step.args.includes(name) ? step.args[step.args.indexOf(name) + 1] : undefined)

const stamp = (ms: number): string => `${Math.floor(ms / 1000)}.${String(Math.round(ms * 1000) % 1e6).padStart(6, '0')}`

export interface Connection { state: string; ms?: number | null; code?: string }

/** What `tcp` prints, each connection as `end` says. `most`: it ends early, as it does when something changed. */
export function tcpSaid(step: Step, nowMs: number, end: (address: string, n: number) => Connection, most = Infinity): Said {
  const first = Number(flag(step, '--first') ?? 1)
  const count = Math.min(Number(flag(step, '--count')), most)
  const lines = Array.from({ length: count }, (_, at) => (step.to ?? []).map((address) => tcpLine({ atMs: nowMs + at * Number(flag(step, '--interval')), address, port: flag(step, '--port') ?? '', n: first + at }, end(address, first + at))))
  return { lines: lines.flat() }
}

function tcpLine({ atMs, address, port, n }: { atMs: number; address: string; port: string; n: number }, { state, ms = 10, code }: Connection): string {
  return `${stamp(atMs)} tcp ${address} ${port} ${n} ${state} ${ms === null ? '-' : ms.toFixed(3)} ${code ?? '-'}`
}

export interface Answer { status?: number | null; location?: string | null; reason?: string | null; connection?: Connection; problem?: string | null }

/** What `check` prints: each address as `answer` says. */
export function checkSaid(step: Step, nowMs: number, answer: (address: string) => Answer): Said {
  const port = Number(flag(step, '--port'))
  const hop = Number(flag(step, '--hop') ?? 0)
  const depth = flag(step, '--depth') ?? ''
  const name = flag(step, '--name') ?? ''
  const lines = (step.to ?? []).flatMap((address) => {
    const { status = 200, location = null, reason = null, connection = { state: 'open' }, problem = null } = answer(address)
    const isOpen = connection.state === 'open'
    const of = { address, port, hop }
    const tls = { ...of, serverName: name, shaken: true, ms: 20, version: 'TLSv1.3', cipher: 'X', alpn: null, reason, reasonText: reason, certificates: 0 }
    const http = { ...of, url: `${depth}://${name}${flag(step, '--path') ?? '/'}`, status: isOpen ? status : null, location, server: null, connectMs: 10, tlsMs: 20, firstByteMs: 5, problem: isOpen ? problem : 'No connection.' }
    return [
      tcpLine({ atMs: nowMs, address, port: String(port), n: Number(flag(step, '--first') ?? 1) }, connection),
      ...(depth !== 'http' && isOpen ? [`${stamp(nowMs)} tls ${JSON.stringify(tls)}`] : []), ...(depth !== 'tls' ? [`${stamp(nowMs)} http ${JSON.stringify(http)}`] : []),
    ]
  })
  return { lines }
}
