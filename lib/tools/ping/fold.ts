/** The ping fold: events of one run into the view. Deterministic, bounded; time comes from the events alone. */
import type { EventOf, SessionEvent } from '#lib/protocol/events.ts'
import type { ToolFold } from '../tool.ts'
import { applyClockStep, watchStamp } from './fold/clock.ts'
import { copyPing } from './fold/copy.ts'
import { expectedSentMs, expire, knowProbe, refuse, setFate, setSentAt, toMicro } from './fold/probes.ts'
import { applyReply, takeBackLast } from './fold/replies.ts'
import { decodePing, encodePing } from './fold/snapshot.ts'
import { PingState } from './fold/state.ts'
import { tallyIcmpError, tallyLocalError } from './fold/tallies.ts'
import { isAdvice } from './lines/icmp-text.ts'
import type { PingOptions } from './options.ts'
import { PROBE, type PingView } from './view.ts'

export const pingFold: ToolFold<PingOptions, PingView> = {
  empty: (context) => new PingState(context),
  apply: (view, event) => applyPing(stateOf(view), event),
  encode: (view) => encodePing(stateOf(view)),
  decode: decodePing,
  copy: (view) => copyPing(stateOf(view)),
}

/** Views are only made by `empty` and `decode`; anything else is a bug of the caller. */
function stateOf(view: PingView): PingState {
  if (!(view instanceof PingState)) throw new Error('a ping view that this fold did not make')
  return view
}

function applyPing(view: PingState, event: SessionEvent): void {
  if (event.kind === 'ping.reply' || event.kind === 'ping.awaited' || event.kind === 'ping.icmp-error') watchStamp(view, event.atMs)
  const before = notable(view)
  if (isTimeOfRun(event) && expire(view, event.atMs)) view.revision++
  const changed = applyKind(view, event)
  // One more reply of the same kind changes no verdict by itself: the rules look at the averages every ten seconds anyway.
  if (changed && (!isPlain(event) || notable(view) !== before)) view.revision++
}

const isPlain = (event: SessionEvent): boolean => event.kind === 'ping.reply' || event.kind === 'ping.awaited'

/** Changes whenever a reply brought anything out of the ordinary. */
function notable({ counts, ttls, shifts, bursts, otherSources }: PingState): number {
  return counts.late + counts.duplicates + counts.reordered + counts.corrupt + counts.otherSource + counts.clockSteps
    + ttls.length + shifts.length + bursts.length + otherSources.length + (counts.answered === 1 ? 1 : 0)
}

/**
 * A step is told in a clock that the probes are not told in yet. An interruption is told when somebody came back, maybe a day
 * later: nobody listened until then, so what was under way is not lost but unknown.
 */
function isTimeOfRun(event: SessionEvent): boolean {
  return event.kind !== 'clock.step' && !(event.kind === 'run.ended' && event.outcome.kind === 'interrupted')
}

/** False for an event that changes nothing here. */
function applyKind(view: PingState, event: SessionEvent): boolean {
  switch (event.kind) {
    case 'ping.reply':
      applyReply(view, event)
      return true
    case 'ping.awaited':
      applyAwaited(view, event)
      return true
    case 'ping.icmp-error':
      applyIcmpError(view, event)
      return true
    case 'ping.local-error':
      tallyLocalError(view, event)
      return true
    case 'ping.notice':
      return applyNotice(view, event)
    case 'ping.header':
    case 'run.started':
      view.work.startMs = event.atMs
      return true
    case 'ping.summary':
      applySummary(view, event)
      return true
    case 'ping.fatal':
      view.fatal ??= { error: event.error, text: event.text, atMs: event.atMs }
      return true
    case 'clock.step':
      applyClockStep(view, event.deltaMs, event.atMs)
      return true
    case 'run.ended':
      applyEnd(view, event)
      return true
    default:
      return false
  }
}

/** Printed when the next probe goes out, so this one left an interval before: better than any estimate. */
function applyAwaited(view: PingState, event: EventOf<'ping.awaited'>): void {
  const sentAtMs = toMicro(event.atMs - view.intervalMs)
  const slot = knowProbe(view, event.probe, sentAtMs)
  refuse(view, event.probe)
  const state = view.series.state[slot]
  if (state === PROBE.awaited || state === PROBE.error) setSentAt(view, event.probe, sentAtMs)
}

/** An error is a probe's fate only while nothing better is known; advice about the path is none. */
function applyIcmpError(view: PingState, event: EventOf<'ping.icmp-error'>): void {
  tallyIcmpError(view, event)
  if (event.probe === null || isAdvice(event.error)) return
  const slot = knowProbe(view, event.probe, expectedSentMs(view, event.probe, event.atMs))
  const state = view.series.state[slot]
  if (slot >= 0 && (state === PROBE.awaited || state === PROBE.lost)) setFate(view, event.probe, PROBE.error)
}

function applyNotice(view: PingState, event: EventOf<'ping.notice'>): boolean {
  if (event.notice === 'other') return false
  if (event.notice === 'clock-back') view.counts.clockSteps++
  else {
    view.counts.corrupt++
    if (event.probe === undefined || event.probe === view.work.lastProbe) takeBackLast(view)
  }
  return true
}

/** The totals also tell of probes that no line named: the last one, or every one that vanished without -O. */
function applySummary(view: PingState, event: EventOf<'ping.summary'>): void {
  const { kind, runId, line, transmitted, received, duplicates, errors, corrupted, lossPct, timeMs, rtt } = event
  view.summary = { kind, runId, line, transmitted, received, duplicates, errors, corrupted, lossPct, timeMs, rtt }
  const { series, work } = view
  const last = Math.max(work.base, work.base < 0 ? 1 : 0) + transmitted - 1
  if (transmitted === 0 || (work.base >= 0 && last <= series.highest)) return
  if (series.length > 0) {
    knowProbe(view, last, expectedSentMs(view, last, event.atMs))
    refuse(view, last)
    return
  }
  const spanMs = (transmitted - 1) * view.intervalMs
  const startMs = Number.isNaN(work.startMs) ? event.atMs - (timeMs ?? spanMs) : work.startMs
  knowProbe(view, last, toMicro(Math.min(event.atMs, startMs + spanMs)))
  refuse(view, last)
}

/**
 * A tool that ended by itself has waited for its last probes, so what is unanswered is lost. One that ends at its deadline or
 * is stopped has not: what was under way then stays awaited, and counts neither way.
 */
function applyEnd(view: PingState, event: EventOf<'run.ended'>): void {
  const { series, work } = view
  const hasWaited = (event.outcome.kind === 'finished' || event.outcome.kind === 'failed') && view.summary !== null && !view.hasDeadline
  if (!hasWaited) return
  for (let probe = Math.max(work.pendingFrom, series.first); probe <= series.highest; probe++) {
    if (series.state[series.slotOf(probe)] === PROBE.awaited) setFate(view, probe, PROBE.lost)
  }
}
