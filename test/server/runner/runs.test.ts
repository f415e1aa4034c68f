/** Runs over the link: every request is judged again, events come in order, each way to end has its own outcome. */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { decodePolicy } from '#lib/policy/policy.ts'
import { toolsIn, until, LOCALHOST } from './support/fake.ts'
import { nextRunId, startRig, type Rig } from './support/rig.ts'

let rig: Rig
beforeEach(async () => { rig = await startRig() })
afterEach(() => rig.close())

const kinds = (): string[] => rig.events.map((event) => event.kind)
const texts = (): string[] => rig.events.flatMap((event) => (event.kind === 'unrecognised' ? [event.text] : []))

test('a run tells its start first, its lines in order, its end last', async () => {
  const { runId, result } = await rig.start(['lines', '300'])
  expect(result).toEqual({ ok: true, value: null })
  const end = await rig.ended(runId)
  expect(end.outcome).toEqual({ kind: 'finished', code: 'exit', message: 'It ended.', exitCode: 0 })
  expect(kinds()[0]).toBe('run.started')
  expect(kinds().at(-1)).toBe('run.ended')
  expect(texts()).toEqual(Array.from({ length: 300 }, (_, i) => `line ${i}`))
  expect(rig.transcript(runId).replaceAll('\r', '')).toBe(texts().map((text) => `${text}\n`).join(''))
  const first = rig.events[0]
  expect(first).toMatchObject({ kind: 'run.started', runId, deadlineMs: 30_000, user: rig.runner.facts().user })
  expect(first?.kind === 'run.started' ? first.argv : []).toEqual([expect.stringMatching(/\/fake-tool$/), 'lines', '300'])
})

describe('each way to end', () => {
  const stopped = async (mode: string[], line: string): Promise<string> => {
    const { runId } = await rig.start(mode)
    await until('first line', () => texts().includes(line))
    rig.vantage.stop(runId, 'ana')
    return runId
  }
  test('stopped by a person, heeding the interrupt', async () => {
    await stopped(['wait'], 'waiting')
    const end = await until('end', () => rig.events.find((event) => event.kind === 'run.ended'))
    expect(end).toMatchObject({ outcome: { kind: 'stopped', code: 'stopped', by: 'ana', message: 'Stopped by ana.', signal: 'SIGINT', exitCode: 0 } })
    expect(texts()).toContain('summary')
  })
  test('stopped by a person, killed in the end', async () => {
    await stopped(['hang'], 'hanging')
    const end = await until('end', () => rig.events.find((event) => event.kind === 'run.ended'))
    expect(end).toMatchObject({ outcome: { kind: 'stopped', signal: 'SIGKILL', message: 'Stopped by ana. It did not heed the interrupt and was ended with SIGKILL.' } })
    expect(toolsIn(rig.dir)).toEqual([])
  })
  test.each([
    [['exit', '3'], { kind: 'failed', code: 'exit', exitCode: 3, blame: 'tool' }],
    [['segfault'], { kind: 'failed', code: 'signal', signal: 'SIGSEGV', blame: 'tool' }],
    [['midline'], { kind: 'failed', code: 'signal', signal: 'SIGKILL' }],
  ])('%j', async (mode, outcome) => {
    const { runId } = await rig.start(mode)
    expect((await rig.ended(runId)).outcome).toMatchObject(outcome)
  })
  test('the deadline', async () => {
    const { runId } = await rig.start(['wait'], { deadlineMs: 300 })
    expect((await rig.ended(runId)).outcome).toMatchObject({ kind: 'timed-out', code: 'deadline', message: expect.stringContaining('300 ms') })
  })
  test('a half line before the death is not lost', async () => {
    const { runId } = await rig.start(['midline'])
    await rig.ended(runId)
    expect(texts()).toEqual(['a whole line', 'half a li'])
  })
})

describe('the runner judges every request again', () => {
  test('options, target and policy', async () => {
    const bad = await rig.vantage.start({ runId: nextRunId(), sessionId: (await rig.start(['ok'])).runId as never, tool: 'ping', target: LOCALHOST, options: { nonsense: 1 } })
    expect(bad).toMatchObject({ ok: false, error: { code: 'invalid', field: 'options.mode' } })
    const refused = await rig.start(['ok'], { target: { ...LOCALHOST, address: '169.254.169.254' } })
    expect(refused.result).toMatchObject({ ok: false, error: { code: 'target-refused', rule: expect.stringMatching(/^rule \d+: 169\.254\.169\.254/), message: expect.stringContaining('No packet was sent') } })
    for (const address of ['127.1', '-f', 'localhost', '127.0.0.1 -f', '::1', '127.0.0.1%lo', '']) {
      expect((await rig.start(['ok'], { target: { ...LOCALHOST, address } })).result).toMatchObject({ ok: false, error: { code: 'target-invalid' } })
    }
  })
  test('an id in use, and one run more than there are places', async () => {
    const policy = decodePolicy({ limits: { runsPerHost: 4 } }, 'test')
    if (!policy.ok) throw new Error(policy.error.message)
    await rig.close()
    rig = await startRig({ policy: policy.value })
    const first = await rig.start(['wait'])
    expect((await rig.start(['wait'], { runId: first.runId })).result).toMatchObject({ ok: false, error: { code: 'conflict' } })
    const others = await Promise.all(Array.from({ length: 3 }, () => rig.start(['wait'])))
    expect(others.every((other) => other.result.ok)).toBe(true)
    expect((await rig.start(['wait'])).result).toMatchObject({ ok: false, error: { code: 'busy' } })
    expect(rig.processes.count()).toBe(4)
  })
})

describe('floods', () => {
  test('lines beyond 2,000 a second are counted, 64 MiB ends the tool, and the loop stays free', async () => {
    const lag = monitorEventLoopDelay({ resolution: 10 })
    lag.enable()
    const { runId } = await rig.start(['flood'])
    const { outcome } = await rig.ended(runId, 18_000)
    lag.disable()
    expect(outcome).toMatchObject({ kind: 'failed', code: 'output-limit', blame: 'tool' })
    expect(toolsIn(rig.dir)).toEqual([])
    const started = rig.events[0]?.atMs ?? 0
    const seconds = Math.ceil(((rig.events.at(-1)?.atMs ?? 0) - started) / 1000) + 1
    expect(texts().length).toBeGreaterThanOrEqual(2000)
    expect(texts().length).toBeLessThanOrEqual(2000 * seconds)
    const cut = rig.events.flatMap((event) => (event.kind === 'run.truncated' && event.what === 'lines' ? [event.bytes] : [])).reduce((a, b) => a + b, 0)
    expect(cut + rig.transcriptBytes()).toBeGreaterThan(64 * 1024 * 1024)
    expect(lag.percentile(99) / 1e6).toBeLessThan(250)
  })
  test('one endless line: the transcript stops at 8 MiB and says how much was not kept', async () => {
    const { runId } = await rig.start(['line'])
    await rig.ended(runId, 18_000)
    expect(rig.transcriptBytes()).toBe(8 * 1024 * 1024)
    const cut = rig.events.flatMap((event) => (event.kind === 'run.truncated' && event.what === 'transcript' ? [event.bytes] : []))
    expect(cut.length).toBeGreaterThan(1)
    expect(cut.reduce((a, b) => a + b, 0)).toBeGreaterThan(50 * 1024 * 1024)
  })
})

describe('the vantage', () => {
  test('says what it is, and tests itself again when asked', async () => {
    const checked = await rig.vantage.check()
    expect(checked.ok && checked.value.tools[0]).toMatchObject({ tool: 'ping', state: 'ready', version: '1.2', path: expect.stringMatching(/fake-tool$/) })
    expect(rig.vantage.facts()?.uid).toBe(process.getuid?.())
  })
  test('resolves names, or says why not', async () => {
    expect(await rig.vantage.resolve('known.test')).toMatchObject({ ok: true, value: { by: 'hosts file' } })
    expect(await rig.vantage.resolve('unknown.test')).toEqual({ ok: false, error: { code: 'target-unresolved', message: 'unknown.test does not resolve.' } })
  })
  test('stops every tool when the link is lost', async () => {
    await rig.start(['wait'])
    await until('tool', () => toolsIn(rig.dir).length === 1)
    let offline = false
    rig.vantage.on('state', () => { offline = offline || !rig.vantage.online() })
    await rig.vantage.close()
    await until('no tools', () => toolsIn(rig.dir).length === 0, 2_000)
    await until('offline', () => offline)
    expect(await rig.vantage.resolve('known.test')).toMatchObject({ ok: false, error: { code: 'vantage-offline' } })
  })
  test('closing the runner tells each run as interrupted', async () => {
    const { runId } = await rig.start(['wait'])
    await rig.runner.close()
    expect((await rig.ended(runId)).outcome).toMatchObject({ kind: 'interrupted', code: 'shutdown', blame: 'hopscope' })
  })
})
