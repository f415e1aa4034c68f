/** The accumulator of a names run: a `DnsView` that the fold may write. What hangs in a list is replaced whole, never changed. */
import { median } from '#lib/stats/quantile.ts'
import type { EventOf } from '#lib/protocol/events.ts'
import type { DnsRole } from '../events.ts'
import type { AnswerSpan, AnswerTime, AsideView, DelegationView, DnsCell, DnsServerView, DnsView, OsView, PortView } from '../view.ts'

export const SERVERS_KEPT = 32
export const SPANS_KEPT = 256
export const TIMES_KEPT = 120
export const ASIDES_KEPT = 128
export const PORTS_KEPT = 64
export const WALK_KEPT = 64

export interface CellState extends DnsCell { spans: AnswerSpan[] }
export interface ServerState extends DnsServerView { cells: Map<string, CellState>; times: AnswerTime[] }
export interface OsState extends OsView { spans: AnswerSpan[] }

export interface DnsState extends DnsView {
  setup: Omit<EventOf<'dns.setup'>, 'kind' | 'runId' | 'seq'> | null
  servers: ServerState[]
  os: OsState | null
  ports: PortView[]
  walk: DelegationView[]
  asides: AsideView[]
}

export const emptyDns = (): DnsState => ({
  name: '', types: [], setup: null, servers: [], os: null, ports: [], walk: [], asides: [], rounds: 0, roundAtMs: null, nextAtMs: null,
  counts: { asked: 0, answered: 0, noReply: 0 }, fatal: null, ended: false, revision: 0,
})

const ROLES: readonly DnsRole[] = ['own', 'upstream', 'chosen', 'public', 'authority']

export const rankOf = (role: DnsRole): number => ROLES.indexOf(role)

/** A stretch goes on while the key stays the same, however long nobody asked. */
export function extend(spans: AnswerSpan[], key: string, atMs: number): void {
  const last = spans.at(-1)
  if (last?.key === key) spans[spans.length - 1] = { ...last, untilMs: Math.max(last.untilMs, atMs) }
  else spans.push({ sinceMs: atMs, untilMs: atMs, key })
  if (spans.length > SPANS_KEPT) spans.shift()
}

/** Of answers that were most likely cached: the first of each type took the way to the zone as well. */
export const medianOf = (times: readonly AnswerTime[]): number => median(times.filter(({ first }) => !first).map(({ ms }) => ms))

/** Shares what is never changed: replies, stretches, times. */
export function copyDns(view: DnsState): DnsState {
  return {
    ...view,
    servers: view.servers.map(copyServer),
    os: view.os === null ? null : { ...view.os, spans: [...view.os.spans] },
    ports: [...view.ports], walk: [...view.walk], asides: [...view.asides], counts: { ...view.counts },
  }
}

function copyServer(server: ServerState): ServerState {
  const cells = new Map([...server.cells].map(([type, cell]) => [type, { ...cell, spans: [...cell.spans] }]))
  return { ...server, cells, times: [...server.times] }
}
