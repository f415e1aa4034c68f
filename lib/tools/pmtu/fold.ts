/** The fold of a path-MTU run. */
import type { EventOf, SessionEvent } from '#lib/protocol/events.ts'
import type { ToolFold } from '../tool.ts'
import type { PmtuOptions } from './options.ts'
import type { PmtuTryView, PmtuView } from './view.ts'

interface PmtuState extends PmtuView { tries: PmtuTryView[] }

export const pmtuFold: ToolFold<PmtuOptions, PmtuView> = {
  empty: ({ target }) => emptyPmtu(target.address),
  apply(view, event) { applyPmtu(asState(view), event) },
  encode: (view) => structuredCloneOf(view),
  decode: (snapshot) => structuredCloneOf(snapshot) as PmtuView,
  copy: (view) => structuredCloneOf(view),
}

/** Guarantee: every view this fold is handed was made by `empty`, `decode` or `copy` above. */
const asState = (view: PmtuView): PmtuState => view as PmtuState
const structuredCloneOf = <T>(plain: T): T => JSON.parse(JSON.stringify(plain)) as T

function emptyPmtu(address: string): PmtuState {
  return { address, tries: [], passes: null, failsFrom: null, result: null, fatal: null, revision: 0 }
}

function applyPmtu(view: PmtuState, event: SessionEvent): void {
  switch (event.kind) {
    case 'pmtu.try': applyTry(view, event); break
    case 'pmtu.result': {
      const { mtu, failsFrom, toldBy, atMs } = event
      view.result = { mtu, failsFrom, toldBy, blackHole: mtu !== null && failsFrom !== null && toldBy === null, atMs }
      break
    }
    case 'pmtu.fatal': view.fatal ??= { error: event.error, text: event.text, atMs: event.atMs }; break
    default: return
  }
  view.revision++
}

const TRIES_KEPT = 64

function applyTry(view: PmtuState, event: EventOf<'pmtu.try'>): void {
  const { packetBytes, fate, sent, answered, from = null, mtu = null, rttMs = null, atMs } = event
  if (view.tries.length < TRIES_KEPT) view.tries.push({ packetBytes, fate, sent, answered, from, mtu, rttMs, atMs })
  if (fate === 'passed') view.passes = Math.max(view.passes ?? 0, packetBytes)
  else view.failsFrom = Math.min(view.failsFrom ?? Infinity, packetBytes)
}
