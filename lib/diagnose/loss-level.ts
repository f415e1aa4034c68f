/** When the target's loss is a finding, and how bad it is: the same for ping and for a path. */
import type { Severity } from '#lib/protocol/api.ts'
import { wilson } from '#lib/stats/wilson.ts'

/** A single lost probe is not a finding; nor is a share that could be chance below half a percent. */
const LOST_MIN = 3
const SURE_ABOVE = 0.005
/** Target loss over ten minutes: netdata's 5 % and 10 %, and 1 % as a note. */
const INFO = 0.01
const WARN = 0.05
const CRIT = 0.1
/** Below this many probes a finding says "few samples". */
export const FEW_SAMPLES = 30

/** An open finding clears later than it fires. */
export function isLossy({ lost, judged }: { lost: number; judged: number }, open: boolean): boolean {
  if (judged === 0) return false
  const share = lost / judged
  return open ? share >= INFO / 2 : lost >= LOST_MIN && share >= INFO && wilson(lost, judged).low > SURE_ABOVE
}

export function lossSeverity({ lost, judged }: { lost: number; judged: number }): Severity {
  const share = lost / judged
  return share >= CRIT ? 'crit' : share >= WARN ? 'warn' : 'info'
}

/** One step less, for what few probes say. */
export const stepDown = (severity: Severity): Severity => (severity === 'crit' ? 'warn' : 'info')
