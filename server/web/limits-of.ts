/** The limits of web with the figures that the target policy sets (S39). */
import type { Policy } from '#lib/policy/policy.ts'
import type { Clock } from './access/types.ts'
import { createDistinctWindow } from './limits/distinct.ts'
import { createGauge } from './limits/gauge.ts'
import { createLimits, LIMITS, type Limits } from './limits/limits.ts'
import { createWindow } from './limits/window.ts'

export function limitsOf(clock: Clock, policy: Policy): Limits {
  const { runsPerUser, runsPerHost, startsPerUserPerHour, newTargetsPerMinute } = policy.limits
  return {
    ...createLimits(clock),
    runs: createGauge(runsPerUser),
    hostRuns: createGauge(runsPerHost),
    starts: createWindow({ ...LIMITS.startsPerPerson, limit: startsPerUserPerHour }, clock),
    newTargets: createDistinctWindow({ ...LIMITS.newTargets, limit: newTargetsPerMinute }, clock),
  }
}
