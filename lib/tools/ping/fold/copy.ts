/** A second state that goes on from the same point: columns are copied as memory, so a day of probes takes a millisecond. */
import { PingState } from './state.ts'

export function copyPing(view: PingState): PingState {
  const copy = new PingState(view.context)
  copy.counts = { ...view.counts }
  copy.series.copyFrom(view.series)
  for (const [at, level] of copy.rollups.entries()) {
    const from = view.rollups[at]
    if (from) level.copyFrom(from)
  }
  view.rtt.copyTo(copy.rtt)
  Object.assign(copy.rttBefore, view.rttBefore)
  copy.jitter.n = view.jitter.n
  copy.jitter.sumMs = view.jitter.sumMs
  copy.jitter.trail = view.jitter.trail.slice()
  copy.ttls = view.ttls.map((entry) => ({ ...entry }))
  copy.bursts = view.bursts.map((entry) => ({ ...entry }))
  copy.icmpErrors = view.icmpErrors.map((entry) => ({ ...entry }))
  copy.localErrors = view.localErrors.map((entry) => ({ ...entry }))
  copy.otherSources = view.otherSources.map((entry) => ({ ...entry }))
  copy.shifts = view.shifts.map((entry) => ({ ...entry }))
  copy.shiftDetector.restore(view.shiftDetector.state())
  copy.fatal = view.fatal && { ...view.fatal }
  copy.summary = view.summary && { ...view.summary }
  copy.firstSentMs = view.firstSentMs
  copy.revision = view.revision
  copy.work = { ...view.work }
  return copy
}
