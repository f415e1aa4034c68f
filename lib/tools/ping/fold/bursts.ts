/** Runs of three or more consecutive losses, kept right also when a late reply takes one out of the middle. */
import { PROBE, type LossBurst } from '../view.ts'
import type { ProbeColumns } from './series.ts'

const BURST_MIN = 3
export const BURSTS_KEPT = 256

/** A probe without any reply in the end: timed out, or answered by an ICMP error only. */
export const isLoss = (state: number): boolean => state === PROBE.lost || state === PROBE.error

/** The probe became a loss. Its state is already set. */
export function addLoss(bursts: LossBurst[], series: ProbeColumns, probe: number): void {
  const left = bursts.findLastIndex((burst) => burst.lastProbe < probe)
  const before = bursts[left]
  const after = bursts[left + 1]
  const joinsBefore = before?.lastProbe === probe - 1
  const joinsAfter = after?.firstProbe === probe + 1
  const first = joinsBefore && before ? before.firstProbe : probe - lossesBeside(series, probe, -1)
  const last = joinsAfter && after ? after.lastProbe : probe + lossesBeside(series, probe, 1)
  if (last - first + 1 < BURST_MIN) return
  const at = joinsBefore ? left : left + 1
  bursts.splice(at, Number(joinsBefore) + Number(joinsAfter), burstOf(series, { first, last, before: joinsBefore ? before : undefined, after: joinsAfter ? after : undefined }))
  if (bursts.length > BURSTS_KEPT) bursts.shift()
}

/** The probe is no loss any more. */
export function removeLoss(bursts: LossBurst[], series: ProbeColumns, probe: number): void {
  const at = bursts.findLastIndex((burst) => burst.firstProbe <= probe)
  const burst = bursts[at]
  if (!burst || burst.lastProbe < probe) return
  const parts = [
    { first: burst.firstProbe, last: probe - 1, before: burst, after: undefined },
    { first: probe + 1, last: burst.lastProbe, before: undefined, after: burst },
  ].filter((part) => part.last - part.first + 1 >= BURST_MIN)
  bursts.splice(at, 1, ...parts.map((part) => burstOf(series, part)))
}

/** Losses right beside the probe that are in no burst: fewer than BURST_MIN, or they would be one. */
function lossesBeside(series: ProbeColumns, probe: number, step: 1 | -1): number {
  let count = 0
  while (count < BURST_MIN) {
    const slot = series.slotOf(probe + step * (count + 1))
    if (slot < 0 || !isLoss(series.state[slot] ?? PROBE.none)) break
    count++
  }
  return count
}

interface Part { first: number; last: number; before: LossBurst | undefined; after: LossBurst | undefined }

/** Times of its ends, from the series or from the burst it grew from if the series has moved on. */
function burstOf(series: ProbeColumns, part: Part): LossBurst {
  const sent = (probe: number): number | undefined => series.sentAtMs[series.slotOf(probe)]
  return {
    firstProbe: part.first, lastProbe: part.last,
    startMs: part.before?.startMs ?? sent(part.first) ?? part.after?.startMs ?? 0,
    endMs: part.after?.endMs ?? sent(part.last) ?? part.before?.endMs ?? 0,
    count: part.last - part.first + 1,
  }
}
