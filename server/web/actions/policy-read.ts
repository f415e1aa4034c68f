/** The target policy in force, in plain words. */
import { policySummary } from '#lib/policy/policy.ts'
import { Nothing } from '#lib/protocol/requests.ts'
import { ok } from '#lib/protocol/result.ts'
import { defineAction } from '../guard.ts'

export const policyRead = defineAction({
  name: 'policy.read', verb: 'policy:read', decode: Nothing,
  async run({ web }) {
    return ok(policySummary(web.policy))
  },
})
