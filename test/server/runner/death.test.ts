/** A runner that dies by kill -9 leaves no tool behind, with the reaper or, at the next start, without it. */
import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Observed } from '#lib/protocol/events.ts'
import { listenForRunner } from '#server/link/listen.ts'
import type { Vantage } from '#server/link/vantage.ts'
import { listProcs } from '#server/runner/process/proc.mjs'
import { LOCALHOST, tempRunDir, toolsIn, until } from './support/fake.ts'
import { nextRunId, SESSION } from './support/rig.ts'

const SCRIPT = fileURLToPath(new URL('support/runner-process.ts', import.meta.url))
let dir: ReturnType<typeof tempRunDir>
let vantage: Vantage
const children: ChildProcess[] = []
const events: Observed[] = []

beforeEach(async () => {
  dir = tempRunDir()
  events.length = 0
  const listening = await listenForRunner({ path: join(dir.path, 'link.sock'), log: () => undefined })
  if (!listening.ok) throw new Error(listening.error.message)
  vantage = listening.value
  vantage.on('output', (output) => events.push(...output.events))
})
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await vantage.close()
  await until('nothing left', () => toolsIn(dir.path).length === 0)
  dir.remove()
})

async function startRunner(): Promise<ChildProcess> {
  const child = spawn(process.execPath, [SCRIPT, dir.path, join(dir.path, 'link.sock')], { stdio: ['ignore', 'ignore', 'inherit'] })
  children.push(child)
  await until('online', () => vantage.online())
  return child
}

async function startTools(): Promise<void> {
  for (const mode of [['hang'], ['daemon'], ['wait']]) {
    const started = await vantage.start({ runId: nextRunId(), sessionId: SESSION, tool: 'ping', target: LOCALHOST, options: { mode } })
    expect(started).toEqual({ ok: true, value: null })
  }
  await until('five processes', () => toolsIn(dir.path).length === 5 && ['hanging', 'daemon away', 'waiting'].every((text) => events.some((event) => event.kind === 'unrecognised' && event.text === text)))
}

const childrenOf = (pid: number | undefined): number[] => listProcs().filter((proc) => proc.ppid === pid).map((proc) => proc.pid)

test('kill -9 of the runner: no tool is left within 2 s, and the next runner is back', async () => {
  const runner = await startRunner()
  await startTools()
  const reaper = childrenOf(runner.pid).find((pid) => !toolsIn(dir.path).some((tool) => tool.pid === pid))
  runner.kill('SIGKILL')
  await until('no tools', () => toolsIn(dir.path).length === 0, 2_000)
  await until('the reaper has gone', () => !listProcs().some((proc) => proc.pid === reaper), 2_000)
  await until('offline', () => !vantage.online())
  await startRunner()
  expect(vantage.online()).toBe(true)
})

test('kill -9 of the runner during the second program of a run leaves nothing of it', async () => {
  const runner = await startRunner()
  const started = await vantage.start({ runId: nextRunId(), sessionId: SESSION, tool: 'mtr', target: LOCALHOST, options: { mode: [] } })
  expect(started).toEqual({ ok: true, value: null })
  await until('the second program', () => events.some((event) => event.kind === 'run.step') && events.some((event) => event.kind === 'unrecognised' && event.text === 'hanging'))
  expect(toolsIn(dir.path).length).toBeGreaterThanOrEqual(2)
  runner.kill('SIGKILL')
  await until('no tools', () => toolsIn(dir.path).length === 0, 2_000)
})

test('kill -9 of the runner while programs of one run are side by side leaves none of them', async () => {
  const runner = await startRunner()
  const started = await vantage.start({ runId: nextRunId(), sessionId: SESSION, tool: 'dns', target: LOCALHOST, options: { mode: [] } })
  expect(started).toEqual({ ok: true, value: null })
  await until('the second move', () => events.some((event) => event.kind === 'unrecognised' && event.text === 'line 1'))
  // Two that hang, one that waits, and two of the daemon.
  await until('all processes', () => toolsIn(dir.path).length === 5)
  runner.kill('SIGKILL')
  await until('no tools', () => toolsIn(dir.path).length === 0, 2_000)
})

test('kill -9 of reaper and runner: what survives is killed by the next runner', async () => {
  const runner = await startRunner()
  await startTools()
  const tools = new Set(toolsIn(dir.path).map((tool) => tool.pid))
  runner.kill('SIGSTOP')
  for (const pid of childrenOf(runner.pid)) if (!tools.has(pid)) process.kill(pid, 'SIGKILL')
  runner.kill('SIGKILL')
  await until('offline', () => !vantage.online())
  // The hangup of their terminals ends only those that heed it.
  expect(toolsIn(dir.path).length).toBeGreaterThanOrEqual(2)
  await startRunner()
  await until('no tools', () => toolsIn(dir.path).length === 0, 2_000)
})
