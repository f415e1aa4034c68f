/** The vantage's clock moved under the run: keeps it from turning probes under way into losses or into figures. */
import { PROBE } from '../view.ts'
import { setFate, setSentAt, toMicro } from './probes.ts'
import { takeBackLast } from './replies.ts'
import type { PingState } from './state.ts'

/** Stamps of one tool never go back this far unless the clock did. */
const BACK_MS = 1000
/** A report of a step that the stamps already showed comes within this time, and differs by less than the next. */
const REPORT_WITHIN_MS = 60_000
const REPORT_SLACK_MS = 2000
/** Replies that may have crossed a step before it was reported. */
const RECENT = 64

/** Call with every stamp that the tool printed itself, before it is applied. */
export function watchStamp(view: PingState, stampMs: number): void {
  const { work } = view
  const deltaMs = stampMs - work.stampMs
  work.stampMs = stampMs
  if (!(deltaMs < -BACK_MS)) return
  work.guessedStepMs = deltaMs
  work.guessedAtMs = stampMs
  movePending(view, deltaMs, stampMs)
}

/** The vantage reported a step. */
export function applyClockStep(view: PingState, deltaMs: number, atMs: number): void {
  const { work } = view
  view.counts.clockSteps++
  const wasSeen = Math.abs(work.guessedStepMs - deltaMs) < REPORT_SLACK_MS && Math.abs(atMs - work.guessedAtMs) < REPORT_WITHIN_MS
  work.guessedAtMs = NaN
  if (wasSeen) return
  if (deltaMs > view.timeoutMs) mendForward(view, deltaMs)
  // A step back that the stamps had already made would have been seen: they make it next.
  if (deltaMs < 0) work.stampMs += deltaMs
  movePending(view, deltaMs, atMs)
}

/**
 * Probes under way are told in the new clock, so that their timeout goes on where it was. Some may have left after the step
 * already: only those that it brings nearer to now are moved.
 */
function movePending(view: PingState, deltaMs: number, nowMs: number): void {
  const { series, work } = view
  for (let probe = Math.max(work.pendingFrom, series.first); probe <= series.highest; probe++) {
    const slot = series.slotOf(probe)
    const sentAtMs = series.sentAtMs[slot] ?? NaN
    if (series.state[slot] !== PROBE.awaited || Math.abs(sentAtMs + deltaMs - nowMs) >= Math.abs(sentAtMs - nowMs)) continue
    setSentAt(view, probe, toMicro(sentAtMs + deltaMs))
  }
  work.stepFence = series.highest
}

/** A step forward lengthens the round trips that cross it: such a reply is not late, its time is just not known. */
function mendForward(view: PingState, deltaMs: number): void {
  const { series } = view
  for (let probe = Math.max(series.first, series.highest - RECENT); probe <= series.highest; probe++) {
    const slot = series.slotOf(probe)
    const rttMs = series.rttMs[slot] ?? NaN
    if (series.state[slot] !== PROBE.late || !(rttMs >= deltaMs && rttMs - deltaMs <= view.timeoutMs)) continue
    series.rttMs[slot] = NaN
    setFate(view, probe, PROBE.replied)
  }
  if (view.work.lastRttMs >= deltaMs) takeBackLast(view)
}
