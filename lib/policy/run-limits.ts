/** What the policy's limits mean for one run of any tool: web asks before it starts, the vantage asks again (S38). */
import type { Problem } from '#lib/protocol/result.ts'
import { leaveProblem } from './leave.ts'
import type { Policy } from './policy.ts'

const ROUND_MS = 1_000

/** Null when the options keep to the policy; else the option at fault. `options` are those that the tool's own decoder returned. */
export function optionProblem(policy: Pick<Policy, 'limits'> & Partial<Policy>, options: Readonly<Record<string, unknown>>): Problem | null {
  const forbidden = leaveProblem(policy, options)
  if (forbidden !== null) return forbidden
  const { minIntervalMs } = policy.limits
  const { intervalMs: interval, periodMs: period } = options
  // Probes that go to the hops in turn: each hop gets one in a round, and a round takes a second at least.
  if (typeof period === 'number' && period < minIntervalMs && minIntervalMs > ROUND_MS) {
    return { code: 'invalid', field: 'options.periodMs', message: `The target policy allows one probe every ${minIntervalMs} ms at most. Choose a longer period, or mtr with an interval of ${minIntervalMs} ms or more.` }
  }
  if (typeof interval !== 'number' || interval >= minIntervalMs) return null
  return { code: 'invalid', field: 'options.intervalMs', message: `The target policy allows one probe every ${minIntervalMs} ms at most. Choose a longer interval.` }
}

/** The longest this run may last, ms: the tool's own bound, or the policy's where that is shorter. */
export function longestMs(policy: Pick<Policy, 'limits'>, toolDeadlineMs: number): number {
  return Math.min(toolDeadlineMs, policy.limits.continuousMaxMs)
}
