/** The fold of Reach: handshakes, looks at TLS and HTTP, redirects, and who stands in the way, per address. Deterministic, bounded. */
import type { EventOf, SessionEvent } from '#lib/protocol/events.ts'
import { pingFold } from '../ping/fold.ts'
import { copyPing } from '../ping/fold/copy.ts'
import type { ToolFold } from '../tool.ts'
import { applyConnect } from './fold/connect.ts'
import { decodeReach, encodeReach } from './fold/snapshot.ts'
import { newReach, type AddressState, type ReachState } from './fold/state.ts'
import type { ReachOptions } from './options.ts'
import type { ReachView } from './view.ts'

export const reachFold: ToolFold<ReachOptions, ReachView> = {
  empty: newReach,
  apply: (view, event) => applyReach(asState(view), event),
  encode: (view) => encodeReach(asState(view)),
  decode: decodeReach,
  copy: (view) => copyReach(asState(view)),
}

/** Guarantee: every view this fold is handed was made by `empty`, `decode` or `copy` above. */
const asState = (view: ReachView): ReachState => view as ReachState

/** What was told of TLS and HTTP is written once and never changed, so copies share it. */
const copyReach = (view: ReachState): ReachState => ({ ...view, addresses: view.addresses.map((one) => one.copy(copyPing(one.series))) })

/** More than a chain has: ten redirects and the request it begins with. */
const CHAIN_KEPT = 16

function applyReach(view: ReachState, event: SessionEvent): void {
  switch (event.kind) {
    case 'reach.connect': {
      const one = find(view, event)
      if (one && applyConnect(one, event)) view.revision++
      return
    }
    case 'reach.blame': return change(view, find(view, event), (one) => { one.blame = toldOf(event) })
    case 'reach.tls':
      view.checked = true
      // The TLS of a redirect belongs to another place.
      return event.hop === undefined ? change(view, find(view, event), (one) => { one.tls = toldOf(event) }) : undefined
    case 'reach.http': return applyHttp(view, event)
    case 'reach.redirect': return applyRedirect(view, event)
    case 'reach.fatal':
      view.fatal ??= { error: event.error, text: event.text, atMs: event.atMs }
      view.revision++
      return
    case 'run.ended':
      view.ended = true
      view.revision++
      return throughSeries(view, event)
    case 'run.started':
    case 'clock.step': return throughSeries(view, event)
    default:
  }
}

/** The series know these events as a ping does. */
function throughSeries(view: ReachState, event: SessionEvent): void {
  for (const { series } of view.addresses) pingFold.apply(series, event)
  if (event.kind === 'clock.step') view.revision++
}

const find = (view: ReachState, { address, port }: { address: string; port: number }): AddressState | undefined =>
  view.addresses.find((one) => one.address === address && one.port === port)

function change(view: ReachState, one: AddressState | undefined, write: (one: AddressState) => void): void {
  if (!one) return
  write(one)
  view.revision++
}

function applyHttp(view: ReachState, event: EventOf<'reach.http'>): void {
  view.checked = true
  if (event.hop === 0) {
    return change(view, find(view, event), (one) => {
      one.http = [toldOf(event)]
      one.redirects = []
    })
  }
  for (const one of chainsOf(view, event.begins)) {
    if (one.http.length >= CHAIN_KEPT) continue
    one.http = [...one.http, toldOf(event)]
    view.revision++
  }
}

function applyRedirect(view: ReachState, event: EventOf<'reach.redirect'>): void {
  for (const one of chainsOf(view, event.begins)) {
    if (one.redirects.length >= CHAIN_KEPT) continue
    one.redirects = [...one.redirects, toldOf(event)]
    view.revision++
  }
}

const chainsOf = (view: ReachState, begins: readonly string[] = []): AddressState[] => view.addresses.filter(({ address }) => begins.includes(address))

/** The event without its place in the log. */
function toldOf<E extends EventOf<'reach.blame' | 'reach.tls' | 'reach.http' | 'reach.redirect'>>(event: E): Omit<E, 'kind' | 'runId' | 'seq'> {
  const { kind: _kind, runId: _runId, seq: _seq, ...told } = event
  return told
}
