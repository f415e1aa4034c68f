/** One handshake into an address: its counts, its row of equal states, and its place in the series. */
import type { EventOf, SessionEvent } from '#lib/protocol/events.ts'
import { pingFold } from '../../ping/fold.ts'
import { knowProbe, setFate, setSentAt } from '../../ping/fold/probes.ts'
import type { PingState } from '../../ping/fold/state.ts'
import { PROBE, type ProbeState } from '../../ping/view.ts'
import { addToRow } from './row.ts'
import { isRoundTrip, type AddressState } from './state.ts'

/** True if it changes more than one figure: another state, or something out of the ordinary in the series. */
export function applyConnect(view: AddressState, event: EventOf<'reach.connect'>): boolean {
  const { n, state, ms, code, sentAtMs, line } = event
  const before = view.last?.state
  const revision = view.series.revision
  view.counts.sent++
  view.counts[state]++
  addToRow(view.row, { n, state, atMs: sentAtMs })
  if (n > view.highest) {
    view.highest = n
    view.last = { state, ms, code, atMs: sentAtMs, line }
  }
  addToSeries(view.series, event)
  const hasChanged = view.last?.state !== before
  // Who stood in the way of something else says nothing about this.
  if (hasChanged) view.blame = null
  return hasChanged || view.series.revision !== revision
}

/** A round trip is a reply; silence is loss; an error that the network sent is one; what the vantage itself refused says nothing about the path. */
function addToSeries(series: PingState, event: EventOf<'reach.connect'>): void {
  const { n, state, ms, sentAtMs } = event
  if (isRoundTrip(state) && ms !== null) return pingFold.apply(series, asReply(event, ms))
  const slot = knowProbe(series, n, sentAtMs)
  if (slot < 0) return
  setSentAt(series, n, sentAtMs)
  const fate: ProbeState = state === 'timeout' ? PROBE.lost : ms === null || state === 'denied' ? PROBE.refused : PROBE.error
  if (series.series.state[slot] === fate) return
  setFate(series, n, fate)
  series.revision++
}

function asReply({ runId, line, n, sentAtMs, seq }: EventOf<'reach.connect'>, ms: number): SessionEvent {
  return { kind: 'ping.reply', runId, line, probe: n, rttMs: ms, ttl: null, bytes: 0, atMs: sentAtMs + ms, seq }
}
