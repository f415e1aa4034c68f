/** The life of a probe: known, awaited, then one fate. The only writer of the series and of what is counted from it. */
import { SERIES_MAX } from './series.ts'
import { PROBE, type PingCounts, type ProbeState } from '../view.ts'
import { addLoss, isLoss, removeLoss } from './bursts.ts'
import type { PingState } from './state.ts'

/** More unseen probes than this between two events are not believed. */
const GAP_MAX = 65_536

const COUNT_OF: Readonly<Record<number, keyof PingCounts>> = {
  [PROBE.awaited]: 'awaited', [PROBE.replied]: 'answered', [PROBE.lost]: 'lost', [PROBE.late]: 'late', [PROBE.error]: 'errors', [PROBE.refused]: 'refused',
}

/** Times are kept to the microsecond, as the tool prints them: sums of doubles would not be lossless decimals. */
export const toMicro = (ms: number): number => Math.round(ms * 1000) / 1000

/**
 * Slot of the probe, which is known to have been sent: it and every unseen one before it begin to be awaited. `sentAtMs`
 * is used for one that is new. -1 for a probe that the series does not hold any more.
 */
export function knowProbe(view: PingState, probe: number, sentAtMs: number): number {
  const { series, work } = view
  if (work.base < 0) begin(view, probe)
  if (probe <= series.highest) return probe === 0 && work.base === 1 ? countFromZero(view, sentAtMs) : series.slotOf(probe)
  const known = series.highest
  const gap = probe - known
  if (gap > GAP_MAX) return -1
  const before = view.lastSentMs
  // Unseen probes lie evenly between the known ones, or an interval apart where there is no known one before.
  const step = sentAtMs > before ? (sentAtMs - before) / gap : view.intervalMs
  for (let at = known + 1; at < probe; at++) {
    append(view, at, toMicro(sentAtMs - (probe - at) * step))
    refuse(view, at)
  }
  return append(view, probe, sentAtMs)
}

/**
 * The kernel's refusals name no probe, but a refused one gets its number all the same, and the tool prints the refusal before anything
 * else of that probe: the next probe that turns up without an answer of its own is the refused one.
 */
export function refuse(view: PingState, probe: number): void {
  if (view.work.refusals === 0 || view.series.state[view.series.slotOf(probe)] !== PROBE.awaited) return
  view.work.refusals--
  setFate(view, probe, PROBE.refused)
}

function begin(view: PingState, probe: number): void {
  view.work.base = probe === 0 ? 0 : 1
  view.series.first = view.work.base
  view.work.pendingFrom = view.work.base
}

function append(view: PingState, probe: number, sentAtMs: number): number {
  const { series } = view
  // The bucket that begins right behind the leaving probe is sealed too: its first difference needs that probe.
  if (series.length === SERIES_MAX) for (const level of view.rollups) level.evict(series.first + 1)
  const slot = series.append(sentAtMs, PROBE.awaited)
  view.counts.sent++
  view.counts.awaited++
  view.jitter.extend(probe)
  if (probe === view.work.base) view.firstSentMs = sentAtMs
  touch(view, probe, sentAtMs)
  return slot
}

/** A tool that counts from 0 whose probe 1 answered before probe 0. */
function countFromZero(view: PingState, sentAtMs: number): number {
  const { series, work } = view
  if (series.first !== 1 || series.length === SERIES_MAX) return -1
  series.prepend(sentAtMs, PROBE.awaited)
  work.base = 0
  work.pendingFrom = 0
  view.counts.sent++
  view.counts.awaited++
  view.firstSentMs = sentAtMs
  touch(view, 0, sentAtMs)
  return series.slotOf(0)
}

/** Gives the probe its fate, or another one. */
export function setFate(view: PingState, probe: number, next: ProbeState): void {
  const { series, counts } = view
  const slot = series.slotOf(probe)
  const before = series.state[slot] ?? PROBE.none
  if (slot < 0 || before === next) return
  series.state[slot] = next
  count(counts, before, -1)
  count(counts, next, 1)
  counts.sent += Number(before === PROBE.refused) - Number(next === PROBE.refused)
  counts.judged = counts.answered + counts.lost + counts.late + counts.errors
  touch(view, probe, series.sentAtMs[slot] ?? NaN)
  if (isLoss(next) && !isLoss(before)) addLoss(view.bursts, series, probe)
  if (isLoss(before) && !isLoss(next)) removeLoss(view.bursts, series, probe)
}

function count(counts: PingCounts, state: number, by: 1 | -1): void {
  const name = COUNT_OF[state]
  if (name) counts[name] += by
}

/** A better time than the estimate so far. */
export function setSentAt(view: PingState, probe: number, sentAtMs: number): void {
  const { series } = view
  const slot = series.slotOf(probe)
  const before = series.sentAtMs[slot] ?? NaN
  if (slot < 0 || before === sentAtMs) return
  series.sentAtMs[slot] = sentAtMs
  touch(view, probe, before)
  touch(view, probe, sentAtMs)
  if (probe === view.work.base) view.firstSentMs = sentAtMs
}

function touch(view: PingState, probe: number, sentAtMs: number): void {
  for (const level of view.rollups) level.touch(probe, sentAtMs)
}

/** Awaited probes whose time is up at `nowMs` are lost. True if any was. */
export function expire(view: PingState, nowMs: number): boolean {
  const { series, work } = view
  const lost = view.counts.lost
  work.pendingFrom = Math.max(work.pendingFrom, series.first)
  for (; work.pendingFrom <= series.highest; work.pendingFrom++) {
    const slot = series.slotOf(work.pendingFrom)
    if (series.state[slot] !== PROBE.awaited) continue
    if (!(nowMs > (series.sentAtMs[slot] ?? NaN) + view.timeoutMs)) break
    setFate(view, work.pendingFrom, PROBE.lost)
  }
  return view.counts.lost !== lost
}

/** When a probe went out that nothing has told the time of: an interval per number after the newest, or after the tool's start; never later than now. */
export function expectedSentMs(view: PingState, probe: number, nowMs: number): number {
  const { series } = view
  const slot = series.slotOf(probe)
  if (slot >= 0) return series.sentAtMs[slot] ?? nowMs
  if (series.length === 0) return toMicro(Math.min(nowMs, view.work.startMs + (probe - 1) * view.intervalMs || nowMs))
  return toMicro(Math.min(nowMs, view.lastSentMs + (probe - series.highest) * view.intervalMs))
}
