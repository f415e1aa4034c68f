/** Runs of several programs: one transcript, one parser, one deadline, one end; a stop reaches whichever program it meets. */
import { afterEach, expect, test } from 'vitest'
import type { Observed } from '#lib/protocol/events.ts'
import { ok } from '#lib/protocol/result.ts'
import type { Tool } from '#lib/tools/tool.ts'
import type { Located } from '#server/runner/locate.ts'
import type { ProcessSpec, StopCause } from '#server/runner/process/types.ts'
import { createRunNames, type NameSources } from '#server/runner/names/run-names.ts'
import { startRun } from '#server/runner/runs/run.ts'
import type { RunningRun, RunSpec } from '#server/runner/runs/run-spec.ts'
import { FAKE, LOCALHOST, locateFake, NO_WORLD, stagedTool, toolsIn, until } from './support/fake.ts'
import { nextRunId, startRig, type Rig } from './support/rig.ts'

let rig: Rig | null = null
afterEach(async () => {
  await rig?.close()
  rig = null
})

type Modes = readonly (readonly string[])[]
async function staged(modes: Modes, more: { locate?: (binary: string) => Located; helper?: string; deadlineMs?: number } = {}): Promise<{ on: Rig; run: Awaited<ReturnType<Rig['start']>> }> {
  const on = await startRig({ tool: stagedTool(() => modes, more.helper), ...(more.locate && { locate: more.locate }) })
  rig = on
  return { on, run: await on.start(['unused'], { ...(more.deadlineMs && { deadlineMs: more.deadlineMs }) }) }
}
const texts = (on: Rig): string[] => on.events.flatMap((event) => (event.kind === 'unrecognised' ? [event.text] : []))
const steps = (on: Rig): Extract<Observed, { kind: 'run.step' }>[] => on.events.filter((event) => event.kind === 'run.step')
const stepLine = (mode: readonly string[]): string => `$ ${FAKE} ${mode.join(' ')}`

test('the second program goes on in the same transcript, behind a line that shows it; line numbers stay true', async () => {
  const { on, run } = await staged([['lines', '2'], ['lines', '3'], ['say', 'half', '0'], ['lines', '1']])
  const end = await on.ended(run.runId)
  expect(end.outcome).toEqual({ kind: 'finished', code: 'exit', message: 'It ended.', exitCode: 0 })
  const lines = ['line 0', 'line 1', stepLine(['lines', '3']), 'line 0', 'line 1', 'line 2', stepLine(['say', 'half', '0']), 'half', stepLine(['lines', '1']), 'line 0']
  expect(texts(on)).toEqual(lines)
  expect(on.transcript(run.runId).replaceAll('\r', '')).toBe(lines.map((line) => `${line}\n`).join(''))
  expect(on.events.flatMap((event) => (event.kind === 'unrecognised' ? [event.line] : []))).toEqual(lines.map((_, i) => i + 1))
  expect(steps(on).map(({ argv, line }) => ({ argv, line }))).toEqual([
    { argv: [FAKE, 'lines', '3'], line: 3 }, { argv: [FAKE, 'say', 'half', '0'], line: 7 }, { argv: [FAKE, 'lines', '1'], line: 9 },
  ])
  const pids = [...on.events.flatMap((event) => (event.kind === 'run.started' ? [event.pid] : [])), ...steps(on).map(({ pid }) => pid)]
  expect(new Set(pids).size).toBe(4)
  expect(on.events.filter((event) => event.kind === 'run.started' || event.kind === 'run.ended')).toHaveLength(2)
  expect(on.events.at(-1)?.kind).toBe('run.ended')
})

test.each([['the first', [['wait'], ['lines', '1']], 0], ['the second', [['lines', '1'], ['wait'], ['lines', '1']], 1]] as const)('stopped in %s program: the next is never started', async (_, modes, stepsBefore) => {
  const { on, run } = await staged(modes)
  await until('waiting', () => texts(on).includes('waiting'))
  on.vantage.stop(run.runId, 'ana')
  expect((await on.ended(run.runId)).outcome).toMatchObject({ kind: 'stopped', by: 'ana', message: 'Stopped by ana.', signal: 'SIGINT' })
  expect(steps(on)).toHaveLength(stepsBefore)
  expect(toolsIn(on.dir)).toEqual([])
})

/** A run on programs that start and end when the test says so. */
function scripted(modes: Modes, more: { tool?: Tool<object, unknown>; names?: RunSpec['names'] } = {}): { run: RunningRun; programs: { spec: ProcessSpec; stopped: StopCause[]; end(): void }[]; events: Observed[]; over: () => boolean } {
  const programs: ReturnType<typeof scripted>['programs'] = []
  const events: Observed[] = []
  let over = false
  const started = startRun({
    start(spec) {
      const stopped: StopCause[] = []
      programs.push({ spec, stopped, end: () => spec.onExit({ exit: { code: 0, signal: null }, stopped: null, stragglers: 0 }) })
      return ok({ pid: programs.length, stop: (cause) => { stopped.push(cause) } })
    },
  }, {
    runId: nextRunId(), tool: more.tool ?? stagedTool(() => modes), ...(more.names && { names: more.names }), options: { mode: [] }, target: LOCALHOST, program: { kind: 'found', path: FAKE }, locate: locateFake, world: NO_WORLD, user: 'nobody', deadlineMs: 60_000,
    send: (more) => { events.push(...more) }, onOver: () => { over = true },
  })
  if (!started.ok) throw new Error(started.error.message)
  return { run: started.value, programs, events, over: () => over }
}

test('stopped between two programs: no signal was needed, and nothing more is started', () => {
  const { run, programs, events, over } = scripted([['one'], ['two']])
  // The first is over for the system, and what it left is being cleared away, when somebody presses stop.
  run.stop({ kind: 'stop', by: 'ana' })
  run.stop({ kind: 'link-lost' })
  programs[0]?.end()
  expect(programs).toHaveLength(1)
  expect(over()).toBe(true)
  expect(events.at(-1)).toMatchObject({ kind: 'run.ended', outcome: { kind: 'stopped', code: 'stopped', by: 'ana', message: 'Stopped by ana.', exitCode: 0 } })
  expect(events.at(-1)).not.toHaveProperty('outcome.signal')
})

test('a stop reaches the program that is at work, and every program gets what is left of one deadline', () => {
  const { run, programs } = scripted([['one'], ['two'], ['three']])
  const began = performance.now()
  while (performance.now() - began < 5);
  programs[0]?.end()
  const [first, second] = programs
  expect(first?.spec.deadlineMs).toBeLessThanOrEqual(60_000)
  expect(second?.spec.deadlineMs).toBeLessThanOrEqual(60_000 - 5)
  run.stop({ kind: 'stop', by: 'ana' })
  expect([first?.stopped, second?.stopped]).toEqual([[], [{ kind: 'stop', by: 'ana' }]])
})

test('one deadline over all programs', async () => {
  const { on, run } = await staged([['stamps', '3', '50'], ['wait']], { deadlineMs: 1_200 })
  expect((await on.ended(run.runId)).outcome).toMatchObject({ kind: 'timed-out', code: 'deadline' })
  expect(steps(on)).toHaveLength(1)
})

test('the names of the last hops come before the end of a run that ended by itself; a stop waits for nothing', async () => {
  for (const impatient of [false, true]) {
    const waiting: ((value: { name: string | null } | null) => void)[] = []
    const names: NameSources = { origins: null, reverse: { look: (_, done) => { waiting.push(done) } } }
    const tool = stagedTool(() => [['one']])
    const path: Tool<object, unknown> = { ...tool, parser: (context) => ({ ...tool.parser(context), end: (atMs) => [{ kind: 'path.reply', runId: context.runId, line: 1, ttl: 1, probe: 1, rttMs: 1, from: '10.0.0.1', atMs }] }) }
    const { run, programs, events, over } = scripted([['one']], { tool: path, names: (tell) => createRunNames(names, { runId: nextRunId(), target: LOCALHOST }, tell) })
    programs[0]?.end()
    expect(waiting).toHaveLength(2)
    expect(over()).toBe(false)
    if (impatient) run.stop({ kind: 'shutdown' })
    else for (const done of waiting) done({ name: 'a.example' })
    await until('over', over)
    // The script ended its program within the turn that started it, before the beginning was told: no real one can.
    const told = events.filter(({ kind }) => kind !== 'run.started')
    expect(told.map(({ kind }) => kind)).toEqual(impatient ? ['path.reply', 'run.ended'] : ['path.reply', 'path.name', 'path.name', 'run.ended'])
    expect(events.at(-1)).toMatchObject({ outcome: { kind: 'finished' } })
    expect(told.map(({ atMs }) => atMs)).toEqual(told.map(({ atMs }) => atMs).toSorted((a, b) => a - b))
  }
})

test('a deadline that is over between two programs starts nothing more', async () => {
  const endless = Array.from({ length: 1_000 }, () => ['ok'])
  const { on, run } = await staged(endless, { deadlineMs: 500 })
  expect((await on.ended(run.runId)).outcome).toMatchObject({ kind: 'timed-out', code: 'deadline' })
  expect(toolsIn(on.dir)).toEqual([])
})

test('a helper that is missing beforehand: nothing is started at all', async () => {
  const { on, run } = await staged([['lines', '1'], ['lines', '1']], { locate: (binary) => (binary === 'fake-helper' ? { kind: 'missing', message: 'fake-helper is not installed.' } : locateFake(binary)) })
  expect(run.result).toEqual({ ok: false, error: { code: 'tool-unavailable', message: 'fake-helper is not installed. No packet was sent. On the vantage: sudo apt-get install fake-package' } })
  expect(on.events).toEqual([])
})

test('a helper that disappears under the run ends it with the remedy; what came before is kept', async () => {
  let looked = 0
  const locate = (binary: string): Located => (binary === 'fake-helper' && (looked += 1) > 2 ? { kind: 'missing', message: 'fake-helper is not installed.' } : locateFake(binary))
  const { on, run } = await staged([['lines', '1'], ['lines', '1']], { locate })
  expect((await on.ended(run.runId)).outcome).toEqual({
    kind: 'failed', code: 'tool-missing', blame: 'tool', message: 'Fake could not go on: fake-helper is not installed. What was measured before is kept. On the vantage: sudo apt-get install fake-package',
  })
  expect(texts(on)).toEqual(['line 0'])
})

test('a program that is none of the tool\'s is not started', async () => {
  const { on, run } = await staged([['lines', '1'], ['lines', '1']], { helper: 'sh' })
  expect((await on.ended(run.runId)).outcome).toMatchObject({ kind: 'failed', code: 'internal', blame: 'hopscope', message: expect.stringContaining('none of its programs') })
  expect(steps(on)).toEqual([])
})

test.each([[['segfault'], { kind: 'failed', code: 'signal', signal: 'SIGSEGV' }], [['midline'], { kind: 'failed', code: 'signal', signal: 'SIGKILL' }]] as const)('after a crash (%j) there is no next program', async (mode, outcome) => {
  const { on, run } = await staged([mode, ['lines', '1']])
  expect((await on.ended(run.runId)).outcome).toMatchObject(outcome)
  expect(steps(on)).toEqual([])
})

test('closing the runner ends a run of several programs as interrupted, whichever it is at', async () => {
  const { on, run } = await staged(Array.from({ length: 1_000 }, () => ['ok']))
  await until('under way', () => steps(on).length > 2)
  await on.runner.close()
  expect((await on.ended(run.runId)).outcome).toMatchObject({ kind: 'interrupted', code: 'shutdown', blame: 'hopscope' })
  expect(toolsIn(on.dir)).toEqual([])
})
