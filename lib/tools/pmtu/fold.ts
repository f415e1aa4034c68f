/** The fold of a path-MTU run: every size tried, what they show so far, and the result. */
import type { EventOf, SessionEvent } from '#lib/protocol/events.ts'
import { fields, isCount, isNumber, isText, isWhole, listOf, nullOr, oneOf } from '#lib/protocol/shape.ts'
import type { ToolFold } from '../tool.ts'
import type { PmtuOptions } from './options.ts'
import type { PmtuTryView, PmtuView } from './view.ts'

interface PmtuState extends PmtuView { tries: PmtuTryView[] }

export const pmtuFold: ToolFold<PmtuOptions, PmtuView> = {
  empty: ({ target }) => ({ address: target.address, tries: [], passes: null, failsFrom: null, result: null, fatal: null, revision: 0 }),
  apply(view, event) { applyPmtu(asState(view), event) },
  encode: (view) => ({ version: VERSION, view: copyOf(view) }),
  decode(snapshot) {
    if (!isSnapshot(snapshot)) throw new Error('not a path-MTU snapshot of this form')
    return copyOf(snapshot.view)
  },
  copy: (view) => copyOf(view),
}

const VERSION = 1

const size = nullOr(isWhole)
const isSnapshot = fields({
  version: oneOf(VERSION),
  view: fields({
    address: isText,
    tries: listOf(fields({
      packetBytes: isWhole, fate: oneOf('passed', 'too-big', 'local', 'silent'), sent: isCount, answered: isCount,
      from: nullOr(isText), mtu: size, rttMs: nullOr(isNumber), atMs: isNumber,
    })),
    passes: size, failsFrom: size,
    result: nullOr(fields({ mtu: size, failsFrom: size, toldBy: nullOr(isText), blackHole: isFlag, atMs: isNumber })),
    fatal: nullOr(fields({ error: isText, text: isText, atMs: isNumber })),
    revision: isCount,
  }),
})

function isFlag(value: unknown): value is boolean {
  return typeof value === 'boolean'
}

/** Guarantee: every view this fold is handed was made by `empty`, `decode` or `copy` above. */
const asState = (view: PmtuView): PmtuState => view as PmtuState

/** Tries and results are written once and never changed, so copies share them. */
const copyOf = ({ address, tries, passes, failsFrom, result, fatal, revision }: PmtuView): PmtuState =>
  ({ address, tries: [...tries], passes, failsFrom, result, fatal, revision })

function applyPmtu(view: PmtuState, event: SessionEvent): void {
  switch (event.kind) {
    case 'pmtu.try': applyTry(view, event); break
    case 'pmtu.result': applyResult(view, event); break
    case 'pmtu.fatal': view.fatal ??= { error: event.error, text: event.text, atMs: event.atMs }; break
    default: return
  }
  view.revision++
}

/** More than a sweep makes; what a log beyond that holds is not kept. */
const TRIES_KEPT = 64

function applyTry(view: PmtuState, event: EventOf<'pmtu.try'>): void {
  const { packetBytes, fate, sent, answered, from = null, mtu = null, rttMs = null, atMs } = event
  if (view.tries.length >= TRIES_KEPT) return
  view.tries.push({ packetBytes, fate, sent, answered, from, mtu, rttMs, atMs })
  if (fate === 'passed') view.passes = Math.max(view.passes ?? 0, packetBytes)
  // Below a size that passed nothing is too big: what failed there was lost.
  const fails = view.tries.filter((one) => one.fate !== 'passed' && one.packetBytes > (view.passes ?? 0))
  view.failsFrom = fails.length === 0 ? null : Math.min(...fails.map((one) => one.packetBytes))
}

/** A black hole is silence at the limit itself: neither a router nor the vantage's own kernel said a word. */
function applyResult(view: PmtuState, { mtu, failsFrom, toldBy, atMs }: EventOf<'pmtu.result'>): void {
  const isSilent = view.tries.every((one) => one.packetBytes !== failsFrom || one.fate === 'silent')
  view.result = { mtu, failsFrom, toldBy, blackHole: mtu !== null && failsFrom !== null && toldBy === null && isSilent, atMs }
}
