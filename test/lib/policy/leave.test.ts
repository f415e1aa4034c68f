/** What a run may reach beside its target: servers that its options name, public resolvers, the walk from the root. */
import { expect, it } from 'vitest'
import { contactProblem, leaveProblem, privilegeProblem } from '#lib/policy/leave.ts'
import { decodePolicy, DEFAULT_POLICY, type Policy } from '#lib/policy/policy.ts'
import { optionProblem } from '#lib/policy/run-limits.ts'

function policyOf(json: object): Policy {
  const result = decodePolicy(json, 'test')
  if (!result.ok) throw new Error(result.error.message)
  return result.value
}

it('every server is judged as a target is; the first that is refused is named with its rule', () => {
  const policy = policyOf({ denyAddresses: [{ match: '10.99.0.0/16', reason: 'payment network' }] })
  expect(contactProblem(policy, [], 'options.server')).toBeNull()
  expect(contactProblem(policy, ['10.0.0.53', '2001:db8::53', '127.0.0.53'], 'options.server')).toBeNull()
  expect(contactProblem(policy, ['10.0.0.53', '10.99.0.53'], 'options.server')).toMatchObject({ code: 'target-refused', field: 'options.server', rule: expect.stringContaining('10.99.0.0/16'), message: expect.stringMatching(/^10\.99\.0\.53 .*payment network.*No packet was sent\./) })
  for (const server of ['169.254.169.254', '0.0.0.0', 'fd00:ec2::254', '64:ff9b::a9fe:a9fe', 'ns.example.com', '']) expect(contactProblem(policy, [server], 'options.server')).toMatchObject({ code: 'target-refused' })
})

it('the walk is for admins, everyone or nobody', () => {
  const asked = (walkFromRoot: Policy['walkFromRoot'], role: 'admin' | 'operator'): unknown => privilegeProblem({ walkFromRoot }, { why: 'It asks the world', role, field: 'options.walk' })?.message ?? null
  expect(asked('admins', 'admin')).toBeNull()
  expect(asked('admins', 'operator')).toBe('It asks the world, so the target policy leaves it to admins. Ask one of them, or run it without.')
  expect([asked('everyone', 'operator'), asked('everyone', 'admin')]).toEqual([null, null])
  expect(asked('nobody', 'admin')).toBe('It asks the world, so the target policy leaves it to nobody. Run it without.')
})

it('what nobody may is known by the options alone, so that the vantage refuses it too', () => {
  expect(leaveProblem(DEFAULT_POLICY, { walk: 'yes', publicServers: 'yes' })).toBeNull()
  const policy = policyOf({ walkFromRoot: 'nobody', publicResolvers: 'never' })
  expect(leaveProblem(policy, { walk: 'no', publicServers: 'no' })).toBeNull()
  expect(optionProblem(policy, { publicServers: 'yes' })).toMatchObject({ code: 'target-refused', field: 'options.publicServers', rule: 'publicResolvers: never' })
  expect(optionProblem(policy, { walk: 'yes' })).toMatchObject({ code: 'not-allowed', field: 'options.walk', rule: 'walkFromRoot: nobody' })
})
