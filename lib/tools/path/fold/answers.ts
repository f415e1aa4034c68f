/** What an answer changes: the probe's fate, the figures of the hop and of who answered, and maybe the epoch. */
import type { EventOf } from '#lib/protocol/events.ts'
import { toMicro } from '../../ping/fold/probes.ts'
import { PROBE } from '../../ping/view.ts'
import { watchAnswer } from './change.ts'
import { beginEpoch } from './epochs.ts'
import { addArrival, addPair } from './figures.ts'
import type { HopState } from './hop.ts'
import { knowProbe, setFate, setSentAt } from './probes.ts'
import { addFlag, responderOf, ROLE, type ResponderState } from './responders.ts'
import type { PathState } from './state.ts'

type Reply = EventOf<'path.reply'>

export function applyReply(view: PathState, event: Reply): void {
  const { probe, rttMs, atMs } = event
  const hop = view.hop(event.ttl)
  const { series } = hop
  const sentAtMs = event.sentAtMs ?? (rttMs === null ? NaN : toMicro(atMs - rttMs))
  const slot = knowProbe(view, hop, probe, { sentAtMs, lineMs: atMs })
  const before = slot < 0 ? PROBE.none : (series.state[slot] ?? PROBE.none)
  // Beyond what is kept, or a second answer to the same probe: the first one stands.
  if (slot < 0 || before === PROBE.replied || before === PROBE.late) return
  if (event.sentAtMs !== undefined || Number.isNaN(series.sentAtMs[slot])) setSentAt(hop, probe, sentAtMs)
  const responder = event.from === null ? null : responderOf(hop.table, event.from, view.isTarget)
  series.rttMs[slot] = rttMs ?? NaN
  if (responder) series.responder[slot] = responder.index
  const isTarget = responder !== null && responder.isTarget && isOwnAnswer(event)
  if (responder?.isTarget && !isTarget) series.setRefusal(slot)
  // Where the tool printed no round trip, the line tells how long it took at most.
  const tookMs = rttMs ?? (event.sentAtMs === undefined ? 0 : atMs - event.sentAtMs)
  if (responder) nameAnswer(view, responder, event)
  if (probe >= hop.epochFrom && responder) placeAnswer(view, hop, { responder, isTarget, atMs })
  setFate(view, hop, probe, tookMs > view.timeoutMs ? PROBE.late : PROBE.replied)
  if (probe >= hop.statsFrom) addSample(hop, probe, responder)
  if (probe >= hop.epochFrom && responder && watchAnswer(view, hop, responder, probe)) beginEpoch(view, hop)
}

/** The target has been reached by an answer of its own, or by its "no such port" to a UDP probe; its other errors say it was not. */
function isOwnAnswer({ flag, error }: Reply): boolean {
  return flag === undefined || error === 'port-unreachable' || /^<(?:syn|rst|ack)/i.test(flag)
}

/** What the answer says beside that it came. */
function nameAnswer(view: PathState, responder: ResponderState, event: Reply): void {
  if (event.asns) responder.toolAsns = event.asns
  if (event.flag !== undefined && addFlag(responder, { ...event, flag: event.flag })) view.revision++
}

function placeAnswer(view: PathState, hop: HopState, { responder, isTarget, atMs }: { responder: ResponderState; isTarget: boolean; atMs: number }): void {
  if (responder.role === ROLE.former) responder.restart()
  responder.see(atMs)
  if (!isTarget) {
    if (hop.otherAnswers++ === 0) view.revision++
    return
  }
  if (hop.targetAnswers++ > 0) return
  view.revision++
  view.targetTtl = Math.min(view.targetTtl ?? hop.ttl, hop.ttl)
}

function addSample(hop: HopState, probe: number, responder: ResponderState | null): void {
  if (responder) responder.answered++
  const rttMs = hop.sample(probe)
  if (Number.isNaN(rttMs)) return
  hop.rtt.push(rttMs)
  addArrival(hop.arrivals, rttMs)
  addPair(hop.pairs, rttMs - hop.sample(probe - 1))
  addPair(hop.pairs, hop.sample(probe + 1) - rttMs)
  responder?.rtt.push(rttMs)
}
