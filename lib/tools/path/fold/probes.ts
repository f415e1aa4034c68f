/** The life of a probe: known, awaited, then one fate. The only writer of the series and of what is counted from it. */
import { toMicro } from '../../ping/fold/probes.ts'
import { PROBE, type ProbeState } from '../../ping/view.ts'
import { HOP_PROBES_KEPT, type HopCounts } from '../view.ts'
import type { HopState } from './hop.ts'
import type { PathState } from './state.ts'

/** Probes from which on a share of loss is judged. */
const JUDGED_LEAST = 30

export interface Sent {
  /** NaN where nobody knows. */
  sentAtMs: number
  /** Of the event: stands in for it. */
  lineMs: number
}

/**
 * Slot of the probe, which is known to have been sent: if that is news, it begins to be awaited. Numbers before it that nothing
 * has told of stay unknown and count nowhere. -1 for a number that is not kept any more, or out of reach.
 */
export function knowProbe(view: PathState, hop: HopState, probe: number, sent: Sent): number {
  const { series } = hop
  if (probe - series.highest > HOP_PROBES_KEPT) return -1
  if (isOfEpochBefore(view, hop, sent)) hop.epochFrom = Math.max(hop.epochFrom, probe + 1)
  while (series.highest < probe) append(hop)
  const slot = series.slotOf(probe)
  if (slot < 0 || series.state[slot] !== PROBE.none) return slot
  series.state[slot] = PROBE.awaited
  series.sentAtMs[slot] = sent.sentAtMs
  if (Number.isNaN(sent.sentAtMs)) series.setLine(slot, sent.lineMs)
  hop.total.sent++
  hop.total.awaited++
  if (probe >= hop.statsFrom) {
    hop.counts.sent++
    hop.counts.awaited++
  }
  hop.pendingFrom = Math.min(hop.pendingFrom, probe)
  view.sentAt(series.timeOf(slot))
  if (probe >= hop.epochFrom) view.probed(hop.ttl)
  if (view.stageNow && probe >= hop.stageFrom) view.stageNow.done++
  touch(hop, probe, series.timeOf(slot))
  return slot
}

/**
 * A probe without an answer is told of when the next one to its TTL leaves, or at the end: at a TTL beyond the target that may be
 * whole epochs after it was sent. Only while the hop has no probe of this epoch; and where the clock went back, so that every
 * probe seems to have left before, its line seems to come from before too.
 */
function isOfEpochBefore({ epoch }: PathState, { series, epochFrom }: HopState, { sentAtMs, lineMs }: Sent): boolean {
  return epoch.sinceMs !== null && sentAtMs < epoch.sinceMs && lineMs >= epoch.sinceMs && series.highest < epochFrom
}

function append(hop: HopState): void {
  const { series } = hop
  // The bucket that begins right behind the leaving probe is sealed too: its first difference needs that probe.
  if (series.isFull) for (const level of hop.rollups) level.evict(series.first + 1)
  series.append()
}

/** A time of its own for a probe that had none, or a better one. */
export function setSentAt(hop: HopState, probe: number, sentAtMs: number): void {
  const { series } = hop
  const slot = series.slotOf(probe)
  if (slot < 0 || Number.isNaN(sentAtMs) || series.sentAtMs[slot] === sentAtMs) return
  const before = series.timeOf(slot)
  series.sentAtMs[slot] = sentAtMs
  touch(hop, probe, before)
  touch(hop, probe, sentAtMs)
}

/** Gives the probe its fate, or another one. */
export function setFate(view: PathState, hop: HopState, probe: number, next: ProbeState): void {
  const { series } = hop
  const slot = series.slotOf(probe)
  const before = series.state[slot] ?? PROBE.none
  if (slot < 0 || before === next) return
  series.state[slot] = next
  move(hop.total, before, next)
  if (probe >= hop.statsFrom) {
    move(hop.counts, before, next)
    if (isNotable(hop, next)) view.revision++
  }
  touch(hop, probe, series.timeOf(slot))
}

/** The first of its kind, any loss of the target, anything late. One more ordinary answer changes no verdict by itself. */
function isNotable({ counts, isTarget }: HopState, next: ProbeState): boolean {
  if (next === PROBE.late || counts.judged === JUDGED_LEAST) return true
  if (next === PROBE.lost) return isTarget || counts.lost === 1
  return counts.answered === 1
}

function move(counts: HopCounts, before: number, next: number): void {
  add(counts, before, -1)
  add(counts, next, 1)
  counts.judged = counts.answered + counts.lost + counts.late
}

/** One more, or one less, probe in this state. */
export function add(counts: HopCounts, state: number, by: 1 | -1): void {
  if (state === PROBE.replied) counts.answered += by
  else if (state === PROBE.lost) counts.lost += by
  else if (state === PROBE.awaited) counts.awaited += by
  else if (state === PROBE.late) counts.late += by
}

function touch(hop: HopState, probe: number, atMs: number): void {
  for (const level of hop.rollups) level.touch(probe, atMs)
}

/** Awaited probes whose time is up at `nowMs` are lost. */
export function expire(view: PathState, nowMs: number): void {
  if (!(nowMs > view.nextDeadlineMs)) return
  let next = Infinity
  for (const hop of view.all) next = Math.min(next, expireHop(view, hop, nowMs))
  view.nextDeadlineMs = next
}

/** When the time of the hop's oldest awaited probe is up; Infinity without one. */
function expireHop(view: PathState, hop: HopState, nowMs: number): number {
  const { series } = hop
  hop.pendingFrom = Math.max(hop.pendingFrom, series.first)
  for (; hop.pendingFrom <= series.highest; hop.pendingFrom++) {
    const slot = series.slotOf(hop.pendingFrom)
    if (series.state[slot] !== PROBE.awaited) continue
    const deadlineMs = series.timeOf(slot) + view.timeoutMs
    if (!(nowMs > deadlineMs)) return deadlineMs
    setFate(view, hop, hop.pendingFrom, PROBE.lost)
  }
  return Infinity
}

/** Every probe under way is given up. */
export function loseAwaited(view: PathState): void {
  for (const hop of view.all) {
    for (let probe = Math.max(hop.pendingFrom, hop.series.first); probe <= hop.series.highest; probe++) {
      if (hop.series.state[hop.series.slotOf(probe)] === PROBE.awaited) setFate(view, hop, probe, PROBE.lost)
    }
  }
  view.nextDeadlineMs = Infinity
}

/**
 * The vantage's clock moved: probes under way are told in the new clock, so that their timeout goes on where it was. Some may
 * have left after the step already: only those that it brings nearer to now are moved.
 */
export function moveAwaited(view: PathState, deltaMs: number, nowMs: number): void {
  for (const hop of view.all) {
    const { series } = hop
    for (let probe = Math.max(hop.pendingFrom, series.first); probe <= series.highest; probe++) {
      const slot = series.slotOf(probe)
      const sentAtMs = series.sentAtMs[slot] ?? NaN
      if (series.state[slot] !== PROBE.awaited || !(Math.abs(sentAtMs + deltaMs - nowMs) < Math.abs(sentAtMs - nowMs))) continue
      setSentAt(hop, probe, toMicro(sentAtMs + deltaMs))
    }
  }
  view.nextDeadlineMs = 0
}
