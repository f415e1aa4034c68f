/** The policy's limits for one run (S38): the shortest interval and the longest life. */
import { expect, test } from 'vitest'
import { decodePolicy, type Policy } from '#lib/policy/policy.ts'
import { longestMs, optionProblem } from '#lib/policy/run-limits.ts'
import { ping } from '#lib/tools/ping/index.ts'

function policyOf(limits: object): Policy {
  const decoded = decodePolicy({ limits }, 'test')
  if (!decoded.ok) throw new Error(decoded.error.message)
  return decoded.value
}

test('an interval below the policy is refused with its field, one on it is not', () => {
  const policy = policyOf({ minIntervalMs: 500 })
  expect(optionProblem(policy, { intervalMs: 499 })).toMatchObject({ code: 'invalid', field: 'options.intervalMs', message: expect.stringContaining('500 ms') })
  expect(optionProblem(policy, { intervalMs: 500 })).toBeNull()
  expect(optionProblem(policy, {})).toBeNull()
})

test('probes to the hops in turn: the period counts once the policy asks for more than the second that a round takes anyway', () => {
  expect(optionProblem(policyOf({ minIntervalMs: 1000 }), { periodMs: 50 })).toBeNull()
  expect(optionProblem(policyOf({ minIntervalMs: 2000 }), { periodMs: 1999 })).toMatchObject({ code: 'invalid', field: 'options.periodMs', message: expect.stringContaining('2000 ms') })
  expect(optionProblem(policyOf({ minIntervalMs: 2000 }), { periodMs: 2000 })).toBeNull()
})

test('a run lasts as long as the tool or the policy says, whichever is shorter', () => {
  const policy = policyOf({ continuousMaxMs: 60_000 })
  const endless = ping.decodeOptions({})
  const short = ping.decodeOptions({ count: 3 })
  if (!endless.ok || !short.ok) throw new Error('ping refused its own defaults')
  expect(longestMs(policy, ping.deadlineMs(endless.value))).toBe(60_000)
  expect(longestMs(policy, ping.deadlineMs(short.value))).toBe(ping.deadlineMs(short.value))
})
