/** The fold of Names: events of one run into the view. Deterministic, bounded; time comes from the events alone. */
import type { EventOf, SessionEvent } from '#lib/protocol/events.ts'
import type { ToolFold } from '../tool.ts'
import { applyAnswer, applyOs } from './fold/answers.ts'
import { decodeDns, encodeDns } from './fold/snapshot.ts'
import { copyDns, emptyDns, PORTS_KEPT, rankOf, SERVERS_KEPT, WALK_KEPT, type DnsState } from './fold/state.ts'
import type { DnsOptions } from './options.ts'
import type { DnsView } from './view.ts'

export const dnsFold: ToolFold<DnsOptions, DnsView> = {
  empty: emptyDns,
  apply(view, event) {
    if (applyDns(asState(view), event)) asState(view).revision++
  },
  encode: (view) => encodeDns(asState(view)),
  decode: decodeDns,
  copy: (view) => copyDns(asState(view)),
}

/** Guarantee: every view this fold is handed was made by `empty`, `decode` or `copy` above. */
const asState = (view: DnsView): DnsState => view as DnsState

/** False for an event that tells the rules nothing new. */
function applyDns(view: DnsState, event: SessionEvent): boolean {
  switch (event.kind) {
    case 'dns.setup': return applySetup(view, event)
    case 'dns.server': return applyServer(view, event)
    case 'dns.answer': return applyAnswer(view, event)
    case 'dns.os': return applyOs(view, event)
    case 'dns.port': return applyPort(view, event)
    case 'dns.delegation': return applyDelegation(view, event)
    case 'dns.round': return applyRound(view, event)
    case 'dns.fatal':
      view.fatal ??= { error: event.error, text: event.text, atMs: event.atMs }
      return true
    case 'run.ended':
      view.ended = true
      view.nextAtMs = null
      return true
    default: return false
  }
}

function applySetup(view: DnsState, { kind: _kind, runId: _runId, seq: _seq, ...setup }: EventOf<'dns.setup'>): boolean {
  view.name = setup.name
  view.types = setup.types
  view.setup = setup
  return true
}

function applyServer(view: DnsState, event: EventOf<'dns.server'>): boolean {
  const { server, address, port, role, name, from, refused } = event
  const told = { server, address, port, role, name, from, refused }
  const at = view.servers.findIndex((one) => one.server === server)
  const before = view.servers[at]
  if (before !== undefined) {
    view.servers[at] = { ...before, ...told }
    return true
  }
  if (view.servers.length >= SERVERS_KEPT) return false
  const behind = view.servers.findIndex((one) => rankOf(one.role) > rankOf(role))
  view.servers.splice(behind < 0 ? view.servers.length : behind, 0, { ...told, cells: new Map(), times: [], medianMs: NaN, serial: null })
  return true
}

function applyPort(view: DnsState, { kind: _kind, runId: _runId, seq: _seq, ...told }: EventOf<'dns.port'>): boolean {
  const at = view.ports.findIndex(({ address, port }) => address === told.address && port === told.port)
  const before = view.ports[at]
  if (before !== undefined) view.ports[at] = told
  else if (view.ports.length < PORTS_KEPT) view.ports.push(told)
  return before === undefined || before.state !== told.state
}

/** A walk begins at the root: what comes behind another zone is a new one. */
function applyDelegation(view: DnsState, { kind: _kind, runId: _runId, seq: _seq, ...told }: EventOf<'dns.delegation'>): boolean {
  const last = view.walk.at(-1)
  if (told.zone === '.' && last !== undefined && last.zone !== '.') view.walk = []
  if (view.walk.length < WALK_KEPT) view.walk.push(told)
  return true
}

/** An address that was not answered in this round is no answer any more, so what its port does is of no interest. */
function applyRound(view: DnsState, { round, nextInMs, atMs }: EventOf<'dns.round'>): boolean {
  view.rounds++
  view.roundAtMs = atMs
  view.nextAtMs = nextInMs === null ? null : atMs + nextInMs
  view.ports = view.ports.filter((one) => one.round === round)
  return true
}
