/** The runner keeps the policy's limits by itself: a web process that was taken over must not be able to ask for more (S1, S38, S39). */
import { afterEach, expect, test } from 'vitest'
import { decodePolicy, type Policy } from '#lib/policy/policy.ts'
import { TOOLS } from '#lib/tools/index.ts'
import { createRuns } from '#server/runner/runs/runs.ts'
import { LOCALHOST, locateFake } from './support/fake.ts'
import { nextRunId, SESSION, startRig, type Rig } from './support/rig.ts'

let rig: Rig | null = null
afterEach(async () => {
  await rig?.close()
  rig = null
})

function policyOf(limits: object): Policy {
  const decoded = decodePolicy({ limits }, 'test')
  if (!decoded.ok) throw new Error(decoded.error.message)
  return decoded.value
}

test('a run is ended by the policy although its tool would go on', async () => {
  rig = await startRig({ policy: { ...policyOf({}), limits: { ...policyOf({}).limits, continuousMaxMs: 300 } } })
  const { runId } = await rig.start(['wait'])
  expect((await rig.ended(runId)).outcome).toMatchObject({ kind: 'timed-out', code: 'deadline' })
  expect(rig.events[0]).toMatchObject({ kind: 'run.started', deadlineMs: 300 })
})

test('places on the vantage are the policy\'s', async () => {
  rig = await startRig({ policy: policyOf({ runsPerHost: 2 }) })
  await Promise.all([rig.start(['wait']), rig.start(['wait'])])
  expect((await rig.start(['wait'])).result).toMatchObject({ ok: false, error: { code: 'busy' } })
})

test('an interval below the policy starts nothing', async () => {
  rig = await startRig()
  const { processes } = rig
  const runs = createRuns({
    tools: TOOLS, processes, user: 'nobody', policy: policyOf({ minIntervalMs: 1000 }), locate: locateFake, send: () => undefined,
    resolve: (host) => Promise.reject(new Error(`${host} is not asked for`)),
  })
  const ask = (intervalMs: number) => runs.start({ type: 'start', call: 1, runId: nextRunId(), sessionId: SESSION, tool: 'ping', target: LOCALHOST, options: { intervalMs } })
  expect(ask(200)).toMatchObject({ ok: false, error: { code: 'invalid', field: 'options.intervalMs' } })
  expect(processes.count()).toBe(0)
  expect(ask(1000)).toEqual({ ok: true, value: null })
})
