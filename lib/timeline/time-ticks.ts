/** The time axis: ticks at round moments of the viewer's zone, and their labels. */
import type { Clock } from '#lib/format/time.ts'

const S = 1000, MIN = 60 * S, H = 60 * MIN, D = 24 * H
/** 1, 2, 5, 10, 15, 30 of seconds and minutes, then hours and days. */
const STEPS = [S, 2 * S, 5 * S, 10 * S, 15 * S, 30 * S, MIN, 2 * MIN, 5 * MIN, 10 * MIN, 15 * MIN, 30 * MIN, H, 2 * H, 3 * H, 6 * H, 12 * H, D, 2 * D, 7 * D] as const

export interface TimeTick { ms: number; label: string }
export interface TimeTicks { stepMs: number; ticks: TimeTick[] }

const SHORT_PX = 56
const LONG_PX = 74

/** Ticks within [fromMs, toMs], far enough apart for their labels on `width` pixels. */
export function timeTicks({ fromMs, toMs, width, clock }: { fromMs: number; toMs: number; width: number; clock: Clock }): TimeTicks {
  const pxPerMs = width / Math.max(1, toMs - fromMs)
  const stepMs = STEPS.find((step) => step * pxPerMs >= (step < MIN ? LONG_PX : SHORT_PX)) ?? 7 * D
  const ticks: TimeTick[] = []
  let ms = firstTick(fromMs, stepMs, clock)
  while (ms <= toMs && ticks.length < 200) {
    ticks.push({ ms, label: labelOf(ms, stepMs, clock) })
    ms = firstTick(ms + Math.max(1, stepMs / 2), stepMs, clock)
  }
  return { stepMs, ticks }
}

/** First moment at or after `ms` that is a multiple of the step on the zone's clock. */
function firstTick(ms: number, stepMs: number, clock: Clock): number {
  const at = (offsetMs: number): number => Math.ceil((ms + offsetMs) / stepMs) * stepMs - offsetMs
  const guess = at(clock.offsetMin(ms) * MIN)
  const offsetThere = clock.offsetMin(guess) * MIN
  const again = at(offsetThere)
  return again >= ms ? again : guess
}

function labelOf(ms: number, stepMs: number, clock: Clock): string {
  if (stepMs < MIN) return clock.hms(ms)
  if (stepMs >= D) return clock.day(ms)
  const text = clock.hm(ms)
  return text === '00:00' && stepMs >= H ? clock.day(ms) : text
}
