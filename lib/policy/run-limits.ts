/** What the policy's limits mean for one run of any tool: web asks before it starts, the vantage asks again (S38). */
import type { Problem } from '#lib/protocol/result.ts'
import type { Policy } from './policy.ts'

/** Null when the options keep to the policy; else the option at fault. `options` are those that the tool's own decoder returned. */
export function optionProblem(policy: Pick<Policy, 'limits'>, options: Readonly<Record<string, unknown>>): Problem | null {
  const interval = options['intervalMs']
  if (typeof interval !== 'number' || interval >= policy.limits.minIntervalMs) return null
  return { code: 'invalid', field: 'options.intervalMs', message: `The target policy allows one probe every ${policy.limits.minIntervalMs} ms at most. Choose a longer interval.` }
}

/** The longest this run may last, ms: the tool's own bound, or the policy's where that is shorter. */
export function longestMs(policy: Pick<Policy, 'limits'>, toolDeadlineMs: number): number {
  return Math.min(toolDeadlineMs, policy.limits.continuousMaxMs)
}
