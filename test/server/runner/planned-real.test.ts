/** Runs that plan themselves, with real programs over the link: streams, stops on the ladder and our own program. */
import { afterEach, expect, test } from 'vitest'
import type { Tool } from '#lib/tools/tool.ts'
import { locateTool, type Located } from '#server/runner/locate.ts'
import { locateFake, toolsIn, until } from './support/fake.ts'
import { moves, NO_NAMES, plannedTool, step, type Heard, type Script } from './support/planned.ts'
import { startRig, type Rig } from './support/rig.ts'

let rig: Rig | null = null
afterEach(async () => {
  await rig?.close()
  rig = null
})

async function started(tool: Tool<object, unknown>, more: { deadlineMs?: number; locate?: (binary: string) => Located } = {}): Promise<{ on: Rig; runId: Awaited<ReturnType<Rig['start']>>['runId'] }> {
  const on = await startRig({ tool, nameSetup: async () => NO_NAMES, ...(more.locate && { locate: more.locate }) })
  rig = on
  const { runId, result } = await on.start(['unused'], { ...(more.deadlineMs && { deadlineMs: more.deadlineMs }) })
  expect(result).toEqual({ ok: true, value: null })
  return { on, runId }
}
const texts = (on: Rig): string[] => on.events.flatMap((event) => (event.kind === 'unrecognised' ? [event.text] : []))
const run = (...modes: string[][]): Extract<ReturnType<Script>, { kind: 'run' }> => ({ kind: 'run', steps: modes.map((mode) => step(...mode)) })

test('programs side by side, then one alone: whole outputs, one transcript, one end', async () => {
  const { on, runId } = await started(plannedTool(moves(run(['lines', '200'], ['say', 'on stderr', '3'], ['lines', '300']), { kind: 'wait', ms: 5 }, run(['lines', '2']))))
  const end = await on.ended(runId)
  expect(end.outcome).toMatchObject({ kind: 'finished' })
  const parts = on.transcript(runId).split(/^\$ .*\/fake-tool /m).slice(1)
  expect(parts.toSorted()).toEqual([
    `lines 200\n${Array.from({ length: 200 }, (_, i) => `line ${i}\n`).join('')}`, `lines 2\nline 0\nline 1\n`,
    `lines 300\n${Array.from({ length: 300 }, (_, i) => `line ${i}\n`).join('')}`, 'say on stderr 3\non stderr\n',
  ].toSorted())
  const lines = on.transcript(runId).split('\n').slice(0, -1)
  expect(texts(on)).toEqual(lines)
  for (const event of on.events) if (event.kind === 'run.step') expect(lines[event.line - 1]).toBe(`$ ${event.argv.join(' ')}`)
  expect(on.events.filter((event) => event.kind === 'run.step')).toHaveLength(3)
  expect(toolsIn(on.dir)).toEqual([])
})

test('stopped with eight programs at work that heed nothing: all are killed, each is told', async () => {
  const heard: Heard[] = []
  const { on, runId } = await started(plannedTool(moves(run(...Array.from({ length: 10 }, () => ['hang'])), run(['lines', '1'])), heard))
  await until('eight with their children', () => toolsIn(on.dir).length === 16)
  on.vantage.stop(runId, 'ana')
  expect((await on.ended(runId)).outcome).toEqual({ kind: 'stopped', code: 'stopped', by: 'ana', signal: 'SIGKILL', message: 'Stopped by ana. It did not heed the interrupt and was ended with SIGKILL.' })
  expect(toolsIn(on.dir)).toEqual([])
  expect(heard.filter((one) => typeof one === 'object' && 'how' in one && one.how.kind === 'stopped')).toHaveLength(8)
  expect(texts(on).filter((text) => text === 'hanging')).toHaveLength(8)
})

test('closing the runner while a run waits, or looks hosts up, tells its end first', async () => {
  for (const script of [moves({ kind: 'wait', ms: 3_600_000 }), moves({ kind: 'pin', hosts: ['unknown.test'] }, { kind: 'wait', ms: 3_600_000 })]) {
    const heard: Heard[] = []
    const { on, runId } = await started(plannedTool(script, heard))
    await until('begun', () => heard.length > 0)
    await on.runner.close()
    expect((await on.ended(runId)).outcome).toMatchObject({ kind: 'interrupted', code: 'shutdown', blame: 'hopscope' })
    await on.close()
  }
  rig = null
})

test('a flood in one of two programs: both are stopped, and the runner has not kept it all', async () => {
  const { on, runId } = await started(plannedTool(moves(run(['flood'], ['wait']))))
  expect((await on.ended(runId, 18_000)).outcome).toMatchObject({ kind: 'failed', code: 'output-limit', message: expect.stringMatching(/^fake-tool wrote more than 64 MiB/) })
  expect(on.transcriptBytes()).toBeLessThan(2 * 1024 * 1024)
  expect(toolsIn(on.dir)).toEqual([])
})

test('the deadline ends what runs side by side', async () => {
  const { on, runId } = await started(plannedTool(moves(run(['wait'], ['wait']))), { deadlineMs: 600 })
  expect((await on.ended(runId)).outcome).toMatchObject({ kind: 'timed-out', code: 'deadline', signal: 'SIGINT' })
  expect(toolsIn(on.dir)).toEqual([])
})

test('the program of our own runs under the limits of a tool, and what is shown is the real command', async () => {
  const script: Script = (_, turn) => (turn === 0 ? { kind: 'run', steps: [{ binary: 'hopscope-reach', args: ['--self-test'] }, { binary: 'hopscope-reach', args: ['--version'] }] } : { kind: 'done' })
  const tool = { ...plannedTool(script), optional: ['hopscope-reach'] }
  const { on, runId } = await started(tool, { locate: (binary) => (binary === 'hopscope-reach' ? locateTool(binary) : locateFake(binary)) })
  expect((await on.ended(runId)).outcome).toMatchObject({ kind: 'finished' })
  expect(texts(on)).toContain('ok')
  expect(texts(on)).toContainEqual(expect.stringMatching(/^hopscope-reach \d/))
  const argv = on.events.flatMap((event) => (event.kind === 'run.started' ? event.argv : []))
  expect(argv).toEqual([process.execPath, '--max-old-space-size=128', expect.stringMatching(/\/server\/runner\/reach\/probe\.mjs$/), '--self-test'])
})
