/** What a reply changes: the probe's fate, and the figures if its time can be trusted. */
import type { PingReply } from '../events.ts'
import { PROBE } from '../view.ts'
import { expectedSentMs, knowProbe, setFate, setSentAt, toMicro } from './probes.ts'
import type { PingState } from './state.ts'
import { tallySource, tallyTtl } from './tallies.ts'

const SHIFTS_KEPT = 64

type Reply = PingReply & { atMs: number }

export function applyReply(view: PingState, reply: Reply): void {
  const { series, work } = view
  const isTimed = reply.rttMs !== null && !reply.clockStep && reply.probe > work.stepFence
  const sentAtMs = isTimed ? toMicro(reply.atMs - (reply.rttMs ?? 0)) : expectedSentMs(view, reply.probe, reply.atMs)
  const slot = knowProbe(view, reply.probe, sentAtMs)
  if (reply.from !== undefined || reply.differentAddress) tallySource(view, reply.from ?? view.address, reply.atMs)
  work.lastProbe = -1
  const before = slot < 0 ? PROBE.none : series.state[slot]
  const isSecond = before === PROBE.replied || before === PROBE.late
  if (reply.dup || isSecond || slot < 0) {
    if (reply.dup || isSecond) view.counts.duplicates++
    // Marked as a duplicate, yet the log has no first answer: the probe was answered, its round trip is not known.
    if (reply.dup && !isSecond && slot >= 0) setFate(view, reply.probe, PROBE.replied)
    return
  }
  if (isTimed) setSentAt(view, reply.probe, sentAtMs)
  countOddities(view, reply)
  if (reply.ttl !== null) {
    series.ttl[slot] = reply.ttl
    tallyTtl(view, reply.ttl, reply)
  }
  answer(view, reply, isTimed)
}

function countOddities(view: PingState, reply: Reply): void {
  const { counts, work } = view
  if (reply.truncated) counts.truncated++
  if (reply.corrupt) counts.corrupt++
  if (reply.probe < work.highestReplied) counts.reordered++
  else work.highestReplied = reply.probe
}

function answer(view: PingState, reply: Reply, isTimed: boolean): void {
  const { series, timeoutMs } = view
  const { probe } = reply
  const slot = series.slotOf(probe)
  const rttMs = isTimed && !reply.corrupt ? (reply.rttMs ?? NaN) : NaN
  series.rttMs[slot] = rttMs
  // Without a time of its own the stamp tells whether it was late; across a clock step nothing does.
  const tookMs = isTimed ? (reply.rttMs ?? 0) : reply.rttMs === null ? reply.atMs - (series.sentAtMs[slot] ?? NaN) : 0
  if (tookMs > timeoutMs) {
    setFate(view, probe, PROBE.late)
    return
  }
  setFate(view, probe, PROBE.replied)
  if (!Number.isNaN(rttMs)) addSample(view, probe, rttMs)
}

function addSample(view: PingState, probe: number, rttMs: number): void {
  const { work, series } = view
  flushShift(view)
  view.rtt.copyTo(view.rttBefore)
  view.rtt.push(rttMs)
  view.jitter.add(probe, rttMs)
  work.lastProbe = probe
  work.lastRttMs = rttMs
  work.lastSentMs = series.sentAtMs[series.slotOf(probe)] ?? NaN
}

/** The detector stays one sample behind, since the newest may still turn out damaged. */
function flushShift(view: PingState): void {
  const { work } = view
  if (Number.isNaN(work.lastRttMs)) return
  const shift = view.shiftDetector.push(work.lastRttMs, work.lastSentMs)
  work.lastRttMs = NaN
  if (!shift) return
  const { atMs, before, after, mad, samples } = shift
  view.shifts.push({ atMs, beforeMs: before, afterMs: after, madMs: mad, samples })
  if (view.shifts.length > SHIFTS_KEPT) view.shifts.shift()
}

/** The reply read last was damaged, or its time means nothing: it stays answered, and its time leaves the figures. */
export function takeBackLast(view: PingState): void {
  const { work, series } = view
  const probe = work.lastProbe
  if (probe < 0) return
  const slot = series.slotOf(probe)
  const rttMs = series.rttMs[slot] ?? NaN
  work.lastProbe = -1
  work.lastRttMs = NaN
  series.rttMs[slot] = NaN
  view.rtt.restore(view.rttBefore)
  view.jitter.remove(probe, rttMs)
  for (const level of view.rollups) level.touch(probe, series.sentAtMs[slot] ?? NaN)
}
